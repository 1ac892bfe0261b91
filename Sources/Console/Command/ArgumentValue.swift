/// A value that can be written as one word of a command line, or in an environment variable.
package protocol ArgumentValue: Sendable {
    /// Reads the word.
    init(argument: String) throws(InvalidArgument)
    /// The word that reads back as this value; help shows it as the default. Empty: nothing worth showing.
    var argument: String { get }
    /// What stands for the value in help, without the angle brackets.
    static var placeholder: String { get }
    /// All words there are, where they can be listed: for help, completions and suggestions.
    static var choices: [String] { get }
}

extension ArgumentValue {
    package static var choices: [String] { [] }
}

/// Why a word is not a value: the rest of the sentence that begins with the word, such as "is not a whole number".
package struct InvalidArgument: Error, Sendable, Hashable {
    let reason: String

    /// - Parameter reason: the rest of the sentence, without a full stop.
    package init(_ reason: String) {
        self.reason = reason
    }
}

extension String: ArgumentValue {
    /// An empty word is refused: it nearly always is a shell variable that was never set.
    package init(argument: String) throws(InvalidArgument) {
        guard !argument.isEmpty else { throw InvalidArgument("is empty") }
        self = argument
    }

    package var argument: String { self }
    package static var placeholder: String { "text" }
}

extension Int: ArgumentValue {
    package init(argument: String) throws(InvalidArgument) {
        guard let value = Int(argument) else {
            let digits = argument.utf8.drop { $0 == UInt8(ascii: "-") }
            let isNumber = !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            throw InvalidArgument(isNumber ? "is out of range" : "is not a whole number")
        }
        self = value
    }

    package var argument: String { String(self) }
    package static var placeholder: String { "n" }
}

extension Double: ArgumentValue {
    package init(argument: String) throws(InvalidArgument) {
        guard let value = Double(argument), value.isFinite else { throw InvalidArgument("is not a number") }
        self = value
    }

    package var argument: String { String(self) }
    package static var placeholder: String { "number" }
}

/// An enumeration of words: `enum Format: String, CaseIterable, ArgumentValue { case text, json }`.
extension ArgumentValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    package init(argument: String) throws(InvalidArgument) {
        guard let value = Self(rawValue: argument) else {
            throw InvalidArgument("is not one of \(Self.choices.joined(separator: ", "))")
        }
        self = value
    }

    package var argument: String { rawValue }
    package static var choices: [String] { allCases.map(\.rawValue) }

    package static var placeholder: String {
        let all = choices.joined(separator: "|")
        return all.count <= 32 ? all : "choice"
    }
}
