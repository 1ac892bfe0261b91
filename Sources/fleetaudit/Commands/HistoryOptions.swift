import Console
import FoundationEssentials
import History

/// Where runs are remembered: shared by every command that keeps or asks a history.
struct HistoryOptions: ParameterSet {
    var path: String?

    static var parameters: ParameterList<HistoryOptions> {
        Option(
            \.path, "--history", value: "file",
            help:
                "The history of all runs (default: history.sqlite in the reports' folder); 'none' keeps and asks none.",
            environment: "FLEETAUDIT_HISTORY", completion: .files)
    }

    /// - Parameter reports: the folder of all runs.
    /// - Returns: `nil` when no history is wanted.
    func file(in reports: String) -> String? {
        path == "none" ? nil : path ?? reports + "/history.sqlite"
    }

    /// Where the history is looked for when nobody names it.
    static func reports<Owner>(_ path: ParameterPath<Owner, String>) -> Parameter<Owner> {
        Option(
            path, "-o", "--reports", value: "folder", help: "The folder of all runs.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
    }

    /// Asks the history for something, which must be there.
    func asked<Value: Sendable>(
        in reports: String, for access: HistoryDatabase.Access = .reading,
        _ body: (HistoryDatabase) async throws(HistoryError) -> Value
    ) async throws -> Value {
        guard let file = file(in: reports) else {
            throw CommandFailure("--history none: there is no history to ask", .usage)
        }
        return try await remembered { () async throws(HistoryError) in
            // To ask for changes must not make a new one.
            if access == .writing { _ = try HistoryDatabase(file, for: .reading) }
            return try await body(try HistoryDatabase(file, for: access))
        }
    }
}

/// Does something with the history, and says what is wrong with it as the commands say it.
func remembered<Value>(_ body: () async throws(HistoryError) -> Value) async throws(CommandFailure) -> Value {
    do throws(HistoryError) {
        return try await body()
    } catch {
        throw CommandFailure(error)
    }
}

extension CommandFailure {
    init(_ error: HistoryError) {
        let code: ExitCode =
            switch error {
            case .locked: .locked
            case .folderMissing, .readOnly, .diskFull: .cannotWrite
            default: .badInput
            }
        self.init("\(error)", code)
    }
}
