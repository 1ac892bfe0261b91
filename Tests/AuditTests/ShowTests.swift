import Foundation
import TestSupport
import Testing

/// `show`, `explain` and `facts` on a snapshot of the lab.
@Suite(.timeLimit(.minutes(5))) struct ShowTests {
    /// A snapshot of two session hosts, one with a policy on it, and of one that answers nothing.
    private static func snapshot(_ body: (String, TemporaryFolder) async throws -> Void) async throws {
        try await ServedLab.shipped { lab in
            let folder = try TemporaryFolder()
            let outcome = try await Program.run([
                "collect", "-i", "Inventory/lab.yaml", "-i", lab.connections, "-o", folder.path, "--limit",
                "lab-rds-01:lab-rds-02:lab-mute-01",
            ])
            #expect(outcome.exitCode == 2, "\(outcome.errorText)")
            let run = try onlyRun(in: folder.path)
            try await expectSchema("snapshot-1", of: run + "/snapshot.jsonl.gz")
            try await body(run, folder)
        }
    }

    @Test func `a host is shown with values, sources and evidence`() async throws {
        try await Self.snapshot { run, folder in
            let all = try await Program.run(["show", "lab-rds-02", "-o", folder.path])
            #expect(all.exitCode == 0, "\(all.errorText)")
            #expect(all.text.contains("lab-rds-02   audited   Windows Server 2022"))
            #expect(all.text.contains("policy; local 1"), "\(all.text)")

            let some = try await Program.run([
                "show", "LAB-RDS-02", "rdp.listener.userAuthentication", "probe.*", "--snapshot", run,
            ])
            #expect(some.exitCode == 0, "\(some.errorText)")
            for text in [
                "rdp.listener.userAuthentication.effective  0", "source   policy",
                #"Terminal Services\UserAuthentication  REG_DWORD 0 (0x0)"#,
                #"WinStations\RDP-Tcp\UserAuthentication  REG_DWORD 1 (0x1)"#,
                "default  UserAuthentication 1 since build 9200",
                "section  rdp, 1 ms on the host", "os: engine.clock", "by winrm with ntlm",
            ] { #expect(some.text.contains(text), "\(text)\n\(some.text)") }
            #expect(!some.text.contains("rdp.listener.userAuthentication.local"))

            let json = try await Program.run([
                "show", "lab-rds-02", "rdp.listener.userAuthentication.policy", "--snapshot", run, "--format", "json",
            ])
            let host = try #require(try JSONSerialization.jsonObject(with: json.standardOutput) as? [String: Any])
            let fact = try #require((host["facts"] as? [[String: Any]])?.first)
            #expect(fact["value"] as? Int == 0)
            #expect(fact["source"] as? String == "policy")
            let evidence = try #require(fact["evidence"] as? [[String: Any]])
            #expect(evidence.map { $0["part"] as? String } == ["policy", "local"])
            #expect(evidence.map { $0["raw"] as? Int } == [0, 1])
            #expect(evidence.first?["type"] as? String == "REG_DWORD")
            #expect(host["transport"] as? String == "winrm")
        }
    }

    @Test func `a host's text is harmless on a terminal, and whole in JSON`() async throws {
        let hosts = """
              w-2:
                registry:
                  'SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters': { Domain: "evil\\e[31m\\u202Egpj.example" }

            """
        try await ServedLab.fleet(hosts) { lab in
            let folder = try TemporaryFolder()
            _ = try await Program.run(["collect", "-i", lab.connections, "-o", folder.path])
            for paths in [[], ["os.domain"]] {
                let shown = try await Program.run(["show", "w-2", "-o", folder.path] + paths)
                #expect(shown.exitCode == 0, "\(shown.errorText)")
                #expect(shown.text.contains(#"evil\u{1b}[31m\u{202e}gpj.example"#), "\(shown.text)")
                #expect(!shown.text.contains("\u{1b}") && !shown.text.contains("\u{202e}"))
            }
            let json = try await Program.run(["show", "w-2", "os.domain", "-o", folder.path, "--format", "json"])
            let host = try #require(try JSONSerialization.jsonObject(with: json.standardOutput) as? [String: Any])
            let fact = try #require((host["facts"] as? [[String: Any]])?.first)
            #expect(fact["value"] as? String == "evil\u{1b}[31m\u{202e}gpj.example")
        }
    }

    @Test func `the exit code says whether everything asked for is known`() async throws {
        try await Self.snapshot { run, folder in
            func code(_ arguments: [String]) async throws -> Int32 {
                try await Program.run(["show"] + arguments + ["--snapshot", run]).exitCode
            }
            #expect(try await code(["lab-rds-01", "os.name"]) == 0)
            #expect(try await code(["lab-rds-01", "security.disableRestrictedAdmin"]) == 0, "absent is an answer")
            #expect(try await code(["lab-mute-01"]) == 2)
            #expect(try await code(["lab-mute-01", "os.name"]) == 2)
            let unknownHost = try await Program.run(["show", "lab-rds-0l", "-o", folder.path])
            #expect(unknownHost.exitCode == 65)
            #expect(unknownHost.errorText.contains("did you mean 'lab-rds-01'?"), "\(unknownHost.errorText)")
            let unknownFact = try await Program.run(["show", "lab-rds-01", "rdp.listner", "-o", folder.path])
            #expect(unknownFact.exitCode == 65)
            #expect(unknownFact.errorText.contains("did you mean 'rdp.listener'?"), "\(unknownFact.errorText)")
            let noRun = try await Program.run(["show", "lab-rds-01", "-o", folder.path("none")])
            #expect(noRun.exitCode == 65)
            #expect(try await code(["lab-rds-01", "updates.installed"]) == 2, "it was not recorded")
        }
    }

    @Test func `a fact is explained: rule, places, defaults and controls`() async throws {
        let setting = try await Program.run(["explain", "rdp.listener.userAuthentication"])
        #expect(setting.exitCode == 0, "\(setting.errorText)")
        for text in [
            "rdp.listener.userAuthentication.effective  integer, stable", "The value in the policy key holds",
            #"policy    HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\UserAuthentication"#,
            "0 on every Windows", "1 since build 9200", "section   rdp", "RDP-006",
        ] { #expect(setting.text.contains(text), "\(text)\n\(setting.text)") }
        let derived = try await Program.run(["explain", "firewall.rdp.reachable.domain"])
        #expect(derived.text.contains("A block rule wins"), "\(derived.text)")
        #expect(derived.text.contains("rdp.listener.port.effective"))
        let unknown = try await Program.run(["explain", "rdp.listner.port"])
        #expect(unknown.exitCode == 65)
        #expect(unknown.errorText.contains("did you mean"), "\(unknown.errorText)")
    }

    @Test func `the dictionary is listed for people and for programs`() async throws {
        let text = try await Program.run(["facts", "rdp.listener.port", "-v"])
        #expect(text.exitCode == 0)
        #expect(text.text.contains(#"WinStations\RDP-Tcp\PortNumber"#), "\(text.text)")
        let json = try await Program.run(["facts", "--format", "json"])
        let dictionary = try #require(try JSONSerialization.jsonObject(with: json.standardOutput) as? [String: Any])
        let facts = try #require(dictionary["facts"] as? [[String: Any]])
        #expect(facts.count > 150)
        let bits = try #require(facts.first { $0["path"] as? String == "certificates.bound.keyBits" })
        #expect(bits["unit"] as? String == "bits")
        #expect(bits["stability"] as? String == "stable")
        let unknown = try await Program.run(["facts", "rpd"])
        #expect(unknown.exitCode == 65)
        #expect(unknown.errorText.contains("did you mean 'rdp'?"))
    }
}
