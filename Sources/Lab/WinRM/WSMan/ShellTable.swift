import EventLoop
import FoundationEssentials

/// A remote shell of one account.
@Reactor final class Shell {
    let id: String
    let owner: String
    let idleTimeout: Duration
    var commands: [String: ShellCommand] = [:]
    /// Requests that are being answered: a shell in use is not idle.
    var requestsInFlight = 0
    var idleSince = Deadline.after(.zero)

    init(id: String, owner: String, idleTimeout: Duration) {
        self.id = id
        self.owner = owner
        self.idleTimeout = idleTimeout
    }

    var isExpired: Bool {
        requestsInFlight == 0
            && Deadline(nanoseconds: idleSince.nanoseconds + idleTimeout.wholeNanoseconds).hasPassed
    }
}

/// The shells of one host.
@Reactor final class ShellTable {
    private var shells: [String: Shell] = [:]
    private let limitPerAccount: Int

    init(limitPerAccount: Int) {
        self.limitPerAccount = limitPerAccount
    }

    var count: Int {
        dropExpired()
        return shells.count
    }

    func create(_ description: WSManRequest.ShellDescription, owner: String, idleTimeout: Duration)
        throws(WSManFault) -> Shell
    {
        dropExpired()
        guard shells.values.count(where: { $0.owner == owner }) < limitPerAccount else {
            throw .tooManyShells(limitPerAccount)
        }
        let id = description.id ?? UUID().uuidString
        guard shells[id] == nil else { throw .shellExists }
        let shell = Shell(id: id, owner: owner, idleTimeout: description.idleTimeout ?? idleTimeout)
        shells[id] = shell
        return shell
    }

    func find(_ id: String?, owner: String) throws(WSManFault) -> Shell {
        dropExpired()
        guard let id else { throw .missingSelector }
        guard let shell = shells[id.uppercased()] else { throw .unknownShell(id) }
        guard shell.owner == owner else { throw .accessDenied }
        return shell
    }

    func delete(_ shell: Shell) {
        for command in shell.commands.values { command.abort() }
        shells[shell.id] = nil
    }

    func deleteAll() {
        for shell in shells.values { delete(shell) }
    }

    private func dropExpired() {
        for shell in shells.values where shell.isExpired { delete(shell) }
    }
}
