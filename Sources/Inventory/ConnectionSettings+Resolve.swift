import Formats

extension ConnectionSettings {
    /// Works out how a host is asked. Throws what is wrong with this host's variables; other hosts are not concerned.
    ///
    /// - Parameters:
    ///   - asksPassword: `--ask-password` was given: it is used where the inventory names no password and no key.
    ///   - defaultUser: `--user`, for hosts whose inventory names none.
    package static func resolve(
        _ host: InventoryHost, environment: [String: String], asksPassword: Bool = false, defaultUser: String? = nil
    ) throws(VariableError) -> ConnectionSettings {
        let resolver = VariableResolver(host: host, environment: environment)
        let variables = ConnectionVariables(resolver: resolver, asksPassword: asksPassword, defaultUser: defaultUser)
        if let path = try resolver.text("fleetaudit_recording") {
            return ConnectionSettings(
                address: host.name, transport: .recorded(path: path), probe: try variables.probe())
        }
        switch try resolver.text("ansible_connection")?.lowercased() ?? "ssh" {
        case "ssh", "paramiko", "paramiko_ssh", "libssh", "smart", "ansible.builtin.ssh", "ansible.netcommon.libssh":
            return ConnectionSettings(
                address: try variables.address("ansible_ssh_host"), transport: .ssh(try variables.ssh()),
                probe: try variables.probe())
        case "winrm", "ansible.builtin.winrm":
            return ConnectionSettings(
                address: try variables.address("ansible_winrm_host"), transport: .winrm(try variables.winrm()),
                probe: try variables.probe())
        case "psrp", "ansible.builtin.psrp":
            return ConnectionSettings(
                address: try variables.address("ansible_psrp_host"), transport: .winrm(try variables.psrp()),
                probe: try variables.probe())
        case let other:
            throw VariableError(
                variable: "ansible_connection", problem: "'\(other)' is not supported; use ssh, winrm or psrp")
        }
    }
}

/// Reads the variables of each connection plug-in.
private struct ConnectionVariables {
    let resolver: VariableResolver
    let asksPassword: Bool
    let defaultUser: String?

    /// What to connect to; as in Ansible the plug-in's own variable wins.
    func address(_ name: String) throws(VariableError) -> String {
        try first(name, "ansible_host") ?? resolver.hostName
    }

    /// Which of the two ways of asking is used.
    func probe() throws(VariableError) -> ProbeChoice {
        guard let text = try resolver.text("fleetaudit_probe") else { return .auto }
        guard let choice = ProbeChoice(rawValue: text) else {
            let choices = ProbeChoice.allCases.map(\.rawValue).joined(separator: ", ")
            throw VariableError(variable: "fleetaudit_probe", problem: "'\(text)' is none of \(choices)")
        }
        return choice
    }

    // MARK: SSH

