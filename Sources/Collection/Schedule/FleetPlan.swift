package import Formats
import FoundationEssentials
import HostFacts
package import Inventory
import Transport

/// Who is asked and how, worked out before any host is contacted.
package struct FleetPlan: Sendable {
    package let hosts: [PlannedHost]
    /// The secrets of the run; a credential's number is the place in here.
    package let secrets: [Secret]
    /// What an operator should know before it starts, as sentences.
    package let warnings: [String]

    /// What the command line adds to the inventory.
    package struct Options: Sendable {
        package var environment: [String: String] = [:]
        /// The answer to `--ask-password`.
        package var promptedPassword: Secret?
        /// `--user`
        package var defaultUser: String?
        package init() {}
    }

    /// Hosts as the inventory describes them, without how to sign in: nobody will be asked.
    package static func described(_ hosts: [InventoryHost], environment: [String: String]) -> [PlannedHost] {
        var options = Options()
        options.environment = environment
        let planner = FleetPlanner(options: options)
        return hosts.map { planner.resolve($0) }.map { resolved in
            PlannedHost(
                host: resolved.host, address: resolved.address, role: resolved.role, site: resolved.site,
                expectedName: resolved.expectedName, way: .unusable("it is not asked"))
        }
    }

    /// Works out the plan; files that many hosts need (keys, passwords, known hosts) are read once, and everything that
    /// is wrong with them is thrown at once.
    package static func make(_ hosts: [InventoryHost], options: Options) async throws(Diagnostics) -> FleetPlan {
        var planner = FleetPlanner(options: options)
        let resolved = hosts.map { planner.resolve($0) }
        let accounts = AccountName.accounts(resolved.map { ($0.host.name, $0.user ?? "") })
        var planned: [PlannedHost] = []
        for (host, account) in zip(resolved, accounts) { planned.append(await planner.plan(host, account)) }
        if planner.diagnostics.hasErrors { throw planner.diagnostics }
        return FleetPlan(hosts: planned, secrets: planner.secrets, warnings: planner.warnings)
    }
}

/// Turns inventory settings into connections, reading each file once.
struct FleetPlanner {
    struct Resolved {
        let host: InventoryHost
        let settings: Result<ConnectionSettings, VariableError>
        let role: String?
        let site: String?
        let expectedName: String?

        /// What would be connected to.
        var address: String { (try? settings.get())?.address ?? host.name }

        /// The account's name, where there is one.
        var user: String? {
            guard case .success(let settings) = settings else { return nil }
            switch settings.transport {
            case .ssh(let ssh): return ssh.user
            case .winrm(let winrm): return winrm.user
            case .recorded: return nil
            }
        }
    }

    let options: FleetPlan.Options
    var diagnostics = Diagnostics()
    private(set) var secrets: [Secret] = []
    private(set) var warnings: [String] = []
    private var keys: [String: SSHPrivateKey] = [:]
    private var knownHosts: [String: KnownHosts] = [:]
    private var passwords: [String: Secret] = [:]
    private var ntlm: [LockoutBreaker.Credential: NTLMCredential] = [:]
    private var reported: Set<String> = []

    init(options: FleetPlan.Options) { self.options = options }

    func resolve(_ host: InventoryHost) -> Resolved {
        let resolver = VariableResolver(host: host, environment: options.environment)
        let settings: Result<ConnectionSettings, VariableError>
        do throws(VariableError) {
            settings = .success(
                try ConnectionSettings.resolve(
                    host, environment: options.environment, asksPassword: options.promptedPassword != nil,
                    defaultUser: options.defaultUser))
        } catch {
            settings = .failure(error)
        }
        func text(_ name: String) -> String? {
            do throws(VariableError) { return try resolver.text(name) } catch { return nil }
        }
        let address = (try? settings.get())?.address ?? host.name
        let expected = text("fleetaudit_computer_name")
        return Resolved(
            host: host, settings: settings, role: text("fleetaudit_role"), site: text("fleetaudit_site"),
            expectedName: expected == "any" ? nil : expected ?? Self.nameExpected(at: address))
    }

