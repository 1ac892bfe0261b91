import Console

/// What fleetaudit's exit codes mean (design 10); the `exit-codes` help topic says the same.
extension ExitCode {
    /// Bit 1: failures at or above `--fail-on`.
    static let drift = ExitCode(rawValue: 1)
    /// Bit 2: something could not be told.
    static let incomplete = ExitCode(rawValue: 2)
    static let badInput = ExitCode(rawValue: 65)
    static let internalError = ExitCode(rawValue: 70)
    static let cannotWrite = ExitCode(rawValue: 73)
    static let locked = ExitCode(rawValue: 75)
    static let interrupted = ExitCode(rawValue: 130)

    static func verdict(hasDrift: Bool, isIncomplete: Bool) -> ExitCode {
        ExitCode(rawValue: (hasDrift ? drift.rawValue : 0) | (isIncomplete ? incomplete.rawValue : 0))
    }
}
