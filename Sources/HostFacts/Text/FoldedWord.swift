/// A word of at most 16 bytes as one number, ASCII letters without regard to case: names and keywords are compared by it.
struct FoldedWord: Sendable, Equatable {
    private let bits: UInt128

    /// `nil` for an empty word, a longer one, and one that holds a NUL.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty, range.count <= 16 else { return nil }
        var bits: UInt128 = 0
        for at in range {
            guard bytes[at] != 0 else { return nil }
            bits = bits << 8 | UInt128(bytes[at].foldedASCII)
        }
        self.bits = bits
    }

    /// One of our own words.
    init(_ word: StaticString) {
        var bits: UInt128 = 0
        precondition(word.utf8CodeUnitCount <= 16, "our own bug: a long word")
        for at in 0..<word.utf8CodeUnitCount { bits = bits << 8 | UInt128(word.utf8Start[at].foldedASCII) }
        self.bits = bits
    }
}

extension UInt8 {
    /// The small letter of an ASCII letter; any other byte stays.
    var foldedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
