/// Why a lab could not be started.
package struct LabError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done: "making the lab's folder".
    package var operation: String
    /// What went wrong and what helps.
    package var reason: String

    init(_ operation: String, _ reason: String) {
        self.operation = operation
        self.reason = reason
    }

    package var description: String { "\(operation): \(reason)" }
}
