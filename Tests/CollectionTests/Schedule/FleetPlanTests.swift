import Formats
import Foundation
import Inventory
import TestSupport
import Testing
import Transport

@testable import Collection

/// The hosts of an inventory in a text.
func hosts(_ yaml: String) throws -> [InventoryHost] {
    let folder = try TemporaryFolder()
    return try InventoryLoader.load([try folder.write(yaml, to: "hosts.yml")]).hosts
}

@Suite struct FleetPlanTests {
    private func plan(_ yaml: String, _ options: FleetPlan.Options = .init()) async throws -> FleetPlan {
        let hosts = try hosts(yaml)
        return try await onLoop { try await FleetPlan.make(hosts, options: options) }
    }

    private func problems(_ yaml: String) async throws -> [Diagnostic] {
        do {
            _ = try await plan(yaml)
            return []
        } catch let error as Diagnostics {
            return error.all
        }
    }

    private static func winrm(_ hosts: String...) -> String {
        "all:\n  vars: { ansible_connection: winrm, ansible_winrm_transport: ntlm }\n  hosts:\n"
            + hosts.map { "    " + $0 + "\n" }.joined()
    }

    private func credentials(_ plan: FleetPlan) -> [LockoutBreaker.Credential?] {
        plan.hosts.map { host in
            if case .connect(let connecting) = host.way { connecting.credential } else { nil }
        }
    }

