import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing
import Transport

/// Runs the test body as the program runs: on the loop, with it as the task's preferred executor.
func onLoop<T: Sendable>(_ body: @escaping @Reactor @Sendable () async throws -> T) async throws -> T {
    try await Task(executorPreference: Reactor.shared.executor) { try await body() }.value
}

/// A gate that keeps what it was told, and can refuse or wait.
final class RecordingGate: SignInGate {
    enum Entry: Sendable, Hashable { case entered, left(SignInOutcome), refused }

    private let log = Mutex<[Entry]>([])
    private let refuses: Bool
    private let delay: Duration

    init(refuses: Bool = false, delay: Duration = .zero) {
        self.refuses = refuses
        self.delay = delay
    }

    var entries: [Entry] { log.withLock { $0 } }

    func enter() async throws(TransportError) {
        if delay > .zero {
            do { try await Task.sleep(for: delay) } catch { throw TransportError(.signIn, .cancelled) }
        }
        if refuses {
            log.withLock { $0.append(.refused) }
            throw TransportError(.signIn, .accountAtRisk)
        }
        log.withLock { $0.append(.entered) }
    }

    func leave(_ outcome: SignInOutcome) async {
        log.withLock { $0.append(.left(outcome)) }
    }
}

extension RemoteOutput {
    var text: String { String(decoding: standardOutput, as: UTF8.self) }
}

extension StageDeadlines {
    /// Short enough for tests of silence, long enough for a busy machine.
    static let brief = StageDeadlines(
        connect: .milliseconds(1500), tls: .milliseconds(1500), signIn: .milliseconds(1500),
        command: .milliseconds(1500),
        idle: .milliseconds(1500), total: .seconds(20))
}

/// The error that `body` throws; nil when it throws none or another type.
func failure(_ body: () async throws -> Void) async -> TransportError? {
    do { try await body() } catch { return error as? TransportError }
    return nil
}

/// Measures for how long the loop did not come round.
@Reactor final class LoopGap {
    private(set) var longest = Duration.zero
    private var watch: Task<Void, Never>?

    init() {
        watch = Task { @Reactor [weak self] in
            while !Task.isCancelled {
                let before = ContinuousClock.now
                try? await Loop.shared.sleep(until: .after(.milliseconds(2)))
                guard let self else { return }
                self.longest = max(self.longest, ContinuousClock.now - before)
            }
        }
    }

    isolated deinit { watch?.cancel() }
}

/// How long it takes until two hundred connections that hang at a silent peer have all ended as `ending`, once they are
/// cancelled.
func cancellingTwoHundred(
    _ connection: any HostConnection, at peer: HostilePeer, ending: TransportError
) async throws -> Duration {
    let request = RemoteRequest(executable: "true", outputLimit: 10)
    return try await onLoop { () async throws -> Duration in
        let tasks = (0..<200).map { _ in Task { try await connection.run(request).end } }
        while peer.accepted < 200 { try await Loop.shared.sleep(until: .after(.milliseconds(5))) }
        let cancelled = ContinuousClock.now
        for task in tasks { task.cancel() }
        for task in tasks {
            let error = await failure { _ = try await task.value }
            #expect(error == ending)
        }
        return ContinuousClock.now - cancelled
    }
}
