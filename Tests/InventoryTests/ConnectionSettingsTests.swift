import Formats
import Inventory
import Testing

@Suite struct ConnectionSettingsTests {
    private func settings(
        _ variables: String..., environment: [String: String] = ["HOME": "/home/a"], asksPassword: Bool = false,
        defaultUser: String? = nil
    ) throws -> ConnectionSettings {
        try ConnectionSettings.resolve(
            host(variables.joined(separator: "\n")), environment: environment, asksPassword: asksPassword,
            defaultUser: defaultUser)
    }

    private func ssh(_ variables: String..., asksPassword: Bool = false, defaultUser: String? = nil) throws
        -> SSHSettings
    {
        let settings = try settings(
            variables.joined(separator: "\n"), asksPassword: asksPassword, defaultUser: defaultUser)
        guard case .ssh(let ssh) = settings.transport else { throw WrongTransport() }
        return ssh
    }

    private func winrm(_ variables: String...) throws -> WinRMSettings {
        let settings = try settings(variables.joined(separator: "\n"))
        guard case .winrm(let winrm) = settings.transport else { throw WrongTransport() }
        return winrm
    }

    private struct WrongTransport: Error {}

    // MARK: Which way

    @Test(arguments: [
        "ssh", "smart", "SSH", "paramiko", "paramiko_ssh", "libssh", "ansible.builtin.ssh", "ansible.netcommon.libssh",
    ])
    func `these connections are SSH`(_ name: String) throws {
        _ = try ssh("ansible_connection: \(name)", "ansible_user: u", "ansible_password: p")
    }

    @Test(arguments: ["winrm", "psrp", "WinRM", "ansible.builtin.winrm", "ansible.builtin.psrp"])
    func `these connections are WinRM`(_ name: String) throws {
        _ = try winrm("ansible_connection: \(name)", "ansible_user: u", "ansible_password: p")
    }

    @Test func `the way of asking is one of three, and auto by default`() throws {
        let base = ["ansible_user: u", "ansible_password: p"].joined(separator: "\n")
        #expect(try settings(base).probe == .auto)
        for choice in ProbeChoice.allCases {
            #expect(try settings(base, "fleetaudit_probe: \(choice.rawValue)").probe == choice)
        }
        let error = #expect(throws: VariableError.self) { try settings(base, "fleetaudit_probe: bash") }
        #expect(error?.variable == "fleetaudit_probe")
    }

