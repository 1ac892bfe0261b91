extension Span<UInt8> {
    /// Whether a word stands at a place.
    func holds(_ word: [UInt8], at start: Int) -> Bool {
        guard count - start >= word.count else { return false }
        for at in word.indices where self[start + at] != word[at] { return false }
        return true
    }

    /// Decimal digits and nothing else: no sign, no blank, at least one digit, within 32 bits.
    func decimal(in range: Range<Int>) -> UInt32? {
        guard !range.isEmpty else { return nil }
        var number: UInt64 = 0
        for at in range {
            guard case 0x30...0x39 = self[at] else { return nil }
            number = number * 10 + UInt64(self[at] - 0x30)
            guard number <= UInt64(UInt32.max) else { return nil }
        }
        return UInt32(number)
    }
}
