/// Why a template is not one of those that we evaluate.
struct JinjaError: Error {
    let problem: String
    /// The problem names its place already: it is that of a variable that is referred to.
    var isPlaced = false
}

/// The small part of Jinja that connection variables are written in: `{{ name }}`, quoted texts, `| default('x')`,
/// `lower`, `upper`, `trim`, `string`, `int`, `~` between them, and `lookup('env', 'NAME')`.
struct Jinja {
    /// Bytes that a template may come to: templates that name each other twice double with every step.
    private static let limit = 1 << 16

    private let text: String

    init(_ text: String) { self.text = text }

    func evaluate(
        lookup: (String) throws(JinjaError) -> String?, environment: [String: String]
    ) throws(JinjaError) -> String {
        guard !text.contains("{%"), !text.contains("{#") else {
            throw JinjaError(problem: "it holds a Jinja statement, which is not evaluated")
        }
        var result = ""
        var rest = Substring(text)
        while let opening = rest.firstRange(of: "{{") {
            result += rest[..<opening.lowerBound]
            guard let closing = rest[opening.upperBound...].firstRange(of: "}}") else {
                throw JinjaError(problem: "'{{' is not closed")
            }
            var parser = Expression(rest[opening.upperBound..<closing.lowerBound], environment: environment)
            guard let value = try parser.value(lookup: lookup) else {
                throw JinjaError(problem: "'\(parser.source)' has no value")
            }
            result += value
            guard result.utf8.count <= Self.limit else {
                throw JinjaError(problem: "it grows beyond \(Self.limit) bytes")
            }
            rest = rest[closing.upperBound...]
        }
        return result + rest
    }

    private struct Expression {
        let source: String
        private var rest: Substring
        private let environment: [String: String]

        init(_ text: Substring, environment: [String: String]) {
            source = text.trimmed
            rest = text
            self.environment = environment
        }

        /// `operand (~ operand)*` to the end; `nil` when a reference has no value and no default.
        mutating func value(lookup: (String) throws(JinjaError) -> String?) throws(JinjaError) -> String? {
            var value = try operand(lookup: lookup)
            while take("~") {
                let right = try operand(lookup: lookup)
                guard let left = value, let right else { return nil }
                value = left + right
            }
            skipBlanks()
            guard rest.isEmpty else { throw unsupported }
            return value
        }

        private var unsupported: JinjaError { JinjaError(problem: "'\(source)' is Jinja that is not evaluated") }

        private mutating func operand(lookup: (String) throws(JinjaError) -> String?) throws(JinjaError) -> String? {
            var value: String?
            if let literal = try literal() {
                value = literal
            } else {
                let name = identifier()
                if name == "lookup" || name == "query" || name == "q" {
                    guard name == "lookup" else { throw unsupported }
                    value = try environmentLookup()
                } else if let number = Int(name) {
                    value = String(number)
                } else {
                    guard !name.isEmpty, !["true", "false", "none", "not", "if"].contains(name.lowercased()) else {
                        throw unsupported
                    }
                    value = try lookup(name)
                }
            }
            while take("|") { value = try filter(value) }
            return value
        }

        private mutating func filter(_ value: String?) throws(JinjaError) -> String? {
            switch identifier() {
            case "default", "d":
                guard take("("), let fallback = try literal() ?? number() else { throw unsupported }
                // default('x', true) also replaces an empty text.
                let replacesEmpty = take(",") && ["true", "True"].contains(identifier())
                guard take(")") else { throw unsupported }
                if let value, !(replacesEmpty && value.isEmpty) { return value }
                return fallback
            case "lower": return value?.lowercased()
            case "upper": return value?.uppercased()
            case "trim": return value?.trimmed
            case "string": return value
            case "int": return value.map { Int($0.trimmed) ?? 0 }.map { String($0) }
            default: throw unsupported
            }
        }

        private mutating func environmentLookup() throws(JinjaError) -> String? {
            guard take("("), let kind = try literal(), take(","), let name = try literal(), take(")") else {
                throw unsupported
            }
            guard kind == "env" || kind == "ansible.builtin.env" else { throw unsupported }
            // Ansible gives an empty text for a variable that is not set; for a password that would be a sign-in lost.
            guard let value = environment[name] else {
                if peek("|") { return nil }
                throw JinjaError(problem: "the environment variable \(name) is not set")
            }
            return value
        }

        private mutating func literal() throws(JinjaError) -> String? {
            skipBlanks()
            guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
            rest.removeFirst()
            guard let end = rest.firstIndex(of: quote) else { throw unsupported }
            defer { rest = rest[rest.index(after: end)...] }
            guard !rest[..<end].contains("\\") else { throw unsupported }
            return String(rest[..<end])
        }

        private mutating func number() -> String? {
            skipBlanks()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return digits.isEmpty ? nil : String(digits)
        }

        private mutating func identifier() -> String {
            skipBlanks()
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            rest = rest.dropFirst(name.count)
            return String(name)
        }

        private mutating func take(_ character: Character) -> Bool {
            guard peek(character) else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func peek(_ character: Character) -> Bool {
            skipBlanks()
            return rest.first == character
        }

        private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" } }
    }
}