    func ssh() throws(VariableError) -> SSHSettings {
        try refuseRoutes(in: ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"])
        let keyFile = try first("ansible_ssh_private_key_file", "ansible_private_key_file")
        let password = try credential("ansible_ssh_password", "ansible_ssh_pass", "ansible_password")
        guard let user = try first("ansible_ssh_user", "ansible_user") ?? defaultUser else {
            throw VariableError(
                variable: "ansible_user", problem: "it is not set, so there is no account to sign in with")
        }
        guard keyFile != nil || password != nil else {
            throw VariableError(
                variable: "ansible_ssh_private_key_file",
                problem: "neither a key file nor a password is set, so there is nothing to sign in with")
        }
        var checks = try resolver.flag("ansible_ssh_host_key_checking")
        if checks == nil { checks = try resolver.flag("ansible_host_key_checking") }
        return SSHSettings(
            port: try port("ansible_ssh_port", "ansible_port") ?? 22, user: user, keyFile: keyFile.map(expanded),
            keyPassphrase: try resolver.secret("ansible_ssh_private_key_passphrase").map { .inline($0) },
            password: keyFile == nil ? password : nil,
            knownHostsFiles: try resolver.text("fleetaudit_known_hosts").map { [expanded($0)] } ?? [],
            checksHostKey: checks ?? true)
    }

    /// A jump host or a proxy command changes the route: to go another way than Ansible would is never right.
    private func refuseRoutes(in names: [String]) throws(VariableError) {
        for name in names {
            guard let arguments = try resolver.text(name) else { continue }
            let words = arguments.split { $0.isWhitespace || $0 == "'" || $0 == "\"" }
            let route =
                words.contains { $0.hasPrefix("-J") }
                ? "-J" : ["ProxyCommand", "ProxyJump"].first { arguments.lowercased().contains($0.lowercased()) }
            if let route {
                throw VariableError(
                    variable: name, problem: "\(route) is not supported, and going without it is no way")
            }
        }
    }

    // MARK: WinRM

    func winrm() throws(VariableError) -> WinRMSettings {
        try refuseProxies(["ansible_winrm_proxy"])
        let port = try port("ansible_winrm_port", "ansible_port")
        let scheme = try scheme("ansible_winrm_scheme", port: port)
        return try winrm(
            scheme: scheme, port: port, path: resolver.text("ansible_winrm_path") ?? "/wsman",
            user: first("ansible_winrm_user", "ansible_user"),
            password: credential("ansible_winrm_password", "ansible_winrm_pass", "ansible_password"),
            authentication: ("ansible_winrm_transport", resolver.text("ansible_winrm_transport")),
            validation: ("ansible_winrm_server_cert_validation", resolver.text("ansible_winrm_server_cert_validation")),
            caFile: resolver.text("ansible_winrm_ca_trust_path"),
            encryption: ("ansible_winrm_message_encryption", resolver.text("ansible_winrm_message_encryption")))
    }

    func psrp() throws(VariableError) -> WinRMSettings {
        try refuseProxies(["ansible_psrp_proxy"])
        if try resolver.text("ansible_psrp_configuration_name").map({ $0 != "Microsoft.PowerShell" }) == true {
            throw VariableError(
                variable: "ansible_psrp_configuration_name",
                problem: "restricted (JEA) configurations are not supported")
        }
        let port = try port("ansible_psrp_port", "ansible_port")
        let scheme = try scheme("ansible_psrp_protocol", port: port)
        return try winrm(
            scheme: scheme, port: port, path: "/" + (resolver.text("ansible_psrp_path") ?? "wsman"),
            user: first("ansible_psrp_user", "ansible_user"),
            password: credential("ansible_psrp_password", "ansible_password"),
            authentication: ("ansible_psrp_auth", resolver.text("ansible_psrp_auth")),
            validation: ("ansible_psrp_cert_validation", resolver.text("ansible_psrp_cert_validation")),
            caFile: resolver.text("ansible_psrp_ca_cert"),
            encryption: ("ansible_psrp_message_encryption", resolver.text("ansible_psrp_message_encryption")))
    }

    private func winrm(
        scheme: WinRMSettings.Scheme, port: UInt16?, path: String, user: String?, password: CredentialReference?,
        authentication: (name: String, text: String?), validation: (name: String, text: String?), caFile: String?,
        encryption: (name: String, text: String?)
    ) throws(VariableError) -> WinRMSettings {
        guard let user = user ?? defaultUser else {
            throw VariableError(
                variable: "ansible_user", problem: "it is not set, so there is no account to sign in with")
        }
        guard let password else {
            throw VariableError(
                variable: "ansible_password",
                problem: "it is not set, so there is nothing to sign in with (lookup('env', …) or --ask-password help)")
        }
        let method = try self.authentication(authentication, user: user)
        let never = encryption.text?.lowercased() == "never"
        if never, scheme == .http, method == .ntlm {
            throw VariableError(
                variable: encryption.name,
                problem: "'never' would send the audit in clear over HTTP; use HTTPS or drop it")
        }
        return WinRMSettings(
            scheme: scheme, port: port ?? (scheme == .https ? 5986 : 5985), path: path, user: user, password: password,
            authentication: method, validatesCertificate: try validates(validation), caFile: caFile.map(expanded),
            allowsUnencryptedBasic: try resolver.flag("fleetaudit_allow_unencrypted_basic") ?? false)
    }

    /// No silent downgrade: a domain account is asked with NTLM only where the inventory says so.
    private func authentication(
        _ setting: (name: String, text: String?), user: String
    ) throws(VariableError) -> WinRMSettings.Authentication {
        let wanted = setting.text?.lowercased().split(separator: ",").map { $0.trimmed } ?? []
        if wanted.contains("ntlm") { return .ntlm }
        if wanted == ["basic"] || wanted == ["plaintext"] { return .basic }
        if wanted.isEmpty || wanted == ["negotiate"] {
            if user.contains("@") || user.contains("\\") && !user.hasPrefix(".\\") {
                throw VariableError(
                    variable: setting.name,
                    problem: "\(user) is a domain account, Kerberos is not supported yet, and NTLM is used only where "
                        + "the inventory says \(setting.name): ntlm")
            }
            return .ntlm
        }
        throw VariableError(
            variable: setting.name,
            problem: "'\(wanted.joined(separator: ","))' is not supported; ntlm and basic are")
    }

    private func validates(_ setting: (name: String, text: String?)) throws(VariableError) -> Bool {
        switch setting.text?.lowercased() {
        case nil, "validate": return true
        case "ignore": return false
        case let other?:
            throw VariableError(variable: setting.name, problem: "'\(other)' is neither validate nor ignore")
        }
    }

    private func scheme(_ name: String, port: UInt16?) throws(VariableError) -> WinRMSettings.Scheme {
        guard let text = try resolver.text(name)?.lowercased() else {
            // Ansible's rule: HTTPS, unless the port is HTTP's.
            return port == 5985 ? .http : .https
        }
        guard let scheme = WinRMSettings.Scheme(rawValue: text) else {
            throw VariableError(variable: name, problem: "'\(text)' is neither http nor https")
        }
        return scheme
    }

    private func refuseProxies(_ names: [String]) throws(VariableError) {
        for name in names where resolver.isSet(name) {
            throw VariableError(variable: name, problem: "proxies are not supported, and going without it is no way")
        }
    }

    // MARK: Common

    private func first(_ names: String...) throws(VariableError) -> String? {
        for name in names { if let text = try resolver.text(name) { return text } }
        return nil
    }

    private func port(_ names: String...) throws(VariableError) -> UInt16? {
        for name in names {
            guard let number = try resolver.integer(name) else { continue }
            guard let port = UInt16(exactly: number), port > 0 else {
                throw VariableError(variable: name, problem: "\(number) is no port")
            }
            return port
        }
        return nil
    }

    private func credential(_ names: String...) throws(VariableError) -> CredentialReference? {
        if let path = try resolver.text("fleetaudit_password_file") { return .file(expanded(path)) }
        for name in names {
            guard let secret = try resolver.secret(name) else { continue }
            // An empty password is never meant: a variable of the environment is set, and empty.
            guard !secret.isEmpty else { throw VariableError(variable: name, problem: "it is empty") }
            return .inline(secret)
        }
        return asksPassword ? .prompt : nil
    }

    /// A leading `~/` is the home folder.
    private func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = resolver.home else { return path }
        return home + path.dropFirst()
    }
}
