import EventLoop
import Formats
import Foundation
import Lab

/// A lab that tests run as a process of its own:
///
///     LabPeer serve '{"winrm": 2, "https": 1, "ssh": 1}'   until SIGTERM; prints `ready FILE`, hosts and passwords are in FILE
///     LabPeer lab attach SOCKET HOST                       the forced command of its SSH hosts
@main enum LabPeer {
    /// Not async: an async main's thread would end in a sigsuspend that lets every signal through.
    static func main() {
        let arguments = CommandLine.arguments
        let blocked = Signals.block([SIGTERM, SIGINT])
        Task(executorPreference: Reactor.shared.executor) { exit(await run(arguments, blocked)) }
        while true { pause() }
    }

    private static func run(_ arguments: [String], _ blocked: BlockedSignals) async -> Int32 {
        if arguments.count == 5, arguments[1...2] == ["lab", "attach"] {
            return await LabAttachment.run(socket: arguments[3], host: arguments[4])
        }
        guard arguments.count == 3, arguments[1] == "serve",
            let plan = try? JSONDecoder().decode(Plan.self, from: Data(arguments[2].utf8))
        else {
            FileHandle.standardError.write(Data("usage: LabPeer serve '{\"winrm\": 2}'\n".utf8))
            return 64
        }
        return await serve(plan, blocked)
    }

    struct Plan: Decodable, Sendable {
        /// Numbers of hosts: web0 …, tls0 …, ssh0 ….
        var winrm: Int?
        var https: Int?
        var ssh: Int?
        /// One HTTPS host for each level of channel binding, named after it.
        var bindings: Bool?
        /// One HTTP host for each fault, named after it: see `faults`.
        var faults: [String]?
    }

    struct Listing: Codable, Sendable {
        struct Host: Codable, Sendable {
            var name: String
            var url: String
            var fault: String?
        }
        var user: String
        var domainUser: String
        var password: String
        var domainPassword: String
        var certificateAuthority: String
        var hosts: [Host] = []
        var sshUser: String?
        var sshKey: String?
        var knownHosts: [String] = []
        var secrets: String
    }

    @Reactor private static func serve(_ plan: Plan, _ blocked: BlockedSignals) async -> Int32 {
        do {
            let secrets = try LabSecrets()
            let signIns = SignInLedger()
            let local = LabAccount(user: "Administrator"), domain = LabAccount(user: "audit", domains: ["LAB"])
            var listing = Listing(
                user: local.user, domainUser: "LAB\\\(domain.user)", password: local.password.revealed(),
                domainPassword: domain.password.revealed(), certificateAuthority: secrets.certificateAuthorityFile,
                secrets: secrets.path)
            var winRM: [LabWinRMServer] = [], ssh: [LabSSHServer] = []
            func add(
                _ name: String, https: Bool, fault: LabWinRMFault? = nil, binding: CbtHardeningLevel = .relaxed
            ) async throws {
                let index = winRM.count + 2
                var host = LabWinRMHost(
                    name: name, address: "127.77.\(index / 200).\(index % 200 + 1)", accounts: [local, domain])
                host.usesHTTPS = https
                host.channelBinding = binding
                host.faults = fault.map { [$0] } ?? []
                let server = try await LabWinRMServer(
                    host, secrets: secrets, signIns: signIns,
                    responder: ScriptedResponder(name: name, signIns: signIns))
                winRM.append(server)
                listing.hosts.append(.init(name: name, url: server.url, fault: fault.map { "\($0)" }))
            }
            for index in 0..<(plan.winrm ?? 0) { try await add("web\(index)", https: false) }
            for index in 0..<(plan.https ?? 0) { try await add("tls\(index)", https: true) }
            if plan.bindings == true {
                for level in [CbtHardeningLevel.none, .relaxed, .strict] {
                    try await add("\(level)", https: true, binding: level)
                }
            }
            for name in plan.faults ?? [] {
                guard let fault = faults[name] else { continue }
                try await add(name, https: false, fault: fault)
            }
            if let count = plan.ssh {
                let access = try await LabSSHAccess(secrets: secrets)
                for index in 0..<count {
                    let name = "ssh\(index)"
                    let server = try await LabSSHServer(
                        LabSSHHost(name: name, address: "127.78.\(index / 200).\(index % 200 + 1)"), access: access,
                        signIns: signIns, responder: ScriptedResponder(name: name, signIns: signIns))
                    ssh.append(server)
                    listing.hosts.append(.init(name: name, url: "ssh://\(server.host.address):\(server.port)"))
                    listing.knownHosts += server.knownHostsLines
                }
                listing.sshUser = access.user
                listing.sshKey = access.clientKeyFile
            }
            let file = secrets.path + "/listing.json"
            try JSONEncoder().encode(listing).write(to: URL(fileURLWithPath: file))
            FileHandle.standardOutput.write(Data("ready \(file)\n".utf8))
            await withTaskGroup(of: Void.self) { group in
                for server in winRM { group.addTask { await server.run() } }
                for server in ssh { group.addTask { await server.run() } }
                _ = try? await Signals(blocked).next()
                group.cancelAll()
            }
            return 0
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            return 70
        }
    }

    private static let faults: [String: LabWinRMFault] = [
        "refuses": .refusesEveryPassword, "rights": .lacksRights, "slow": .slow(.milliseconds(300)),
        "cut": .closesDuringReceive, "quota": .quotaFirst(2), "empty": .emptyInternalError,
    ]
}
