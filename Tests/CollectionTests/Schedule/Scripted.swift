import EventLoop
import HostFacts
import Synchronization
import Transport

@testable import Collection
@testable import Inventory

/// Hosts that behave as a test says.
enum Scripted {
    typealias Script = @Sendable (any SignInGate) async throws(TransportError) -> RemoteOutput

    private struct Connection: HostConnection {
        let gate: any SignInGate
        let body: Script

        func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput { try await body(gate) }
    }

    static func host(
        _ name: String, groups: [String] = [], credential: LockoutBreaker.Credential? = nil,
        expectedName: String? = nil, _ script: @escaping Script
    ) -> PlannedHost {
        PlannedHost(
            host: InventoryHost(name: name, groups: ["all"] + groups, variables: [:]), address: name, role: nil,
            site: nil, expectedName: expectedName,
            way: .connect(
                .init(transport: "scripted", authentication: "password", credential: credential, unchecked: []) {
                    gate, _ in Connection(gate: gate, body: script)
                }))
    }

    static func sleep(_ duration: Duration) async throws(TransportError) {
        do throws(EventLoopError) { try await Loop.shared.sleep(until: .after(duration)) } catch {
            throw TransportError(.receive, .cancelled)
        }
    }

    static let answer: Script = { _ throws(TransportError) in RemoteOutput(ProbeLines.whole()) }

    /// What a run did, seen from outside.
    final class Log: Sendable {
        private struct State {
            var records: [HostRecord] = []
            var started: [String] = []
            var underWay: [String: Int] = [:]
            var most: [String: Int] = [:]
            var counts: [String: Int] = [:]
        }
        private let state = Mutex(State())

        var records: [HostRecord] { state.withLock { $0.records } }
        var started: [String] { state.withLock { $0.started } }
        func state(_ name: String) -> HostState? { records.first { $0.name == name }?.state }
        func record(_ name: String) -> HostRecord? { records.first { $0.name == name } }
        func most(_ key: String) -> Int { state.withLock { $0.most[key] ?? 0 } }
        func count(_ key: String) -> Int { state.withLock { $0.counts[key] ?? 0 } }

        func add(_ record: HostRecord) { state.withLock { $0.records.append(record) } }
        func start(_ name: String) { state.withLock { $0.started.append(name) } }
        @discardableResult func count(up key: String) -> Int {
            state.withLock {
                $0.counts[key, default: 0] += 1
                return $0.counts[key] ?? 0
            }
        }
        func enter(_ key: String) {
            state.withLock {
                $0.underWay[key, default: 0] += 1
                $0.most[key] = max($0.most[key] ?? 0, $0.underWay[key] ?? 0)
            }
        }
        func leave(_ key: String) { state.withLock { $0.underWay[key, default: 0] -= 1 } }
    }
}