    @Test func `one domain account in four spellings is one account, and equal secrets are one secret`() async throws {
        let plan = try await plan(
            Self.winrm(
                #"a: { ansible_user: 'CORP\svc', ansible_password: p }"#,
                #"b: { ansible_user: 'corp\SVC', ansible_password: p }"#,
                "c: { ansible_user: svc@corp.example, ansible_password: p }",
                #"d: { ansible_user: 'corp.example\Svc', ansible_password: q }"#))
        let credentials = credentials(plan).compactMap { $0 }
        #expect(credentials.count == 4)
        #expect(Set(credentials.map(\.account)).count == 1)
        #expect(credentials.map(\.secret) == [0, 0, 0, 1])
        #expect(credentials[0] == credentials[1])
        // What is proven of one spelling is not proven of another: nobody knows that they are one.
        #expect(credentials[0] != credentials[2])
        #expect(plan.secrets == [Secret("p"), Secret("q")])
    }

    @Test func `one local password of all hosts is one secret of many accounts`() async throws {
        let plan = try await plan(
            Self.winrm(
                "'h[1:3]': { ansible_user: Administrator, ansible_password: p }",
                #"x: { ansible_user: '.\admin', ansible_password: p }"#))
        let credentials = credentials(plan).compactMap { $0 }
        #expect(Set(credentials.map(\.account)).count == 4)
        #expect(Set(credentials.map(\.secret)) == [0])
        #expect(plan.secrets.count == 1)
    }

    @Test(
        arguments: [
            ("srv1.example.com: { }", "srv1"), ("srv1: { }", "srv1"),
            ("alias: { ansible_host: srv2.example.com }", "srv2"),
            ("srv1: { ansible_host: 192.0.2.1 }", nil), ("'2001:db8::1': { }", nil), ("localhost: { }", nil),
            ("srv1: { fleetaudit_computer_name: OTHER }", "OTHER"), ("srv1: { fleetaudit_computer_name: any }", nil),
            ("192.0.2.1: { fleetaudit_computer_name: X }", "X"),
        ] as [(String, String?)])
    func `the name that must answer is the first label, unless the inventory knows better`(
        _ host: String, _ name: String?
    ) async throws {
        let host = host.replacing("{ ", with: "{ ansible_user: u, ansible_password: p, ").replacing(", }", with: " }")
        #expect(try await plan(Self.winrm(host)).hosts.first?.expectedName == name)
    }

    @Test func `a host that says too little is not asked, and the others are`() async throws {
        let plan = try await plan(
            Self.winrm(
                "good: { ansible_user: u, ansible_password: p }", "nobody: { ansible_password: p }",
                "clear: { ansible_user: u, ansible_password: p, ansible_winrm_scheme: http, ansible_winrm_transport: basic }",
                "odd: { ansible_user: '{{ what }}', ansible_password: p }"))
        let reasons = plan.hosts.map { host in if case .unusable(let reason) = host.way { reason } else { "" } }
        #expect(reasons[0].isEmpty)
        #expect(reasons[1].contains("ansible_user"))
        #expect(reasons[2].contains("in clear"))
        #expect(reasons[3].contains("has no value"))
    }

    @Test func `what is not checked is said`() async throws {
        let plan = try await plan(
            Self.winrm(
                "a: { ansible_user: u, ansible_password: p, ansible_winrm_server_cert_validation: ignore }",
                "b: { ansible_user: u, ansible_password: p, ansible_winrm_scheme: http, ansible_winrm_transport: basic, fleetaudit_allow_unencrypted_basic: true }",
                "c: { ansible_connection: ssh, ansible_user: u, ansible_password: p, ansible_host_key_checking: false }",
                "d: { ansible_user: u, ansible_password: p }"))
        let unchecked = plan.hosts.map { host in if case .connect(let way) = host.way { way.unchecked } else { ["?"] } }
        #expect(unchecked[0] == ["certificate"])
        #expect(unchecked[1].first?.hasPrefix("encryption") == true)
        #expect(unchecked[2] == ["host key"])
        #expect(unchecked[3].isEmpty)
    }

    @Test func `files that hold secrets are refused when others can read them`() async throws {
        let folder = try TemporaryFolder()
        for (name, text) in [("open", "p\n"), ("empty", "\n"), ("good", "p w\r\n")] { try folder.write(text, to: name) }
        for (name, mode) in [("open", 0o644), ("empty", 0o600), ("good", 0o600)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path(name))
        }
        func winrm(_ name: String) -> String {
            Self.winrm("'h[1:3]': { ansible_user: u, fleetaudit_password_file: \(folder.path(name)) }")
        }
        let open = try await problems(winrm("open"))
        #expect(open.map(\.message) == ["others can read the password file"], "once for all hosts")
        #expect(open.first?.help == "chmod 600 \(folder.path("open"))")
        #expect(try await problems(winrm("empty")).map(\.message) == ["the password file is empty"])
        #expect(try await problems(winrm("none")).map(\.message) == ["there is no such file"])
        #expect(try await plan(winrm("good")).secrets == [Secret("p w")])
        let key = "all: { hosts: { h: { ansible_user: u, ansible_ssh_private_key_file: \(folder.path("open")) } } }\n"
        #expect(try await problems(key).map(\.message) == ["others can read the private key"])
        let noKey = key.replacing("/open", with: "/good")
        #expect(try await problems(noKey).first?.message.hasPrefix("the private key cannot be used") == true)
        let known =
            "all: { hosts: { h: { ansible_user: u, ansible_password: p, fleetaudit_known_hosts: \(folder.path("none")) } } }\n"
        #expect(try await problems(known).map(\.message) == ["the file of known hosts cannot be read"])
        let trust = Self.winrm(
            "h: { ansible_user: u, ansible_password: p, ansible_winrm_ca_trust_path: \(folder.path("none")) }")
        #expect(try await problems(trust).map(\.message) == ["the file of trusted authorities cannot be read"])
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o602]) func `one bit for others is one too many`(_ mode: Int)
        async throws
    {
        let folder = try TemporaryFolder()
        let path = try folder.write("p", to: "password")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let found = try await problems(Self.winrm("h: { ansible_user: u, fleetaudit_password_file: \(path) }"))
        #expect(found.map(\.message) == ["others can read the password file"])
    }

    @Test func `all files that are wrong are told at once`() async throws {
        let folder = try TemporaryFolder()
        let found = try await problems(
            Self.winrm(
                "a: { ansible_user: u, fleetaudit_password_file: \(folder.path("x")) }",
                "b: { ansible_user: u, fleetaudit_password_file: \(folder.path("y")) }",
                "c: { fleetaudit_recording: \(folder.path("z")) }"))
        #expect(Set(found.map(\.file)) == Set(["x", "y", "z"].map { folder.path($0) }))
    }

    @Test func `a prompt's answer is one secret for all`() async throws {
        var options = FleetPlan.Options()
        options.promptedPassword = Secret("typed")
        options.defaultUser = "u"
        let plan = try await plan(Self.winrm("'h[1:3]': { }"), options)
        #expect(plan.secrets == [Secret("typed")])
        #expect(credentials(plan).compactMap { $0?.secret } == [0, 0, 0])
    }

    @Test func `a recording that is broken is told`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("EXCHANGE 1\n", to: "r")
        let found = try await problems("all: { hosts: { h: { fleetaudit_recording: \(path) } } }\n")
        #expect(found.first?.message.contains("broken") == true)
    }
}
