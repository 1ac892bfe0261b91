import Formats

/// Writes the few forms of XML that a JUnit report is made of.
struct JUnitText {
    private var bytes: [UInt8] = []
    private var depth = 0

    /// Hands over what was written so far and goes on behind it.
    mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    /// What an element says of itself, in order.
    typealias Attributes = KeyValuePairs<StaticString, String>

    mutating func declaration() { append(#"<?xml version="1.0" encoding="UTF-8"?>"# + "\n") }

    mutating func open(_ name: StaticString, _ attributes: Attributes = [:]) {
        start(name, attributes)
        append(">\n")
        depth += 1
    }

    mutating func close(_ name: StaticString) {
        depth -= 1
        indent()
        append("</")
        append(name)
        append(">\n")
    }

    mutating func empty(_ name: StaticString, _ attributes: Attributes) {
        start(name, attributes)
        append("/>\n")
    }

    /// An element with lines of text, or without when there are none.
    mutating func element(_ name: StaticString, _ attributes: Attributes, _ lines: [String]) {
        if lines.isEmpty { return empty(name, attributes) }
        start(name, attributes)
        append(">")
        for (index, line) in lines.enumerated() {
            if index > 0 { append("\n") }
            escaped(line)
        }
        append("</")
        append(name)
        append(">\n")
    }

    /// Text as it stands between quotes, for what is written many times.
    static func quoted(_ value: String) -> [UInt8] {
        var text = JUnitText()
        text.escaped(value)
        return text.bytes
    }

    /// A case that passed: most of a report is made of these.
    mutating func passedCase(name: [UInt8], classname: [UInt8]) {
        startCase(name, classname)
        append("/>\n")
    }

    mutating func openCase(name: [UInt8], classname: [UInt8]) {
        startCase(name, classname)
        append(">\n")
        depth += 1
    }

    private mutating func startCase(_ name: [UInt8], _ classname: [UInt8]) {
        indent()
        append("<testcase name=\"")
        bytes += name
        append("\" classname=\"")
        bytes += classname
        append("\"")
    }

    private mutating func start(_ name: StaticString, _ attributes: Attributes) {
        indent()
        append("<")
        append(name)
        for (name, value) in attributes {
            append(" ")
            append(name)
            append("=\"")
            escaped(value)
            append("\"")
        }
    }

    private mutating func indent() {
        for _ in 0..<depth { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Text from anywhere, for content and for attributes, on one line: what moves a cursor or turns the reading direction
    /// becomes visible, so that nothing is left which XML 1.0 cannot carry (a NUL is shown as ␀).
    private mutating func escaped(_ text: String) {
        append(XML.escape(VisibleText.shown(text), for: .attribute))
    }
}
