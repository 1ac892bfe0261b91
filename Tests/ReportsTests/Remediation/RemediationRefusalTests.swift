import Formats
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

/// When a script must not act: it says why, ends with another code than 0, and changes nothing.
@Suite(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
struct RemediationRefusalTests {
    /// Every failing case as it is.
    private static let subjects = Result {
        try ControlFixtures.cases.get().filter { $0.outcome == .fail }.compactMap {
            try RemediationSubject($0.description, SoleJudge($0), $0, host: $0.host)
        }
    }
    private static let phases = ["Apply", "Verify", "Rollback"]

    private static func told(
        _ runs: (String, RemediationSubject) -> [PowerShellRuns.Run]
    ) async throws -> [(RemediationSubject, [PowerShellRuns.Outcome])] {
        let subjects = try subjects.get()
        try #require(subjects.count > 40)
        var all = PowerShellRuns()
        for subject in subjects {
            all.add(subject.host, runs: runs(all.add(script: subject.text), subject))
        }
        return Array(zip(subjects, try await all.outcomes()))
    }

    @Test func `it runs on no other machine`() async throws {
        let marks = [(Keys.cryptography, "MachineGuid"), (Keys.computerName, "ComputerName")]
        let told = try await Self.told { script, _ in
            marks.flatMap { key, name in
                Self.phases.map { phase in
                    var run = PowerShellRuns.Run(script, phase)
                    // Both are as they were again before the second is changed.
                    run.set = [(RegistryLocation(key, name), .string("another"))]
                    return run
                }
            }
        }
        for (subject, outcomes) in told {
            for outcome in outcomes {
                #expect(outcome.exitCode == 2 && !outcome.isChanged && outcome.events.isEmpty, "\(subject.name)")
                #expect(outcome.said.count == 1 && outcome.text.hasPrefix("REFUSED: this is another machine"))
            }
        }
    }

    @Test func `a mark that is missing on the machine is another machine`() async throws {
        let told = try await Self.told { script, subject in
            MachineMark.marks(of: subject.facts).prefix(1).map { mark in
                var run = PowerShellRuns.Run(script, "Apply")
                run.remove = [mark.location]
                return run
            }
        }
        for (subject, outcomes) in told {
            #expect(!outcomes.isEmpty)
            for outcome in outcomes { #expect(outcome.exitCode == 2 && !outcome.isChanged, "\(subject.name)") }
        }
    }

    @Test func `each mark alone is enough to refuse`() async throws {
        let subject = try #require(try Self.subjects.get().first { $0.control == "RDP-006" })
        let marks = MachineMark.marks(of: subject.facts)
        #expect(marks.count == 2)
        var runs = PowerShellRuns()
        let script = runs.add(script: subject.text)
        for mark in marks {
            var run = PowerShellRuns.Run(script, "Apply")
            run.set = [(mark.location, .string(mark.text + "x"))]
            runs.add(subject.host, runs: [run])
        }
        for told in try await runs.outcomes() { #expect(told[0].exitCode == 2 && !told[0].isChanged) }
    }

    @Test func `a phase that there is not is refused`() async throws {
        let told = try await Self.told { script, _ in
            ["Destroy", "", "Apply ", "Apply;Rollback"].map { PowerShellRuns.Run(script, $0) }
        }
        for (subject, outcomes) in told {
            for outcome in outcomes {
                #expect(outcome.exitCode == 1 && !outcome.isChanged && outcome.said.isEmpty, "\(subject.name)")
                #expect(!outcome.errors.isEmpty)
            }
        }
    }

    @Test func `the 32-bit PowerShell and a restricted one are refused`() async throws {
        let subject = try #require(try Self.subjects.get().first { $0.control == "RDP-006" })
        var runs = PowerShellRuns()
        let script = runs.add(script: subject.text)
        let phases = Self.phases.map { PowerShellRuns.Run(script, $0) }
        runs.add(subject.host, [.init("wow64", true)], runs: phases)
        runs.add(subject.host, [.init("languageMode", "ConstrainedLanguage")], runs: phases)
        for outcome in try await runs.outcomes().joined() {
            #expect(outcome.exitCode == 2 && !outcome.isChanged && outcome.text.hasPrefix("REFUSED: this"))
        }
    }

    @Test func `a value that is not what the audit saw is left alone`() async throws {
        /// Like it for a careless eye, and not the same.
        func others(_ value: RegistryValue?) -> [RegistryValue] {
            switch value {
            case .string(let text)?:
                [.string(text + "\0"), .string(text + "\u{200d}"), .expandString(text), .string(text + " ")]
            case .expandString(let text)?: [.string(text), .expandString(text.uppercased() + "x")]
            case .multiString(let texts)?: [.multiString(texts + [""]), .string(texts.joined(separator: " "))]
            case .dword(let number)?: [.string("\(number)"), .qword(UInt64(number)), .dword(number &+ 77)]
            case .binary(let bytes)?: [.binary(bytes + [0]), .none(bytes)]
            default: [.string("came since"), .none([]), .other(kind: 6, [1])]
            }
        }
        let told = try await Self.told { script, subject in
            subject.registrySteps.prefix(1).flatMap { step in
                others(step.observed).flatMap { value in
                    Self.phases.map { phase in
                        var run = PowerShellRuns.Run(script, phase)
                        run.set = [(step.location, value)]
                        return run
                    }
                }
            }
        }
        var count = 0
        for (subject, outcomes) in told {
            for outcome in outcomes {
                count += 1
                #expect(outcome.exitCode == 1, "\(subject.name): \(outcome.text)")
                // Other things of the same script are as they were, and are mended.
                #expect(!outcome.isChanged || subject.script.entries.count > 1, "\(subject.name): \(outcome.text)")
                #expect(outcome.text.contains("REFUSED, is ") || outcome.text.contains("DOES NOT HOLD, is "))
            }
        }
        #expect(count > 100)
    }

    @Test func `access denied is told, and the rest goes on`() async throws {
        let subjects = try Self.subjects.get().filter { !$0.registrySteps.isEmpty }
        var runs = PowerShellRuns()
        for subject in subjects {
            let script = runs.add(script: subject.text)
            let step = try #require(subject.registrySteps.first)
            var denied = PowerShellRuns.Run(script, "Apply")
            // The nearest key that is there.
            var path = step.location.key
            while subject.host.registry.presence(path) != .present {
                path = path.split(separator: "\\").dropLast().joined(separator: "\\")
            }
            denied.deny = [path]
            var allowed = PowerShellRuns.Run(script, "Apply")
            allowed.allow = [path]
            var deniedAgain = PowerShellRuns.Run(script, "Rollback")
            deniedAgain.deny = [path]
            var back = PowerShellRuns.Run(script, "Rollback")
            back.allow = [path]
            runs.add(subject.host, runs: [denied, allowed, deniedAgain, back])
        }
        let outcomes = try await runs.outcomes()
        #expect(outcomes.count > 20)
        for (subject, told) in zip(subjects, outcomes) {
            let comment: Comment = "\(subject.name): \(told.map(\.text))"
            #expect(told[0].exitCode == 1 && told[0].text.contains("FAILED, was "), comment)
            #expect(told[1].exitCode == 0 && told[1].isChanged, comment)
            #expect(told[2].exitCode == 1 && told[2].text.contains("FAILED, was "), comment)
            #expect(told[3].exitCode == 0 && told[3].isAsAtFirst, comment)
        }
    }

    /// One script with many steps: one that cannot be done keeps no other from being done, and undone.
    @Test func `of many steps one that fails fails alone`() async throws {
        var host = try ControlFixtures.template("server")
        let server = #"SYSTEM\CurrentControlSet\Control\Terminal Server"#
        host.registry.set(RegistryLocation(server, "fDenyTSConnections"), .dword(1))
        let listener = Keys.winStations + #"\RDP-Tcp"#
        for (name, value) in [("UserAuthentication", UInt32(0)), ("SecurityLayer", 0), ("MinEncryptionLevel", 1)] {
            host.registry.set(RegistryLocation(listener, name), .dword(value))
        }
        let protocols = Keys.schannelProtocols + #"\TLS 1.2\Server"#
        host.registry.set(RegistryLocation(protocols, "Enabled"), .dword(0))
        let facts = ControlCase.facts(host)
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now).judge(.fixture(), facts)
        let script = try #require(RemediationScript(judgement))
        #expect(script.entries.count >= 3, "\(script.entries.map(\.step.target))")
        var runs = PowerShellRuns()
        let name = runs.add(script: script.text(run: "r"))
        var denied = PowerShellRuns.Run(name, "Apply")
        denied.deny = [protocols]
        var verify = PowerShellRuns.Run(name, "Verify")
        verify.allow = [protocols]
        runs.add(
            host,
            runs: [
                .init(name, "Apply", whatIf: true), denied, verify, .init(name, "Rollback"), .init(name, "Apply"),
                .init(name, "Verify"), .init(name, "Rollback"), .init(name, "Rollback"),
            ])
        let told = try #require(try await runs.outcomes().first)
        let comment: Comment = "\(told.map(\.text))"
        #expect(!told[0].isChanged && told[0].said.count { $0.contains("would change") } == script.entries.count)
        let failing = script.entries.count {
            if case .registry(let step) = $0.step { step.location.key == protocols } else { false }
        }
        let others = script.entries.count - failing
        #expect(failing > 0 && others > 0)
        #expect(told[1].exitCode == 1 && told[1].said.count { $0.contains("FAILED") } == failing, comment)
        #expect(told[1].said.count { $0.contains(": done, was ") } == others, comment)
        #expect(told[2].exitCode == 1 && told[2].said.count { $0.contains(": holds, ") } == others)
        #expect(told[3].exitCode == 0 && told[3].isAsAtFirst, comment)
        #expect(told[4].exitCode == 0 && told[5].exitCode == 0, comment)
        #expect(told[6].exitCode == 0 && told[6].isAsAtFirst, comment)
        #expect(!told[7].isChanged && told[7].exitCode == 0, comment)
        // Undone in the other direction than done.
        let order = told[5].said.dropFirst().map { $0.prefix { $0 != ":" } }
        let undone = told[6].said.dropFirst().map { $0.prefix { $0 != ":" } }
        #expect(undone.prefix(order.count) == order.reversed()[...])
        // What waits for a restart is said at the end, and only where something was changed.
        #expect(undone.dropFirst(order.count) == ["Not in force yet"] && !told[7].text.contains("Not in force yet"))
    }
}
