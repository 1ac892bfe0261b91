/// Why a file is not the YAML that was asked for, and where.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package var position: SourcePosition
    /// Characters that are concerned.
    package var length: Int
    package var message: String
    /// What to do about it, where the reason is known better than the parser knows it.
    package var help: String?

    package init(_ message: String, at position: SourcePosition, length: Int = 1, help: String? = nil) {
        self.position = position
        self.length = length
        self.message = message
        self.help = help
    }

    package var description: String { "\(position): \(message)" + (help.map { " (\($0))" } ?? "") }

    package func diagnostic(
        _ severity: Diagnostic.Severity = .error, file: String, code: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            severity, file: file, position: position, length: length, code: code, message: message, help: help)
    }
}
