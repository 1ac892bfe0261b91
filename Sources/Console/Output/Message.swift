/// A line of output written as a string literal. What the literal itself says is trusted; whatever is interpolated is
/// made printable, so that text from elsewhere cannot reach the terminal as anything but text.
///
/// `"\("refused", .color(.red))  \(name)"` sets a style on one piece.
package struct Message: Sendable, Hashable, ExpressibleByStringInterpolation {
    fileprivate struct Piece: Hashable {
        var text: String
        var style: Style?
    }

    private var pieces: [Piece] = []

    /// Trusted text.
    package init(stringLiteral text: String) {
        pieces = [Piece(text: text)]
    }

    /// Trusted text with printable pieces.
    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    /// Text from anywhere.
    package init(_ text: String, _ style: Style? = nil) {
        pieces = [Piece(text: Text.printable(text), style: style)]
    }

    /// The text for an output that is coloured, or not.
    package func text(_ paint: Paint = .plain) -> String {
        pieces.map { paint($0.text, $0.style) }.joined()
    }

    /// Collects what the compiler finds in a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Room for what is to come.
        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        /// Trusted text.
        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(Piece(text: literal)) }
        }

        /// The value's description, made printable.
        package mutating func appendInterpolation<Value>(_ value: Value, _ style: Style? = nil) {
            pieces.append(Piece(text: Text.printable(String(describing: value)), style: style))
        }

        /// Another message, with its styles.
        package mutating func appendInterpolation(_ message: Message) {
            pieces += message.pieces
        }
    }
}
