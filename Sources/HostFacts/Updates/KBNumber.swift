/// The number of a Microsoft Knowledge Base article, which updates go by.
package struct KBNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    /// Reads `KB5004442`, `kb5004442` and `5004442`: six or seven digits, as articles have had since 1999.
    package init?(_ text: some StringProtocol) {
        var digits = Array(text.utf8)
        if digits.count > 2, digits[0] | 0x20 == UInt8(ascii: "k"), digits[1] | 0x20 == UInt8(ascii: "b") {
            digits.removeFirst(2)
        }
        guard (6...7).contains(digits.count), digits.first != UInt8(ascii: "0"), let number = UInt32(digits: digits)
        else { return nil }
        self.number = number
    }

    package var description: String { "KB\(number)" }

    package static func < (left: KBNumber, right: KBNumber) -> Bool { left.number < right.number }
}
