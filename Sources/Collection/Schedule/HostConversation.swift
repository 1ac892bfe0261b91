import EventLoop
import Formats
import FoundationEssentials
import HostFacts
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
        record.probe = ProbeProgram.fingerprint
        let clock = ContinuousClock()
        let began = clock.now
        let answer = await ask(connecting, &record)
        guard !answer.wasCutOff else { return nil }
        let elapsed = clock.now - began
        record.seconds = Double(elapsed.wholeMilliseconds) / 1000
        record.state = answer.state
        record.reason = answer.reason
        record.advice = answer.advice
        record.sections = answer.sections
        return await offLoop { [record, expectedName = host.expectedName] in Self.checked(record, expectedName) }
    }

    /// One attempt, and further ones for failures that may pass; a refused sign-in is never repeated.
    private func ask(_ connecting: PlannedHost.Connecting, _ record: inout HostRecord) async -> HostAnswer {
        let gate: any SignInGate = connecting.credential.map { gatekeeper.gate($0) } ?? OpenGate()
        while true {
            record.attempts += 1
            do throws(TransportError) {
                let output = try await connecting.make(gate, options.deadlines).run(options.request)
                record.roundTrips += output.roundTrips
                record.connections += output.connections
                return await offLoop { HostAnswer(output) }
            } catch {
                guard error.isRetryable, record.attempts <= options.retries, !Task.isCancelled else {
                    return HostAnswer(error)
                }
                let pause = Self.pause(afterAttempt: record.attempts)
                do throws(EventLoopError) {
                    try await Loop.shared.sleep(until: .after(pause))
                } catch {
                    return HostAnswer(TransportError(.connect, .cancelled))
                }
            }
        }
    }

    /// 1, 2, 4, … seconds, each half fixed and half random, so that hosts that failed together do not come together.
    private static func pause(afterAttempt attempt: Int) -> Duration {
        let base = Double(1 << min(attempt - 1, 5))
        return .milliseconds(Int(base * 500 + .random(in: 0...(base * 500))))
    }

    /// Another machine than the one asked for is no audit of the one asked for.
    private static func checked(_ record: HostRecord, _ expectedName: String?) -> HostRecord {
        guard let expectedName, record.state.isJudged,
            case .value(let name) = HostIdentity(registry: record.reading.registry, machineSID: .unasked).computerName
        else { return record }
        // NetBIOS names end after 15 characters.
        guard name.lowercased() != expectedName.prefix(15).lowercased() else { return record }
        var record = record
        record.state = .wrongHost
        record.reason = "the computer that answered is called \(name), and \(expectedName) was asked for"
        record.advice =
            "Check name resolution; for an alias set fleetaudit_computer_name to the computer's name, or to any."
        return record
    }
}
