import Formats

/// Markup written as a string literal. What the literal itself says is trusted; whatever is interpolated is text and is
/// escaped, between tags as well as inside double-quoted attributes.
///
/// `"<a href=\"#host=\(fragment: name)\">\(name)</a>"`
struct HTML: ExpressibleByStringInterpolation {
    private(set) var markup: String

    /// Trusted markup.
    init(stringLiteral markup: String) { self.markup = markup }

    init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

    /// Collects what the compiler finds in a literal.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { markup += literal }

        /// Text from anywhere.
        mutating func appendInterpolation(_ text: some StringProtocol) { markup += HTML.escaped(text) }

        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }

        /// A coordinate: one decimal at most.
        mutating func appendInterpolation(_ number: Double) {
            let tenths = Int((number * 10).rounded())
            let rest = abs(tenths % 10)
            markup += (tenths < 0 && tenths > -10 ? "-" : "") + String(tenths / 10) + (rest == 0 ? "" : ".\(rest)")
        }

        mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { markup += part.markup } }

        /// Text from anywhere as a part of a link into this page.
        mutating func appendInterpolation(fragment text: String) { markup += HTML.fragment(text) }
    }

    static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum.markup += right.markup
        return sum
    }

    static let empty: HTML = ""
}

extension HTML {
    /// Text as it is shown: line ends, control and direction characters become visible, and so do the scalars that no
    /// document may hold.
    static func visible(_ text: some StringProtocol) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(text) }
        var shown = String.UnicodeScalarView()
        for scalar in VisibleText.shown(text).unicodeScalars { shown.append(isForbidden(scalar) ? "\u{fffd}" : scalar) }
        return String(shown)
    }

    /// Noncharacters: a strict reader refuses a document that holds one.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value & 0xfffe == 0xfffe || (0xfdd0...0xfdef).contains(scalar.value)
    }

    fileprivate static func escaped(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;".unicodeScalars
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "'": result += "&#39;".unicodeScalars
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Letters, digits and `-._~` stay, everything else is written as `%XX`.
    fileprivate static func fragment(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
