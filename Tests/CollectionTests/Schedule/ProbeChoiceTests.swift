import EventLoop
import Formats
import HostFacts
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Collection
@testable import Inventory

/// A host that answers by the program that it is asked by.
private struct AskedConnection: HostConnection {
    let asked: Asked
    let answer: @Sendable (RemoteRequest) throws(TransportError) -> RemoteOutput

    func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput {
        asked.requests.withLock { $0.append(request) }
        return try answer(request)
    }
}

private final class Asked: Sendable {
    let requests = Mutex<[RemoteRequest]>([])
    var executables: [String] { requests.withLock { $0.map(\.executable) } }
}

@Suite struct ProbeChoiceTests {
    private static let blocked = RemoteOutput(
        Array("FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n".utf8), end: .exited(code: 3))

    private func record(
        _ probe: ProbeChoice, _ asked: Asked = Asked(),
        _ answer: @escaping @Sendable (RemoteRequest) throws(TransportError) -> RemoteOutput
    ) async throws -> HostRecord {
        let host = PlannedHost(
            host: InventoryHost(name: "h", groups: ["all"], variables: [:]), address: "h", role: nil, site: nil,
            expectedName: nil,
            way: .connect(
                .init(transport: "scripted", authentication: nil, credential: nil, unchecked: []) { _, _ in
                    AskedConnection(asked: asked, answer: answer)
                }), probe: probe)
        let kept = Kept()
        try await onLoop {
            var options = FleetSchedule.Options()
            options.retries = 0
            let schedule = FleetSchedule(options: options, gatekeeper: SignInGatekeeper(LockoutBreaker()))
            try await schedule.run([host]) { _ in
            } finished: { record throws(SnapshotError) in
                kept.record.withLock { $0 = record }
            }
        }
        return try #require(kept.record.withLock { $0 })
    }

    private final class Kept: Sendable {
        let record = Mutex<HostRecord?>(nil)
    }

    private static func isCommand(_ request: RemoteRequest) -> Bool { request.executable == CommandProgram.executable }

    @Test(arguments: [
        blocked, RemoteOutput([], error: "not recognized", end: .exited(code: 9009)),
        RemoteOutput([], end: .exited(code: 1)),
    ])
    func `a host whose PowerShell cannot answer is asked by cmd exe`(_ first: RemoteOutput) async throws {
        let asked = Asked()
        let record = try await record(.auto, asked) { request throws(TransportError) in
            Self.isCommand(request) ? RemoteOutput(SimulatedConsole().output()) : first
        }
        #expect(asked.executables == [ProbeProgram.executable, CommandProgram.executable])
        #expect(record.state == .partial)
        #expect(record.askedBy == .cmd)
        #expect(record.probe == CommandProgram.fingerprint)
        #expect(record.attempts == 2)
        #expect(record.reason.hasPrefix("asked by cmd.exe, because"))
        // The snapshot says it, and gives the same facts.
        let again = try HostRecord(json: JSON.parse(JSON.write(record.json)))
        #expect(again.askedBy == .cmd)
        #expect(again.reading.registry.exists(Keys.servicingRebootPending) == .value(false))
    }

    @Test func `when both ways fail the host is failed by script control`() async throws {
        let record = try await record(.auto) { request throws(TransportError) in
            Self.isCommand(request) ? RemoteOutput([], end: .exited(code: 1)) : Self.blocked
        }
        #expect(record.state == .failed)
        #expect(record.reason.hasPrefix("script control: PowerShell is restricted"))
        #expect(record.askedBy == .powershell)
        let lost = try await self.record(.auto) { request throws(TransportError) in
            if Self.isCommand(request) { throw TransportError(.connect, .refused) }
            return Self.blocked
        }
        #expect(lost.state == .failed)
        #expect(lost.reason.hasPrefix("script control: "))
    }

    @Test func `the inventory's choice holds`() async throws {
        let powershell = Asked()
        let first = try await record(.powershell, powershell) { _ throws(TransportError) in Self.blocked }
        #expect(powershell.executables == [ProbeProgram.executable])
        #expect(first.state == .failed && !first.reason.hasPrefix("script control"))
        let cmd = Asked()
        let second = try await record(.cmd, cmd) { _ throws(TransportError) in RemoteOutput(SimulatedConsole().output())
        }
        #expect(cmd.executables == [CommandProgram.executable])
        #expect(second.state == .partial)
    }

    @Test func `what PowerShell did say is not asked again`() async throws {
        for output in [ProbeLines.whole(), Array("garbage".utf8)] {
            let asked = Asked()
            _ = try await record(.auto, asked) { _ throws(TransportError) in RemoteOutput(output) }
            #expect(asked.executables == [ProbeProgram.executable])
        }
    }

    @Test func `a cmd exe that does one line at a time is asked line by line, and one that does none only once`()
        async throws
    {
        let asked = Asked()
        let record = try await record(.cmd, asked) { request throws(TransportError) in
            let line = CommandProgram.lines.firstIndex { line in
                request.standardInput.starts(with: Array(line.text.utf8))
            }
            let steps = CommandProgram.lines[line ?? 0].steps
            var text = "FLEETAUDIT1-CMD 5 START\r\n"
            for number in steps {
                let (words, code) = SimulatedConsole().answer(CommandProgram.steps[number])
                text += words + "FLEETAUDIT1-CMD 5 \(number) \(code)\r\n"
            }
            return RemoteOutput(Array(text.utf8))
        }
        #expect(asked.executables.count == CommandProgram.lines.count)
        #expect(record.state == .partial)
        #expect(!record.reason.contains("end"))
        let none = Asked()
        _ = try await self.record(.cmd, none) { _ throws(TransportError) in RemoteOutput([]) }
        #expect(none.executables.count == 1)
    }
}
