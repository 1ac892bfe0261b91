/// What plain scalars mean by YAML 1.2's core schema (section 10.3.2): fewer surprises than YAML 1.1.
extension YAMLNode {
    private static let tagPrefix = "tag:yaml.org,2002:"

    /// The text of a scalar that may be of the type: plain and untagged, or tagged as that type in any style.
    private func text(taggedAs type: String) -> String? {
        tag == Self.tagPrefix + type ? scalar : plain
    }

    /// `~`, `null`, or nothing at all; anything that is tagged as null.
    package var isNull: Bool {
        if tag == Self.tagPrefix + "null" { return true }
        return plain.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false
    }

    /// `true` or `false`; `yes`, `no`, `on` and `off` are texts.
    package var bool: Bool? {
        switch text(taggedAs: "bool") {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// A whole number: decimal, `0x` hexadecimal or `0o` octal. `010` is ten.
    package var int: Int? {
        guard let text = text(taggedAs: "int") else { return nil }
        if text.hasPrefix("0x") { return Self.digits(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Self.digits(text.dropFirst(2), radix: 8) }
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func digits(_ text: Substring, radix: Int) -> Int? {
        guard let first = text.first, first != "-", first != "+" else { return nil }
        return Int(text, radix: radix)
    }

    /// A number; whole ones too.
    package var double: Double? {
        guard let text = text(taggedAs: "float") else { return nil }
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        if let int { return Double(int) }
        // The initialiser also reads words and hexadecimal fractions, and a point needs a digit beside it.
        let isNumber = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard isNumber, text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return nil }
        return Double(text)
    }
}
