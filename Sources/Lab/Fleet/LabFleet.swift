package import EventLoop
import Formats
import HostFacts

/// The lab's hosts, listening on loopback, and the inventory that leads to them.
///
/// Listens from its start on; ``run()`` serves until its task is cancelled. Keys and passwords are new at every start and
/// gone with the value.
@Reactor package final class LabFleet {
    private let secrets: LabSecrets
    private let winRM: [LabWinRMServer]
    private let ssh: [LabSSHServer]
    /// Who signed in how often, as the hosts counted it.
    package let signIns: SignInLedger
    /// An inventory file (0600) with everything that connecting needs; to be given beside the fleet's own inventory.
    package nonisolated let inventoryPath: String

    package nonisolated var hostCount: Int { winRM.count + ssh.count }

    private init(
        secrets: LabSecrets, winRM: [LabWinRMServer], ssh: [LabSSHServer], signIns: SignInLedger, inventoryPath: String
    ) {
        self.secrets = secrets
        self.winRM = winRM
        self.ssh = ssh
        self.signIns = signIns
        self.inventoryPath = inventoryPath
    }

    /// - Parameter attachCommand: program and arguments that call ``LabAttachment``; nil: this program.
    package static func start(
        _ hosts: [LabHostDefinition], attachCommand: [String]? = nil
    ) async throws(LabError) -> LabFleet {
        let secrets = try LabSecrets()
        let signIns = SignInLedger()
        var inventory = LabInventory(secrets: secrets)
        let account = LabAccount(user: "svc-audit")
        // What the inventory says in place of a password that was changed on the hosts.
        let stale = LabAccount(user: "svc-audit-old")
        try inventory.addAccount(account, password: account.password)
        try inventory.addAccount(stale, password: LabSecrets.newPassword())
        var access: LabSSHAccess?
        var winRM: [LabWinRMServer] = []
        var ssh: [LabSSHServer] = []
        for (index, definition) in hosts.enumerated() {
            let address = "127.77.\(index / 200).\(index % 200 + 1)"
            let responder = RecordedResponder(definition)
            if definition.behaviour == .dead {
                inventory.addDead(definition, address: address, account: account)
            } else if definition.transport.isSSH {
                if access == nil { access = try await LabSSHAccess(secrets: secrets, attachCommand: attachCommand) }
                guard let access else { continue }
                var host = LabSSHHost(name: definition.name, address: address)
                host.faults = definition.sshFaults
                let server = try await LabSSHServer(host, access: access, signIns: signIns, responder: responder)
                inventory.add(definition, server, user: access.user, key: access.clientKeyFile)
                ssh.append(server)
            } else {
                let accounts = [account, stale]
                var host = LabWinRMHost(
                    name: definition.name, address: address, accounts: accounts,
                    dialect: definition.transport == .winrm2 ? .winRM2 : .winRM3)
                host.usesHTTPS = definition.transport == .winrmHTTPS || definition.transport == .winrmHTTPSBasic
                host.faults = definition.winRMFaults
                let server = try await LabWinRMServer(host, secrets: secrets, signIns: signIns, responder: responder)
                inventory.add(
                    definition, server, account: definition.behaviour == .refusesPassword ? stale : account)
                winRM.append(server)
            }
        }
        let path = try inventory.write(knownHosts: ssh.flatMap(\.knownHostsLines))
        return LabFleet(secrets: secrets, winRM: winRM, ssh: ssh, signIns: signIns, inventoryPath: path)
    }

    /// Serves until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for server in winRM { group.addTask { await server.run() } }
            for server in ssh { group.addTask { await server.run() } }
        }
    }
}

extension LabHostDefinition {
    fileprivate var winRMFaults: Set<LabWinRMFault> {
        switch behaviour {
        case .silent: [.silent]
        case .slow: [.slow(.milliseconds(500))]
        case .lacksRights: [.lacksRights]
        case .rubbish: [.garbage]
        case .normal, .dead, .refusesPassword, .endless, .mute, .cut, .restricted, .damaged: []
        }
    }

    fileprivate var sshFaults: Set<LabSSHFault> {
        switch behaviour {
        case .silent: [.silent]
        case .slow: [.slow(.milliseconds(500))]
        case .rubbish: [.garbage]
        case .refusesPassword: [.refusesEveryKey]
        case .normal, .dead, .lacksRights, .endless, .mute, .cut, .restricted, .damaged: []
        }
    }
}