    @Test(arguments: ["local", "docker", "network_cli", "winrmx", "''"])
    func `another connection is that host's error`(_ name: String) {
        let error = #expect(throws: VariableError.self) {
            try settings("ansible_connection: \(name)", "ansible_user: u", "ansible_password: p")
        }
        #expect(error?.variable == "ansible_connection")
    }

    @Test(arguments: [
        ("ssh", "ansible_host: a", "a"), ("ssh", "ansible_ssh_host: b\nansible_host: a", "b"), ("ssh", "x: 1", "h1"),
        ("winrm", "ansible_host: a", "a"), ("winrm", "ansible_winrm_host: b\nansible_host: a", "b"),
        ("psrp", "ansible_psrp_host: b\nansible_host: a", "b"), ("psrp", "ansible_winrm_host: b\nansible_host: a", "a"),
        ("ssh", "ansible_host: '{{ inventory_hostname }}.example.com'", "h1.example.com"),
    ])
    func `the address is the plug-in's own variable, then ansible_host, then the name`(
        _ connection: String, _ lines: String, _ address: String
    ) throws {
        let settings = try settings("ansible_connection: \(connection)\nansible_user: u\nansible_password: p\n" + lines)
        #expect(settings.address == address)
    }

    @Test func `a recording is nobody's address`() throws {
        let settings = try settings("fleetaudit_recording: /tmp/x")
        guard case .recorded("/tmp/x") = settings.transport else { throw WrongTransport() }
        #expect(settings.address == "h1")
    }

    // MARK: SSH

    @Test func `SSH takes the more special variable`() throws {
        let ssh = try ssh(
            "ansible_user: general", "ansible_ssh_user: special", "ansible_port: 1", "ansible_ssh_port: 2222",
            "ansible_ssh_private_key_file: ~/.ssh/id", "ansible_private_key_file: /other", "ansible_password: unused")
        #expect(ssh.user == "special")
        #expect(ssh.port == 2222)
        #expect(ssh.keyFile == "/home/a/.ssh/id")
        #expect(ssh.password == nil, "a key is there, so no password is kept")
        #expect(ssh.checksHostKey)
        #expect(ssh.knownHostsFiles.isEmpty)
    }

    @Test func `without a port it is 22, without a user the one of the command line`() throws {
        let ssh = try ssh("ansible_ssh_pass: p", defaultUser: "who")
        #expect(ssh.port == 22)
        #expect(ssh.user == "who")
    }

    @Test(arguments: [
        ("ansible_host_key_checking: false", false), ("ansible_ssh_host_key_checking: no", false),
        ("ansible_ssh_host_key_checking: yes\nansible_host_key_checking: false", true), ("x: 1", true),
    ])
    func `host keys are checked unless the inventory says no`(_ lines: String, _ isChecked: Bool) throws {
        #expect(try ssh("ansible_user: u\nansible_password: p\n" + lines).checksHostKey == isChecked)
    }

    @Test(arguments: [
        "-o ProxyCommand='ssh -W %h:%p jump'", "-oProxyJump=jump", "-J jump", "-Jjump", "-o proxycommand=x",
        "-v -J jump",
    ])
    func `a way round is refused`(_ arguments: String) throws {
        for name in ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"] {
            let error = #expect(throws: VariableError.self) {
                try settings("ansible_user: u\nansible_password: p\n\(name): \"\(arguments)\"")
            }
            #expect(error?.variable == name)
        }
    }

    @Test(arguments: [
        "-o ControlPath=/tmp/my-jump", "-o UserKnownHostsFile=/etc/hosts-jail", "-C -o ControlMaster=auto",
    ])
    func `other arguments are no way round`(_ arguments: String) throws {
        _ = try ssh("ansible_user: u\nansible_password: p\nansible_ssh_common_args: \"\(arguments)\"")
    }

    @Test(arguments: ["0", "65536", "-1", "99999999999999999999", "ssh", "22x", "[22]", "''"])
    func `what is no port is refused`(_ port: String) {
        for (connection, name) in [
            ("ssh", "ansible_ssh_port"), ("winrm", "ansible_port"), ("psrp", "ansible_psrp_port"),
        ] {
            let error = #expect(throws: VariableError.self) {
                try settings(
                    "ansible_connection: \(connection)\nansible_user: u\nansible_password: p\n\(name): \(port)")
            }
            #expect(error?.variable == name)
        }
    }

    // MARK: WinRM

    @Test(arguments: [
        ("x: 1", "https", 5986), ("ansible_port: 5985", "http", 5985), ("ansible_port: 443", "https", 443),
        ("ansible_winrm_scheme: http", "http", 5985),
        ("ansible_winrm_scheme: HTTPS\nansible_port: 5985", "https", 5985),
        ("ansible_winrm_port: 1\nansible_port: 2", "https", 1),
    ])
    func `scheme and port follow from each other`(_ lines: String, _ scheme: String, _ port: Int) throws {
        let winrm = try winrm("ansible_connection: winrm\nansible_user: u\nansible_password: p\n" + lines)
        #expect(winrm.scheme.rawValue == scheme)
        #expect(winrm.port == UInt16(port))
        #expect(winrm.path == "/wsman")
        #expect(winrm.validatesCertificate)
        #expect(winrm.authentication == .ntlm)
        #expect(!winrm.allowsUnencryptedBasic)
    }

    @Test func `PSRP has names of its own`() throws {
        let winrm = try winrm(
            "ansible_connection: psrp", "ansible_psrp_user: u", "ansible_psrp_password: p",
            "ansible_psrp_protocol: http",
            "ansible_psrp_path: other", "ansible_psrp_auth: basic", "ansible_psrp_cert_validation: ignore",
            "ansible_psrp_ca_cert: ~/ca.pem", "fleetaudit_allow_unencrypted_basic: true",
            "ansible_psrp_configuration_name: Microsoft.PowerShell")
        #expect(winrm.scheme == .http)
        #expect(winrm.port == 5985)
        #expect(winrm.path == "/other")
        #expect(winrm.authentication == .basic)
        #expect(!winrm.validatesCertificate)
        #expect(winrm.caFile == "/home/a/ca.pem")
        #expect(winrm.allowsUnencryptedBasic)
    }

    @Test(arguments: [
        ("ntlm", "CORP\\svc", "ntlm"), ("kerberos,ntlm", "svc@corp.example", "ntlm"), ("NTLM", "admin", "ntlm"),
        ("basic", "admin", "basic"), ("plaintext", "admin", "basic"), ("negotiate", ".\\admin", "ntlm"),
        ("negotiate", "admin", "ntlm"),
    ])
    func `the sign-in is the one that the inventory names`(_ transport: String, _ user: String, _ wanted: String) throws
    {
        let winrm = try winrm(
            "ansible_connection: winrm", "ansible_user: '\(user)'", "ansible_password: p",
            "ansible_winrm_transport: '\(transport)'")
        #expect(winrm.authentication.rawValue == wanted)
    }

    @Test(arguments: [
        "ansible_winrm_transport: kerberos", "ansible_winrm_transport: credssp", "ansible_winrm_transport: certificate",
        "ansible_winrm_transport: basic,kerberos", "ansible_user: CORP\\svc", "ansible_user: svc@corp.example",
        "ansible_user: svc@corp.example\nansible_winrm_transport: negotiate", "ansible_winrm_scheme: ftp",
        "ansible_winrm_server_cert_validation: maybe", "ansible_winrm_proxy: http://p:3128",
        "ansible_port: 5985\nansible_winrm_message_encryption: never", "ansible_password: ''", "ansible_password: [a]",
        "ansible_winrm_pass: '{{ lookup(\"env\", \"UNSET\") }}'", "ansible_user: '{{ missing }}'", "ansible_user: ~",
        "fleetaudit_allow_unencrypted_basic: perhaps",
    ])
    func `what cannot be honoured is that host's error and never something else`(_ lines: String) throws {
        var all = ["ansible_connection: winrm"]
        if !lines.contains("ansible_user:") { all.append("ansible_user: u") }
        if !lines.contains("ansible_password:") { all.append("ansible_password: p") }
        let text = (all + [lines]).joined(separator: "\n")
        let error = #expect(throws: VariableError.self) { try settings(text) }
        #expect("\(String(describing: error))".contains("hunter2") == false)
    }

    @Test func `a JEA configuration is refused`() {
        let error = #expect(throws: VariableError.self) {
            try settings(
                "ansible_connection: psrp\nansible_user: u\nansible_password: p\nansible_psrp_configuration_name: JEA")
        }
        #expect(error?.variable == "ansible_psrp_configuration_name")
    }

    // MARK: Credentials

    @Test(arguments: ["ssh", "winrm", "psrp"]) func `nothing to sign in with is an error`(_ connection: String) {
        #expect(throws: VariableError.self) { try settings("ansible_connection: \(connection)\nansible_user: u") }
        #expect(throws: VariableError.self) { try settings("ansible_connection: \(connection)\nansible_password: p") }
    }

    @Test func `a password file wins over a password, and a prompt is the last resort`() throws {
        let lines = "ansible_connection: ssh\nansible_user: u\n"
        guard case .file("/home/a/pw") = try ssh(lines + "fleetaudit_password_file: ~/pw\nansible_password: p").password
        else {
            throw WrongTransport()
        }
        guard case .prompt = try ssh(lines, asksPassword: true).password else { throw WrongTransport() }
        guard case .inline(let secret) = try ssh(lines + "ansible_password: p", asksPassword: true).password else {
            throw WrongTransport()
        }
        #expect(secret == Secret("p"))
    }

    @Test func `settings do not print their secrets`() throws {
        let canary = "canary-5f1a"
        for connection in ["ssh", "winrm", "psrp"] {
            let settings = try settings(
                "ansible_connection: \(connection)\nansible_user: u\nansible_password: \(canary)")
            var dumped = ""
            dump(settings, to: &dumped)
            #expect(!dumped.contains(canary))
            #expect(!"\(settings)".contains(canary))
        }
        let key = try settings(
            "ansible_user: u\nansible_ssh_private_key_file: /k\nansible_ssh_private_key_passphrase: \(canary)")
        #expect(!"\(key)".contains(canary))
    }
}