    /// The first label of a DNS name is the computer's name; an address says nothing.
    static func nameExpected(at address: String) -> String? {
        guard IPAddress.ipv4(address[...]) == nil, IPAddress.ipv6(address[...]) == nil,
            address.lowercased() != "localhost",
            let label = address.split(separator: ".").first, !label.isEmpty
        else { return nil }
        return String(label)
    }

    mutating func plan(_ resolved: Resolved, _ account: Account) async -> PlannedHost {
        func host(_ address: String, _ way: PlannedHost.Way) -> PlannedHost {
            PlannedHost(
                host: resolved.host, address: address, role: resolved.role, site: resolved.site,
                expectedName: resolved.expectedName, way: way,
                probe: (try? resolved.settings.get())?.probe ?? .auto)
        }
        switch resolved.settings {
        case .failure(let error): return host(resolved.host.name, .unusable("\(error)"))
        case .success(let settings):
            let way: PlannedHost.Way?
            switch settings.transport {
            case .ssh(let ssh): way = await self.ssh(ssh, settings.address, account)
            case .winrm(let winrm): way = self.winrm(winrm, settings.address, account)
            case .recorded(let path): way = recorded(path)
            }
            return host(settings.address, way ?? .unusable("its settings name a file that cannot be used"))
        }
    }

    // MARK: SSH

    private mutating func ssh(_ settings: SSHSettings, _ address: String, _ account: Account) async -> PlannedHost.Way?
    {
        let authentication: SSHEndpoint.Authentication
        var credential: LockoutBreaker.Credential?
        if let path = settings.keyFile {
            guard let key = await privateKey(path, settings.keyPassphrase) else { return nil }
            authentication = .key(key)
        } else {
            guard let reference = settings.password, let secret = secret(reference) else { return nil }
            authentication = .password(secret)
            credential = .init(account: account, name: settings.user, secret: number(of: secret))
        }
        let policy: SSHEndpoint.HostKeyPolicy
        if settings.checksHostKey {
            guard let known = knownHosts(settings.knownHostsFiles) else { return nil }
            policy = .check(known)
        } else {
            policy = .ignore
        }
        let endpoint = SSHEndpoint(
            host: address, port: settings.port, user: settings.user, authentication: authentication, hostKeys: policy)
        return .connect(
            .init(
                transport: "ssh", authentication: credential == nil ? "key" : "password", credential: credential,
                unchecked: settings.checksHostKey ? [] : ["host key"]
            ) { gate, deadlines in SSHConnection(endpoint: endpoint, gate: gate, deadlines: deadlines) })
    }

    private mutating func privateKey(_ path: String, _ passphrase: CredentialReference?) async -> SSHPrivateKey? {
        if let key = keys[path] { return key }
        guard let bytes = privateFile(path, what: "the private key") else { return nil }
        do throws(TransportError) {
            let key = try await SSHPrivateKey.load(bytes, passphrase: passphrase.flatMap { secret($0) })
            keys[path] = key
            return key
        } catch {
            report(
                path, "the private key cannot be used: \(error.detail.isEmpty ? "\(error)" : error.detail)",
                help: error.advice)
            return nil
        }
    }

    /// The user's own file and the system's, when the inventory names none.
    private mutating func knownHosts(_ files: [String]) -> KnownHosts? {
        let key = files.joined(separator: "\n")
        if let known = knownHosts[key] { return known }
        var bytes: [UInt8] = []
        if files.isEmpty {
            let home = options.environment["HOME"].map { [$0 + "/.ssh/known_hosts"] } ?? []
            for path in home + ["/etc/ssh/ssh_known_hosts"] {
                if let data = FileManager.default.contents(atPath: path) { bytes += Array(data) + [0x0a] }
            }
        }
        for path in files {
            guard let data = FileManager.default.contents(atPath: path) else {
                report(path, "the file of known hosts cannot be read", help: nil)
                return nil
            }
            bytes += Array(data) + [0x0a]
        }
        let known = KnownHosts(bytes)
        let place = files.isEmpty ? "the known hosts of this account and system" : files.joined(separator: ", ")
        if !known.unreadableLines.isEmpty {
            let numbers = known.unreadableLines.map(String.init).joined(separator: ", ")
            warnings.append("\(place): what stands in these lines cannot be read: \(numbers)")
        }
        if known.certificateAuthorityLines > 0 {
            warnings.append(
                "\(place): @cert-authority lines are not used; hosts need lines with their own keys")
        }
        knownHosts[key] = known
        return known
    }

