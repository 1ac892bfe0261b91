import Console
import Drift
import FoundationEssentials
import History
import HostFacts
import Policy

/// A run on its way into the history, while it is being judged.
///
/// What goes wrong with the history is no reason to lose the audit: it is kept until the reports are written, and told
/// then.
actor RunRecording {
    private let database: HistoryDatabase
    private let run: String
    private let selection: String
    /// What facts need not be packed again; `nil` before it began, and when it could not.
    private(set) var known: KnownFacts?
    private(set) var failure: HistoryError?

    /// Opens the history, and makes it when there is none; says what is wrong with it before any host is asked.
    ///
    /// - Parameter selection: which hosts were asked for.
    static func open(_ path: String, run: String, selection: String) async throws(CommandFailure) -> RunRecording {
        try await remembered { () async throws(HistoryError) in
            RunRecording(try HistoryDatabase(path, for: .writing), run: run, selection: selection)
        }
    }

    private init(_ database: HistoryDatabase, run: String, selection: String) {
        self.database = database
        self.run = run
        self.selection = selection
    }

    /// Begins to record, just before judging: whoever else writes waits from here on.
    ///
    /// - Parameter isReplacing: an earlier record of the run goes when this one is whole; otherwise it stands in the way.
    func begin(isReplacing: Bool) async {
        await attempt { database throws(HistoryError) in
            known = try await database.begin(run, replacing: isReplacing)
        }
    }

    func add(_ hosts: [HostToRecord]) async {
        await attempt { database throws(HistoryError) in try await database.add(hosts) }
    }

    /// Ends the recording.
    ///
    /// - Returns: what earlier runs say about the result; nothing when they could not be asked.
    func finish(_ result: AuditResult) async -> RunTrend {
        var trend = RunTrend.none
        await attempt { database throws(HistoryError) in
            trend = try await database.trend(for: result)
            try await database.commit(result, selection: self.selection)
        }
        return trend
    }

    private func attempt(_ body: (HistoryDatabase) async throws(HistoryError) -> Void) async {
        guard failure == nil else { return }
        do throws(HistoryError) {
            try await body(database)
        } catch {
            await database.abandon()
            failure = error
        }
    }
}
