import Collection
import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import TestSupport
import Testing

@Suite struct RemediationTests {
    private static let failing = Result { try ControlFixtures.cases.get().filter { $0.outcome == .fail } }

    private static func actions(_ subject: ControlCase) throws -> [RemediationAction] {
        try SoleControl(subject.control).judge(subject).remediation
    }

    /// The whole point: what we propose mends what we found, and can be taken back.
    @Test(arguments: try failing.get())
    func `what is proposed makes the control pass, and the way back restores everything`(_ subject: ControlCase) throws
    {
        let actions = try Self.actions(subject)
        let commands = actions.filter { !$0.apply.isEmpty }
        guard !commands.isEmpty else {
            // Nothing to run: then there are words for people, and the place to go.
            for action in actions {
                #expect(action.place != .host && !action.summary.isEmpty)
                #expect(action.rollback.isEmpty && action.guardCondition == nil)
            }
            return
        }
        var simulated = SimulatedHost(subject.host)
        for action in commands {
            #expect(action.place == .host)
            #expect(action.verify != nil && action.guardCondition != nil, "\(action.summary)")
            try simulated.run(action.apply)
        }
        let after = try SoleControl(subject.control).judge(
            ControlCase.facts(simulated.host), parameters: subject.parameters, now: subject.now)
        #expect(after.outcome == .pass, "\(after.because)")
        for action in commands.reversed() { try simulated.run(action.rollback) }
        #expect(commands.allSatisfy { !$0.rollback.isEmpty || $0.whyNoRollback != nil })
        // Windows made a new key file with the new certificate; it stays.
        let isCertificate = commands.contains { $0.apply.contains { $0.hasPrefix("$store=") } }
        let left = simulated.state(without: isCertificate ? [.machineKeys] : [])
        let before = SimulatedHost(subject.host).state(without: isCertificate ? [.machineKeys] : [])
        for (section, text) in before { #expect(left[section] == text, "\(section)") }
    }

    @Test(arguments: try failing.get())
    func `commands are pure ASCII on one line each`(_ subject: ControlCase) throws {
        for action in try Self.actions(subject) {
            let lines = action.apply + action.rollback + [action.verify, action.guardCondition].compactMap(\.self)
            for line in lines { #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(line)") }
        }
    }

    /// A guard that held on another host would let commands run where they were not meant.
    @Test(arguments: try failing.get())
    func `the guard names what was seen`(_ subject: ControlCase) throws {
        for action in try Self.actions(subject) where !action.apply.isEmpty {
            let condition = try #require(action.guardCondition)
            #expect(condition.contains("GetValue(") || condition.hasPrefix("[IO.File]::Exists("), "\(condition)")
        }
    }

    @Test func `a policy that owns the value is the place of the change`() throws {
        let policyCases = try Self.failing.get().filter { subject in
            try Self.actions(subject).contains { $0.place == .policy }
        }
        #expect(policyCases.count >= 8)
        for subject in policyCases {
            for action in try Self.actions(subject) where action.place == .policy {
                #expect(action.apply.isEmpty && action.summary.contains("policy"), "\(subject.description)")
            }
        }
    }

    @Test func `a port that the role wants is the port that is set`() throws {
        let subject = try #require(
            try ControlFixtures.cases.get().first {
                $0.control == "RDP-004" && $0.outcome == .fail && $0.parameters != nil
            })
        let action = try #require(try Self.actions(subject).first)
        #expect(action.summary == "Set PortNumber to 3390")
        #expect(action.apply.first?.contains(",3390,") == true)
    }

    @Test func `switching rules on opens no profile that is not active`() throws {
        var host = try ControlFixtures.template("server")
        let key = Keys.firewall + #"\FirewallRules"#
        func rule(_ id: String, _ profile: String) {
            host.registry.set(
                RegistryLocation(key, id),
                .string(
                    "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|Profile=\(profile)|LPort=3389|Name=x|"
                        + "EmbedCtxt=@FirewallAPI.dll,-28752|"))
        }
        for value in host.registry.values(key) where value.name.hasPrefix("RemoteDesktop") {
            host.registry.remove(RegistryLocation(key, value.name))
        }
        rule("RemoteDesktop-Domain", "Domain")
        rule("RemoteDesktop-Public", "Public")
        let finding = try SoleControl("FW-001").judge(ControlCase.facts(host))
        #expect(finding.remediation.map(\.apply) == [["Enable-NetFirewallRule -Name 'RemoteDesktop-Domain'"]])
    }

    // MARK: Hostile values

    static let hostile: [String] = [
        "'; Remove-Item C:\\ -Recurse; '", "`$(Remove-Item x)`", "$(1+1)", "${env:PATH}", "a\nb\r\nRemove-Item x",
        "\u{2018}x\u{2019}y\u{201a}z\u{201b}'", "nul\0nul", "\u{202e}txt.exe", "[char]0x41", "*", "?[a-z]", "a/b/c",
        "\"; & calc.exe; \"", "#>", "--%", "-ExecutionPolicy", "é\u{d2}\u{1f600}", "@(1)", "%TEMP%", "]]>", "",
    ]

    @Test(arguments: hostile)
    func `any text comes back out of its literal`(_ text: String) {
        let literal = PowerShellText.literal(text)
        #expect(PowerShellValue.all(in: literal) == [text])
        #expect(literal.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }

    /// The places where a host's words get into a command: the name of its listener, ids and texts of its rules, values
    /// that it had.
    static func script(_ word: String) throws -> String {
        var listener = try ControlFixtures.template("server")
        listener.registry.delete(Keys.winStations + #"\RDP-Tcp"#)
        for (name, value) in [("fEnableWinStation", UInt32(0)), ("PortNumber", 3389)] {
            listener.registry.set(
                RegistryLocation(Keys.winStations + "\\x" + word.replacing("\\", with: "/"), name), .dword(value))
        }
        var bound = try ControlFixtures.template("server")
        let binding = RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "SSLCertificateSHA1Hash")
        bound.registry.set(
            binding, .string(word + String(repeating: "0", count: 40 - word.count { $0.isHexDigit && $0.isASCII })))
        var blocked = try ControlFixtures.template("server")
        blocked.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "id" + word),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=\(word)|"))
        let findings = [
            try SoleControl("RDP-002").judge(ControlCase.facts(listener)),
            try SoleControl("CERT-001").judge(ControlCase.facts(bound)),
            try SoleControl("FW-002").judge(ControlCase.facts(blocked)),
        ]
        for finding in findings { #expect(finding.outcome == .fail, "\(finding.because)") }
        return findings.flatMap(\.remediation).map(Self.script).joined(separator: "\n") + "\n"
    }

    static func script(_ action: RemediationAction) -> String {
        guard !action.apply.isEmpty else { return "# by hand" }
        // These do write to the store, which the checker asks about.
        let store = "# check: allow store-open-flags because this command is meant to remove a certificate"
        let netsh = "# check: allow forbidden-command because nobody reads its text but the administrator"
        func marked(_ commands: [String]) -> [String] {
            commands.flatMap {
                $0.contains("X509Store(") ? [store, $0] : $0.hasPrefix("netsh.exe ") ? [netsh, $0] : [$0]
            }
        }
        let lines =
            ["if (\(action.guardCondition ?? "$true")) {"] + marked(action.apply) + ["}"]
            + marked([action.verify].compactMap(\.self)) + marked(action.rollback)
        return lines.joined(separator: "\n")
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"), arguments: hostile)
    func `hostile values leave a script the same script`(_ word: String) async throws {
        // Where no command can name a thing safely there is none.
        let isPattern = word.contains { "*?[]`".contains($0) }
        let folder = try TemporaryFolder()
        func plain(_ word: String) throws -> String {
            try Self.script(word).split(separator: "# by hand", omittingEmptySubsequences: false).joined()
        }
        let base = try folder.write(plain(isPattern ? "harm*less" : "harmless"), to: "base.ps1")
        let other = try folder.write(plain(word), to: "other.ps1")
        let python = try #require(Peers.python)
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/powershell_same_tree.py", base, other])
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
        // It must not be the same for want of anything to compare.
        #expect(try String(contentsOfFile: other, encoding: .utf8).contains("DeleteValue("))
    }

    @Test func `a path or a name that fits no command is left to people`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "*"),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=x|"))
        let actions = try SoleControl("FW-002").judge(ControlCase.facts(host)).remediation
        #expect(actions.allSatisfy { $0.place == .manual && $0.apply.isEmpty })

        var guid = try ControlFixtures.template("server")
        guid.registry.set(RegistryLocation(Keys.cryptography, "MachineGuid"), .string("\" /grant Everyone:F \""))
        #expect(try SoleControl("CERT-004").judge(ControlCase.facts(guid)).outcome == .unknown)
    }

    // MARK: The checker

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `every command exists on every PowerShell it may run on`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        var seen: Set<String> = []
        var files: [String] = []
        var newer: [String] = []
        for subject in try Self.failing.get() {
            for action in try Self.actions(subject) where !action.apply.isEmpty {
                let script = Self.script(action)
                guard seen.insert(script).inserted else { continue }
                let file = try folder.write(script + "\n", to: "\(subject.control)-\(subject.number)-\(seen.count).ps1")
                // The firewall's cmdlets are proposed only where they exist, since Windows 8 with PowerShell 3.0.
                if script.contains("-NetFirewallRule") { newer.append(file) } else { files.append(file) }
            }
        }
        #expect(files.count > 20 && !newer.isEmpty)
        let allowed = ["sc.exe", "takeown.exe", "icacls.exe", "netsh.exe"].flatMap { ["--allow-command", $0] }
        let checker = Fixture.repository + "/Tests/Peers/powershell_check.py"
        let all = try await run(python, [checker] + allowed + files, timeLimit: 120)
        #expect(all.exitCode == 0, "\(all.text)\(all.errorText)")
        let some = try await run(python, [checker, "--versions", "3.0,4.0,5.1"] + allowed + newer, timeLimit: 120)
        #expect(some.exitCode == 0, "\(some.text)\(some.errorText)")
        // PowerShell 7 takes the module from Windows.
        let cmdlets = [
            "--allow-command", "Enable-NetFirewallRule", "--allow-command", "Disable-NetFirewallRule",
            "--allow-command", "Get-NetFirewallRule",
        ]
        let seven = try await run(python, [checker, "--versions", "7"] + allowed + cmdlets + newer, timeLimit: 120)
        #expect(seven.exitCode == 0, "\(seven.text)\(seven.errorText)")
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `the probe only looks, on every PowerShell`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let file = try folder.write(ProbeProgram.text, to: "probe.ps1")
        let checker = Fixture.repository + "/Tests/Peers/powershell_check.py"
        let outcome = try await run(python, [checker, "--read-only", file], timeLimit: 120)
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
    }
}
