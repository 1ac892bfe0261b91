/// Names of keys and values are compared without regard to case. Nearly all are ASCII, and a host has thousands.
extension String {
    /// In small letters: names that are the same give the same.
    package var foldedName: String {
        let bytes = utf8.span
        var isASCII = true
        for at in bytes.indices where bytes[at] >= 0x80 { isASCII = false }
        guard isASCII else { return lowercased() }
        return String(unsafeUninitializedCapacity: bytes.count) { folded in
            for at in bytes.indices { folded[at] = bytes[at].foldedASCII }
            return bytes.count
        }
    }

    package func isSameName(as other: String) -> Bool {
        let left = utf8.span, right = other.utf8.span
        for at in 0..<min(left.count, right.count) {
            guard left[at] | right[at] < 0x80 else { return lowercased() == other.lowercased() }
            guard left[at].foldedASCII == right[at].foldedASCII else { return false }
        }
        // One is the start of the other: only a mark that joins its last letter could make them equal.
        return left.count == right.count || lowercased() == other.lowercased()
    }
}
