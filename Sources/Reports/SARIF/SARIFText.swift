import Formats

/// Text of any origin in a SARIF document.
enum SARIFText {
    /// A plain-text message: what cannot be seen becomes visible, and no part of it is an embedded link (3.11.6), which a
    /// viewer would follow.
    static func message(_ text: String) -> String {
        if isPlain(text) { return text }
        return shown(text)
    }

    private static func shown(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { VisibleText.shown($0).replacing("](", with: "] (") }.joined(separator: "\n")
    }

    /// Nothing in it has to be shown in another way.
    private static func isPlain(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "(") || last != UInt8(ascii: "]") else {
                return false
            }
            last = byte
        }
        return true
    }

    /// One segment of a relative URI. A name of dots alone would mean another folder, however it is encoded.
    static func segment(_ name: String) -> String {
        var segment = name.utf8.allSatisfy { $0 == UInt8(ascii: ".") } ? "~" : ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                segment += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return segment
    }
}