    // MARK: WinRM

    private mutating func winrm(_ settings: WinRMSettings, _ address: String, _ account: Account) -> PlannedHost.Way? {
        guard let secret = secret(settings.password) else { return nil }
        let credential = LockoutBreaker.Credential(account: account, name: settings.user, secret: number(of: secret))
        var unchecked: [String] = []
        let scheme: WinRMEndpoint.Scheme
        switch settings.scheme {
        case .http: scheme = .http
        case .https where !settings.validatesCertificate:
            unchecked.append("certificate")
            scheme = .https(.none)
        case .https:
            if let path = settings.caFile, !FileManager.default.isReadableFile(atPath: path) {
                report(path, "the file of trusted authorities cannot be read", help: nil)
                return nil
            }
            scheme = .https(settings.caFile.map { .caFile($0) } ?? .system)
        }
        let authentication: WinRMEndpoint.Authentication
        switch settings.authentication {
        case .ntlm:
            let shared = ntlm[credential] ?? NTLMCredential(user: settings.user, password: secret)
            ntlm[credential] = shared
            authentication = .ntlm(shared)
        case .basic:
            if settings.scheme == .http {
                guard settings.allowsUnencryptedBasic else {
                    return .unusable(
                        "Basic over HTTP would send the password in clear; use HTTPS or NTLM "
                            + "(fleetaudit_allow_unencrypted_basic: true insists)")
                }
                unchecked.append("encryption: the password travels in clear")
            }
            authentication = .basic(user: settings.user, password: secret)
        }
        let endpoint = WinRMEndpoint(
            scheme: scheme, host: address, port: settings.port, path: settings.path, authentication: authentication,
            allowsUnencryptedBasic: settings.allowsUnencryptedBasic)
        return .connect(
            .init(
                transport: "winrm", authentication: settings.authentication.rawValue, credential: credential,
                unchecked: unchecked
            ) { gate, deadlines in WinRMConnection(endpoint: endpoint, gate: gate, deadlines: deadlines) })
    }

    // MARK: Recordings

    private mutating func recorded(_ path: String) -> PlannedHost.Way? {
        guard let data = FileManager.default.contents(atPath: path) else {
            report(path, "the recording cannot be read", help: nil)
            return nil
        }
        do throws(TransportError) {
            let recording = try Recording(Array(data))
            return .connect(
                .init(transport: "recorded", authentication: nil, credential: nil, unchecked: []) { _, _ in
                    RecordedConnection(recording)
                })
        } catch {
            report(path, error.detail, help: nil)
            return nil
        }
    }

    // MARK: Secrets and files

    private mutating func secret(_ reference: CredentialReference) -> Secret? {
        switch reference {
        case .inline(let secret): return secret
        case .prompt: return options.promptedPassword
        case .file(let path):
            if let secret = passwords[path] { return secret }
            guard var bytes = privateFile(path, what: "the password file") else { return nil }
            while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
            guard !bytes.isEmpty else {
                report(path, "the password file is empty", help: nil)
                return nil
            }
            let secret = Secret(bytes: bytes)
            passwords[path] = secret
            return secret
        }
    }

    /// A file with a secret; refused when others than its owner can read it.
    private mutating func privateFile(_ path: String, what: String) -> [UInt8]? {
        do throws(PrivateFile.Failure) { return try PrivateFile.read(path) } catch {
            switch error {
            case .missing: report(path, "there is no such file", help: nil)
            case .unreadable: report(path, "\(what) cannot be read", help: nil)
            case .isNoFile: report(path, "\(what) is no file", help: nil)
            case .readableByOthers: report(path, "others can read \(what)", help: "chmod 600 \(path)")
            case .tooLarge: report(path, "\(what) is larger than \(PrivateFile.limit) bytes", help: nil)
            }
            return nil
        }
    }

    private mutating func report(_ path: String, _ message: String, help: String?) {
        guard reported.insert(path).inserted else { return }
        diagnostics.add(Diagnostic(file: path, message: message, help: help))
    }

    private mutating func number(of secret: Secret) -> Int {
        if let index = secrets.firstIndex(of: secret) { return index }
        secrets.append(secret)
        return secrets.count - 1
    }
}
