/// How a piece of text looks. A style repeats what the words already say; it never is the only sign of anything.
package struct Style: Sendable, Hashable {
    /// The parameters of the "select graphic rendition" sequence (ECMA-48 8.3.117).
    private let codes: String

    private init(_ codes: String) {
        self.codes = codes
    }

    /// Stands out: headings.
    package static let bold = Style("1")
    /// Steps back: what can be skipped.
    package static let dim = Style("2")
    /// Underlined.
    package static let underlined = Style("4")

    /// One of the terminal's 16 colours: theirs, so that they fit the reader's background.
    package static func color(_ color: Color, isBold: Bool = false) -> Style {
        Style(isBold ? "1;\(color.rawValue)" : "\(color.rawValue)")
    }

    /// The colours that every colour terminal has, by their foreground code.
    package enum Color: Int, Sendable, CaseIterable {
        case black = 30, red, green, yellow, blue, magenta, cyan, white
        case brightBlack = 90, brightRed, brightGreen, brightYellow, brightBlue, brightMagenta, brightCyan, brightWhite
    }

    fileprivate func applied(to text: String) -> String { "\u{1B}[\(codes)m\(text)\u{1B}[0m" }
}

/// Applies styles, or leaves them out where they are not wanted.
package struct Paint: Sendable, Hashable {
    /// True when styles are applied.
    package let isColored: Bool

    /// Decided by ``ColorChoice/isColored(isTerminal:environment:)``.
    package init(isColored: Bool) {
        self.isColored = isColored
    }

    /// No escape sequence ever.
    package static let plain = Paint(isColored: false)

    /// `text`, which must be printable already, in `style`.
    package func callAsFunction(_ text: String, _ style: Style?) -> String {
        guard isColored, let style, !text.isEmpty else { return text }
        return style.applied(to: text)
    }
}
