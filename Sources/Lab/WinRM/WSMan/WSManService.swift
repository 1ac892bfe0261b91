import EventLoop
import FoundationEssentials

/// WS-Management of one host: an envelope in, an envelope out ([MS-WSMV] 3.1.4).
@Reactor final class WSManService {
    struct Caller: Sendable, Hashable {
        var account: String
        var address: String
    }

    struct Answer: Sendable {
        /// 200, or 500 with a fault.
        var status: UInt16
        var envelope: [UInt8]
        /// It answers a Receive.
        var isReceive = false
    }

    private let host: LabWinRMHost
    private let faults: WinRMFaultPlan
    private let prompt: CommandPrompt
    private let shells: ShellTable
    private let writer: WSManAnswer

    init(host: LabWinRMHost, faults: WinRMFaultPlan, responder: any LabResponder) {
        self.host = host
        self.faults = faults
        prompt = CommandPrompt(responder: responder)
        shells = ShellTable(limitPerAccount: host.maxShellsPerUser)
        writer = WSManAnswer(dialect: host.dialect, machine: host.name)
    }

    /// Shells that exist now.
    var shellCount: Int { shells.count }

    func close() { shells.deleteAll() }

    /// nil: the connection is cut instead.
    func answer(_ envelope: [UInt8], from caller: Caller) async -> Answer? {
        let request: WSManRequest
        do throws(WSManRequest.Rejection) { request = try WSManRequest.parse(envelope) } catch {
            return refusal(error.fault, to: error.messageID)
        }
        if case .identify = request.operation { return identify(isAuthenticated: true) }
        do throws(WSManFault) {
            if faults.contains(.lacksRights) { throw .accessDenied }
            if case .create = request.operation, faults.countsDownQuota() {
                throw .tooManyShells(host.maxShellsPerUser)
            }
            return try await perform(request, caller)
        } catch {
            return refusal(error, to: request.messageID)
        }
    }

    /// The answer to Identify. Without authentication Windows hides its version.
    func identify(isAuthenticated: Bool) -> Answer {
        let version = isAuthenticated ? host.operatingSystemVersion : "0.0.0"
        return Answer(
            status: 200,
            envelope: Array(
                writer.identify(version: "OS: \(version) SP: 0.0 Stack: \(host.dialect.stackVersion)").utf8))
    }

    private func refusal(_ fault: WSManFault, to messageID: String?) -> Answer {
        Answer(status: 500, envelope: Array(writer.fault(fault, to: messageID).utf8))
    }

    private func success(_ envelope: String) -> Answer { Answer(status: 200, envelope: Array(envelope.utf8)) }

    private func perform(_ request: WSManRequest, _ caller: Caller) async throws(WSManFault) -> Answer? {
        if case .create(var description) = request.operation {
            if !host.dialect.takesChosenIDs { description.id = nil }
            let shell = try shells.create(description, owner: caller.account, idleTimeout: host.dialect.idleTimeout)
            return success(
                writer.created(
                    .init(
                        id: shell.id, owner: caller.account, clientAddress: caller.address,
                        idleTimeout: shell.idleTimeout, description: description),
                    for: request))
        }
        let shell = try shells.find(request.shellID, owner: caller.account)
        shell.requestsInFlight += 1
        defer {
            shell.requestsInFlight -= 1
            shell.idleSince = .after(.zero)
        }
        switch request.operation {
        case .identify, .create: return nil
        case .command(let chosen, let line):
            let id = (host.dialect.takesChosenIDs ? chosen : nil) ?? UUID().uuidString
            guard shell.commands[id] == nil else { throw .invalidParameter }
            guard shell.commands.count < host.dialect.maxProcessesPerShell else { throw .tooManyCommands }
            shell.commands[id] = ShellCommand(id: id, commandLine: line, prompt: prompt)
            return success(writer.started(command: id, for: request))
        case .send(let inputs):
            for input in inputs {
                guard try command(input.command, in: shell).send(input.bytes, isLast: input.isLast) else {
                    throw .invalidParameter
                }
            }
            return success(writer.done(.send, for: request))
        case .receive(let id, let streams):
            return try await receive(try command(id, in: shell), streams, request)
        case .signal(let id, _):
            // ctrl_c, ctrl_break and terminate: whatever the program would make of it, it is gone afterwards.
            let command = try command(id, in: shell)
            command.abort()
            shell.commands[command.id] = nil
            return success(writer.done(.signal, for: request))
        case .delete:
            shells.delete(shell)
            return success(writer.done(.delete, for: request))
        }
    }

    private func command(_ id: String?, in shell: Shell) throws(WSManFault) -> ShellCommand {
        guard let id else { throw .invalidParameter }
        guard let command = shell.commands[id.uppercased()] else { throw .unknownCommand }
        return command
    }

    private func receive(
        _ command: ShellCommand, _ names: [String], _ request: WSManRequest
    ) async throws(WSManFault) -> Answer? {
        let streams = names.compactMap(OutputQueue.Stream.init(rawValue:))
        guard !names.isEmpty, streams.count == names.count, Set(names).count == names.count else {
            throw .invalidParameter
        }
        let size = min(request.maxEnvelopeSize ?? .max, host.dialect.maxEnvelopeSize)
        let room = size - WSManAnswer.envelopeOverhead - request.messageID.utf8.count
        let timeout = min(request.operationTimeout ?? .seconds(60), .seconds(60))
        let received = await command.receive(Set(streams), limit: room, until: .after(timeout))
        switch received {
        case .timedOut: throw .operationTimedOut
        case .aborted: throw .aborted
        case .cut: return nil
        case .output(let fragments, let exitCode):
            var answer = success(
                writer.received(fragments, command: command.id, streams: names, exitCode: exitCode, for: request))
            answer.isReceive = true
            return answer
        }
    }
}
