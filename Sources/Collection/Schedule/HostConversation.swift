import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Inventory
import Transport

/// Asks one host, again where that may help, and turns what came into a record. Never throws: whatever goes wrong is the
/// host's state.
struct HostConversation: Sendable {
    let host: PlannedHost
    let gatekeeper: SignInGatekeeper
    let options: FleetSchedule.Options

    /// `nil` when the task was cancelled before the host had answered.
    func record() async -> HostRecord? {
        var record = HostRecord(
            name: host.name, address: host.address, groups: host.groups, role: host.role, site: host.site,
            state: .skipped, started: Date())
        guard case .connect(let connecting) = host.way else {
            if case .unusable(let reason) = host.way { record.reason = reason }
            record.advice = "Correct this host in the inventory."
            return record
        }
        record.transport = connecting.transport
        record.authentication = connecting.authentication
        record.unchecked = connecting.unchecked
        let clock = ContinuousClock()
        let began = clock.now
        let answer = await ask(connecting, &record, since: began)
        guard !answer.wasCutOff else { return nil }
        let elapsed = clock.now - began
        record.seconds = Double(elapsed.wholeMilliseconds) / 1000
        record.state = answer.state
        record.reason = answer.reason
        record.advice = answer.advice
        record.sections = answer.sections
        return await offLoop { [record, expectedName = host.expectedName] in record.checked(against: expectedName) }
    }

    /// Asks as the inventory wants it: by PowerShell, by cmd.exe, or by cmd.exe where PowerShell cannot answer.
    private func ask(
        _ connecting: PlannedHost.Connecting, _ record: inout HostRecord, since began: ContinuousClock.Instant
    ) async -> HostAnswer {
        guard host.probe != .cmd else {
            record.asked(by: .cmd)
            switch await runCommands(connecting, &record, since: began) {
            case .failure(let error): return HostAnswer(error)
            case .success(let outputs): return await offLoop { HostAnswer(command: outputs) }
            }
        }
        record.asked(by: .powershell)
        let answer: HostAnswer
        switch await run(options.request, connecting, &record) {
        case .failure(let error): return HostAnswer(error)
        case .success(let output): answer = await offLoop { HostAnswer(output) }
        }
        guard host.probe == .auto, answer.isWithoutPowerShell, !Task.isCancelled else { return answer }
        switch await runCommands(connecting, &record, since: began) {
        case .failure(let error): return .neither(answer, HostAnswer(error))
        case .success(let outputs):
            let second = await offLoop { HostAnswer(command: outputs, because: answer.reason) }
            guard second.state != .failed else { return .neither(answer, second) }
            record.asked(by: .cmd)
            return second
        }
    }

    /// Asks by cmd.exe: once, and again from the first line on that was not done, each line at most twice. Never longer in
    /// all than one host may take.
    private func runCommands(
        _ connecting: PlannedHost.Connecting, _ record: inout HostRecord, since began: ContinuousClock.Instant
    ) async -> Result<[RemoteOutput], TransportError> {
        var outputs: [RemoteOutput] = []
        var line = 0
        var tries: [Int: Int] = [:]
        var room = options.outputLimit
        while true {
            let left = options.deadlines.total - (ContinuousClock.now - began)
            guard left > .zero else {
                let error = TransportError(.command, .timedOut(options.deadlines.total))
                return outputs.isEmpty ? .failure(error) : .success(outputs)
            }
            let request = CommandProgram.request(fromLine: line, outputLimit: room)
            tries[line, default: 0] += 1
            switch await run(request, connecting, &record, total: left) {
            case .failure(let error): return outputs.isEmpty ? .failure(error) : .success(outputs)
            case .success(let output):
                outputs.append(output)
                room -= output.standardOutput.count
                let open = await offLoop { [outputs] in CommandTranscript(outputs.map(\.standardOutput)).openLines }
                guard case .exited = output.end, let next = open.first(where: { tries[$0, default: 0] < 2 }),
                    room > 0, !Task.isCancelled
                else { return .success(outputs) }
                line = next
            }
        }
    }

    /// One attempt, and further ones for failures that may pass; a refused sign-in is never repeated.
    private func run(
        _ request: RemoteRequest, _ connecting: PlannedHost.Connecting, _ record: inout HostRecord,
        total: Duration? = nil
    ) async -> Result<RemoteOutput, TransportError> {
        let gate: any SignInGate = connecting.credential.map { gatekeeper.gate($0) } ?? OpenGate()
        var deadlines = options.deadlines
        if let total { deadlines.total = total }
        let before = record.attempts
        while true {
            record.attempts += 1
            do throws(TransportError) {
                let output = try await connecting.make(gate, deadlines).run(request)
                record.roundTrips += output.roundTrips
                record.connections += output.connections
                return .success(output)
            } catch {
                guard error.isRetryable, record.attempts - before <= options.retries, !Task.isCancelled else {
                    return .failure(error)
                }
                let pause = Self.pause(afterAttempt: record.attempts - before)
                do throws(EventLoopError) {
                    try await Loop.shared.sleep(until: .after(pause))
                } catch {
                    return .failure(TransportError(.connect, .cancelled))
                }
            }
        }
    }

    /// 1, 2, 4, … seconds, each half fixed and half random, so that hosts that failed together do not come together.
    private static func pause(afterAttempt attempt: Int) -> Duration {
        let base = Double(1 << min(attempt - 1, 5))
        return .milliseconds(Int(base * 500 + .random(in: 0...(base * 500))))
    }
}
