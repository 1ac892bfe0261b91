import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

/// What a host says ends as inert text in a script: the whole syntax tree is that of the same script made from harmless
/// words, by a parser that we did not write.
@Suite struct RemediationInertnessTests {
    static let hostile: [String] = [
        "'; Remove-Item C:\\ -Recurse; '", "`$(Remove-Item x)`", "$(1+1)", "${env:PATH}", "a\nb\r\nRemove-Item x", "\n",
        "\u{2018}x\u{2019}y\u{201a}z\u{201b}'", "\u{201c}a\u{201d}b\u{201e}c\"", "\u{2013}Force \u{2014}x \u{2015}y",
        "nul\0nul", "\u{202e}txt.exe", "[char]0x41", "'+[char]0x41+'", "*", "?[a-z]", "a/b/c", "\"; & calc.exe; \"",
        "#>", "<# x", "--%", "-ExecutionPolicy", "é\u{d2}\u{1f600}", "@(1)", "%TEMP%", "]]>", "", "'@", "@'\n",
        "\u{feff}",
        "\u{85}\u{a0}\u{2028}", "{0}", "$null", String(repeating: "x'", count: 5000),
    ]

    /// Every place where a host's words get into a script: its names, its identity, its listener's key, values that it
    /// had, ids and texts of its rules.
    private static func script(_ word: String) throws -> String {
        var marked = try ControlFixtures.template("server")
        marked.registry.set(RegistryLocation(Keys.cryptography, "MachineGuid"), .string("guid" + word))
        marked.registry.set(RegistryLocation(Keys.computerName, "ComputerName"), .string("name" + word))

        var listener = try ControlFixtures.template("server")
        listener.registry.delete(Keys.winStations + #"\RDP-Tcp"#)
        for (name, value) in [("fEnableWinStation", UInt32(0)), ("PortNumber", 3389)] {
            let key = Keys.winStations + "\\x" + word.replacing("\\", with: "/")
            listener.registry.set(RegistryLocation(key, name), .dword(value))
        }
        var blocked = try ControlFixtures.template("server")
        blocked.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "id" + word),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=\(word)|"))
        let hosts = [("RDP-002", listener), ("CERT-001", try bound(word)), ("FW-002", blocked)]
        let findings = try hosts.map { try SoleControl($0).judge(ControlCase.facts($1)) }
        for finding in findings { #expect(finding.outcome == .fail, "\(finding.because)") }
        let judgement = HostJudgement(
            host: .fixture("host" + word), findings: findings, marks: MachineMark.marks(of: ControlCase.facts(marked)))
        return try #require(RemediationScript(judgement)).text(run: "run" + word)
    }

    /// A certificate is bound by a value that is a text and no thumbprint.
    private static func bound(_ word: String) throws -> RecordedHost {
        var host = try ControlFixtures.template("server")
        host.registry.set(
            RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "SSLCertificateSHA1Hash"),
            .string(word + String(repeating: "0", count: max(0, 40 - word.count { $0.isHexDigit && $0.isASCII }))))
        return host
    }

    private static func isSame(_ base: String, _ other: String) async throws -> (Bool, String) {
        let folder = try TemporaryFolder()
        let python = try #require(Peers.python)
        let outcome = try await run(
            python,
            [
                Fixture.repository + "/Tests/Peers/powershell_same_tree.py", try folder.write(base, to: "base.ps1"),
                try folder.write(other, to: "other.ps1"),
            ], timeLimit: 120)
        try #require(outcome.exitCode < 2, "\(outcome.errorText)")
        return (outcome.exitCode == 0, outcome.text + outcome.errorText)
    }

    /// No command can name a rule by a pattern alone, so such a rule is no step.
    private static func harmless(like word: String) -> String {
        word.contains { "*?[]`".contains($0) } ? "harm*less" : "harmless"
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"), arguments: hostile)
    func `hostile words leave a script the same script`(_ word: String) async throws {
        let base = try Self.script(Self.harmless(like: word))
        let other = try Self.script(word)
        // It must not be the same for want of anything to compare.
        #expect(other.contains("'Registry'") && base.contains("harm"))
        let (isSame, why) = try await Self.isSame(base, other)
        #expect(isSame, "\(why)")
    }

    @Test(arguments: hostile)
    func `a script reads the same in every code page`(_ word: String) throws {
        let text = try Self.script(word)
        #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a })
        for encoding in [String.Encoding.windowsCP1252, .windowsCP1251, .shiftJIS] {
            #expect(String(data: Data(text.utf8), encoding: encoding) == text)
        }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `an unescaped quote would be seen`() async throws {
        let base = try Self.script("harmless")
        let other = try Self.script("harm\u{2019}less")
        #expect(try await Self.isSame(base, other).0)
        // What a generator that knows only U+0027 would write.
        let escaped = "'+[char]0x2019+'"
        try #require(other.contains(escaped))
        for injected in ["\u{2019}", "'", "\u{201b}; Remove-Item x; \u{2018}", "'; Remove-Item x; '"] {
            let broken = other.replacing(escaped, with: injected)
            #expect(try await !Self.isSame(base, broken).0, "\(injected)")
        }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `hostile values are put back to the last character`() async throws {
        var runs = PowerShellRuns()
        var count = 0
        for (index, word) in Self.hostile.enumerated() {
            let host = try Self.bound(word)
            let facts = ControlCase.facts(host)
            let finding = try SoleControl("CERT-001").judge(facts)
            let judgement = HostJudgement(
                host: .fixture(word), findings: [finding], marks: MachineMark.marks(of: facts))
            let script = runs.add(script: try #require(RemediationScript(judgement)).text(run: word))
            let version = ["2.0", "5.1", "7"][index % 3]
            runs.add(host, runs: ["Apply", "Rollback"].map { PowerShellRuns.Run(script, $0, version: version) })
            count += 1
        }
        let outcomes = try await runs.outcomes()
        #expect(outcomes.count == count)
        for (word, told) in zip(Self.hostile, outcomes) {
            #expect(told[0].exitCode == 0 && told[0].isChanged, "\(word): \(told[0].text)")
            #expect(told[1].exitCode == 0 && told[1].isAsAtFirst, "\(word): \(told[1].text)")
            // Nothing that could disturb a terminal is printed.
            for line in told.flatMap(\.said) { #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) }) }
        }
    }

    /// Commands, parameters, types and members exist on every PowerShell from 2.0 to 7.
    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `everything in a script exists wherever it may run`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        var parts: [Set<String>: String] = [:]
        for like in try ControlFixtures.cases.get() where like.outcome == .fail {
            guard let subject = try RemediationSubject("", SoleJudge(like), like, host: like.host) else { continue }
            parts[
                Set(subject.script.entries.map { String(describing: $0.step).prefix { $0 != "(" } }.map(String.init))] =
                subject.text
        }
        #expect(parts.count >= 5)
        let files = try parts.values.enumerated().map { try folder.write($1, to: "script-\($0).ps1") }
        // The firewall's commands are asked for before they are used; programs are Windows' own.
        let allowed = ["sc.exe", "takeown.exe", "icacls.exe", "netsh.exe"].flatMap { ["--allow-command", $0] }
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/powershell_check.py"] + allowed + files, timeLimit: 200)
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
    }
}
