extension Span<UInt8> {
    /// The place of the first such byte in a range; `nil` when there is none.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var at = range.lowerBound
        while at + 8 <= range.upperBound, !EightBytes(self, at: at).contains(byte) { at += 8 }
        while at < range.upperBound {
            if self[at] == byte { return at }
            at += 1
        }
        return nil
    }

    /// The place of the first line feed or carriage return; `nil` when there is none.
    package func firstLineEnd(in range: Range<Int>) -> Int? {
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            let eight = EightBytes(self, at: at)
            if eight.contains(0x0a) || eight.contains(0x0d) { break }
            at += 8
        }
        while at < range.upperBound {
            if self[at] == 0x0a || self[at] == 0x0d { return at }
            at += 1
        }
        return nil
    }
}
