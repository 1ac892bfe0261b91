import EventLoop
import Glibc

/// Turns Ctrl-C, SIGTERM and the end of the terminal into the cancellation of what runs.
@Reactor final class Interruption {
    static let shared = Interruption()
    private var cancels: [Int: () -> Void] = [:]
    private var nextKey = 0
    private(set) var hasHappened = false

    nonisolated init() {}

    func listen(_ signals: BlockedSignals) {
        let signals = Signals(signals)
        Task {
            while (try? await signals.next()) != nil {
                // The second time somebody means it.
                if hasHappened { FleetAudit.end(.interrupted) }
                hasHappened = true
                for cancel in cancels.values { cancel() }
            }
        }
    }

    /// Runs `body`, which is cancelled when the program is interrupted; throws ``CommandFailure/interrupted`` then.
    func during<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let task = Task { try await body() }
        nextKey += 1
        let key = nextKey
        cancels[key] = { task.cancel() }
        defer { cancels[key] = nil }
        if hasHappened { task.cancel() }
        let result = await task.result
        if hasHappened { throw CommandFailure.interrupted }
        return try result.get()
    }
}
