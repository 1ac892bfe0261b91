import Collection
import Console
import Drift
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import TestSupport
import Testing

@testable import fleetaudit

extension AuditTests {
    /// `diff` on snapshots and on a history of the same two runs.
    @Suite(.timeLimit(.minutes(5))) struct DiffTests {
        private static let (first, second) = ("20261119-020000", "20261120-020000")
        private static let nla = RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "UserAuthentication")

        /// Two nights: one host got worse, one better, one silent, one another machine, one changed in what no control looks at, one
        /// stayed.
        private static func nights(in folder: TemporaryFolder) async throws -> [String] {
            func machine(nla: UInt32 = 1, _ change: (inout RecordedHost) -> Void = { _ in }) throws -> RecordedHost {
                var machine = try ControlFixtures.template("server")
                machine.registry.set(Self.nla, .dword(nla))
                change(&machine)
                return machine
            }
            func other(_ machine: inout RecordedHost) {
                machine.registry.set(RegistryLocation(Keys.cryptography, "MachineGuid"), .string("another-guid"))
                machine.registry.set(RegistryLocation(Keys.computerName, "ComputerName"), .string("OTHER"))
            }
            let filter = RegistryLocation(Keys.systemPolicies, "LocalAccountTokenFilterPolicy")
            let before: [MadeSnapshot.Host] = [
                .init(name: "worse", machine: try machine()), .init(name: "better", machine: try machine(nla: 0)),
                .init(name: "silent", machine: try machine(nla: 0)), .init(name: "twin", machine: try machine()),
                .init(name: "filter", machine: try machine()), .init(name: "gone", machine: try machine()),
                .init(name: "same", machine: try machine(nla: 0)),
            ]
            let after: [MadeSnapshot.Host] = [
                .init(name: "same", machine: try machine(nla: 0)), .init(name: "worse", machine: try machine(nla: 0)),
                .init(name: "better", machine: try machine()),
                .init(name: "silent", state: .unreachable, machine: try machine()),
                .init(name: "twin", machine: try machine(nla: 0, other)),
                .init(name: "filter", machine: try machine { $0.registry.set(filter, .dword(1)) }),
                .init(name: "new", machine: try machine(nla: 0)),
            ]
            let paths = [folder.path("first.jsonl.gz"), folder.path("second.jsonl.gz")]
            let day = ControlFixtures.now.addingTimeInterval(-86_400)
            try await MadeSnapshot.write(before, run: Self.first, started: day, to: paths[0])
            try await MadeSnapshot.write(after, run: Self.second, to: paths[1])
            return paths
        }

        private static func document(_ arguments: [String]) async throws -> DiffDocument {
            let outcome = try await Program.run(["diff", "--format", "json"] + arguments)
            try #require(outcome.exitCode <= 3, "\(outcome.errorText)")
            let document = try DiffDocument([UInt8](outcome.standardOutput))
            #expect(document.exitCode == outcome.exitCode, "\(outcome.errorText)")
            return document
        }

        private static func expectNights(_ document: DiffDocument) {
            #expect(document.exitCode == 3)
            func change(_ kind: String, _ host: String) -> DiffDocument.Change? {
                document.changes.first { change in
                    change.change == kind && change.hosts.contains(host)
                        && change.controls.contains { $0.control == "RDP-006" }
                }
            }
            let worse = change("newly-failing", "worse")
            #expect(worse?.hosts == ["worse"])
            #expect(worse?.facts.map(\.fact) == ["rdp.listener.userAuthentication"])
            #expect(worse?.facts.first?.before.shown == "1" && worse?.facts.first?.after.shown == "0")
            #expect(change("fixed", "better")?.facts.first?.after.shown == "1")
            #expect(change("fixed", "silent") == nil)
            #expect(change("newly-failing", "new")?.circumstance == "not-judged-before")
            #expect(change("newly-failing", "twin")?.circumstance == "another-machine")
            #expect(change("newly-failing", "twin")?.facts.isEmpty == true)
            #expect(document.machines.map(\.host) == ["twin"])
            #expect(document.machines.map(\.anotherMachine) == [true])
            #expect(document.summary.presences["became-unreadable"] == 1)
            #expect(document.summary.presences["added"] == 1 && document.summary.presences["vanished"] == 1)
            #expect(document.summary.noLongerVisible > 0)
            #expect(
                document.facts.filter { $0.fact == "security.localAccountTokenFilter" }.map(\.hosts) == [["filter"]])
            #expect(!document.facts.contains { $0.hosts?.contains("twin") == true })
            #expect(document.stillFailing.contains { $0.control == "RDP-006" && $0.hosts == ["same"] })
            #expect(document.before.figures.hosts == 7 && document.after.figures.judged == 6)
            #expect(document.before.run == first && document.after.run == second)
        }

        @Test func `two snapshots are compared without a history`() async throws {
            let folder = try TemporaryFolder()
            let paths = try await Self.nights(in: folder)
            Self.expectNights(try await Self.document(paths + ["-b", "rdp-hardened"]))

            let text = try await Program.run(["diff"] + paths + ["-b", "rdp-hardened", "--still", "--facts"])
            #expect(text.exitCode == 3, "\(text.errorText)")
            for part in [
                "both judged by today's policy, as of 2026-11-19T02:00:00Z and 2026-11-20T02:00:00Z",
                "ANOTHER MACHINE 1",
                "rdp.listener.userAuthentication: 1 -> 0", "BECAME UNREADABLE 1", "security.localAccountTokenFilter: ",
                "STILL FAILING",
            ] { #expect(text.text.contains(part), "\(part)\n\(text.text)") }

            let same = try await Self.document([paths[0], paths[0], "-b", "rdp-hardened"])
            #expect(same.exitCode == 0 && same.changes.isEmpty && same.facts.isEmpty)
            let one = try await Self.document(paths + ["-b", "rdp-hardened", "--hosts", "be*", "--control", "RDP-*"])
            #expect(one.exitCode == 0 && one.after.figures.hosts == 1)
            #expect(one.changes.map(\.hosts) == [["better"]])
            let never = try await Self.document(paths + ["-b", "rdp-hardened", "--fail-on", "never"])
            #expect(never.exitCode == 2)
        }

        /// Records a snapshot as an audit does.
        private static func record(_ path: String, _ baseline: Baseline, in file: String) async throws -> RunTrend {
            let header = try SnapshotReader(path: path).header
            let output = Output(program: "test", environment: [:])
            let recording = try await RunRecording.open(file, run: header.run, selection: "")
            await recording.begin(isReplacing: false)
            let result = try await Evaluation.judge(
                snapshot: path, baseline: baseline, at: header.started, recording: recording, telling: output)
            let trend = await recording.finish(result)
            #expect(await recording.failure == nil)
            return trend
        }

        @Test func `the history tells the same of the same runs, and the same figures as the trend`() async throws {
            let folder = try TemporaryFolder()
            let paths = try await Self.nights(in: folder)
            let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
            let file = folder.path("history.sqlite")
            _ = try await Self.record(paths[0], baseline, in: file)
            let alone = try await Program.run(["diff", "--history", file])
            #expect(alone.exitCode == 64 && alone.errorText.contains("no run before"), "\(alone.errorText)")
            let trend = try await Self.record(paths[1], baseline, in: file)

            for arguments in [[], ["last"], [Self.first, "last"], ["2026-11-19", Self.second]] {
                let document = try await Self.document(["--history", file] + arguments)
                Self.expectNights(document)
                let changes = trend.differences.values.flatMap(\.changes)
                for kind in JudgementDifference.ControlChange.Kind.allCases where kind != .stillUnknown {
                    #expect(document.summary.changes[kind.rawValue] == changes.count { $0.kind == kind }, "\(kind)")
                }
                #expect(document.summary.noLongerVisible == trend.noLongerVisible)
                let lasting = document.stillFailing.first { $0.control == "RDP-006" }
                #expect(lasting?.since == "2026-11-19T02:00:00Z")
            }
            let back = try await Self.document(["--history", file, Self.second, Self.first])
            #expect(back.changes.contains { $0.change == "fixed" && $0.hosts.contains("worse") })

            let folderOfRuns = folder.path
            let text = try await Program.run(["diff", "-o", folderOfRuns, "--still"])
            #expect(
                text.exitCode == 3 && text.text.contains("oldest since 2026-11-19"), "\(text.text)\(text.errorText)")
        }

        @Test func `what fails now is told with facts and since when, and against peers what is odd`() async throws {
            let folder = try TemporaryFolder()
            let paths = try await Self.nights(in: folder)
            let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
            let file = folder.path("history.sqlite")
            for path in paths { _ = try await Self.record(path, baseline, in: file) }
            for source in [["--history", file], [paths[1], "-b", "rdp-hardened"]] {
                let json = try await Program.run(["diff", "--against", "baseline", "--format", "json"] + source)
                #expect(json.exitCode == 3, "\(json.errorText)")
                let written = try folder.write(json.text, to: "baseline.json")
                try await expectSchema("diff-1", of: written, "--whole")
                let text = try await Program.run(["diff", "--against", "baseline"] + source)
                #expect(text.text.contains("rdp.listener.userAuthentication.effective is 0"), "\(text.text)")
                #expect(text.text.contains("failing since 2026-11-19") == (source.count == 2), "\(text.text)")
            }
            let machine = try ControlFixtures.template("server")
            var odd = machine
            odd.registry.set(Self.nla, .dword(0))
            let (peers, third) = (folder.path("peers.jsonl.gz"), "20261121-020000")
            try await MadeSnapshot.write(
                (1...6).map { .init(name: "h\($0)", role: "rdsh", machine: $0 == 6 ? odd : machine) }
                    + [.init(name: "alone", role: "jump-host", machine: machine)],
                run: third, to: peers)
            let text = try await Program.run(["diff", peers, "--against", "peers"])
            #expect(text.exitCode == 0, "\(text.errorText)")
            #expect(text.text.contains("rdp.listener.userAuthentication.effective  1 host  h6"), "\(text.text)")
            #expect(text.text.contains("1 host without enough peers"), "\(text.text)")
            let json = try await Program.run(["diff", peers, "--against", "peers", "--format", "json"])
            try await expectSchema("diff-1", of: try folder.write(json.text, to: "peers.json"), "--whole")
            _ = try await Self.record(peers, baseline, in: file)
            let kept = try await Program.run(["diff", "--against", "peers", "--history", file, third])
            #expect(kept.exitCode == 0, "\(kept.errorText)")
        }

        @Test(
            arguments: [
                (["a/b"], 64, "give a second one"), (["a/b", "last"], 64, "not judged alike"),
                (["last", "README.md"], 64, "not judged alike"), (["a", "b", "c"], 64, "unexpected argument"),
                (["last", "last", "--against", "peers"], 64, "looks at one run"),
                (["--against", "peers", "--control", "RDP-006"], 64, "compared by facts"),
                (["--at", "2027-01-01"], 64, "as of its own time"), (["--hosts", "web[0]"], 64, "has no order"),
                (["--history", "none"], 64, "without a history"),
                (["--history", "/nonexistent/history.sqlite"], 65, "/nonexistent/history.sqlite"),
                (["--history", "README.md"], 65, "README.md"),
                (["/nonexistent.gz", "/nonexistent.gz"], 65, "cannot be opened"),
                (["README.md", "README.md"], 65, "README.md"), (["--against", "yesterday"], 64, "--against"),
                (["README.md", "README.md", "-b", "no-such"], 65, "no-such"),
            ] as [([String], Int32, String)])
        func `what cannot be compared is told`(_ arguments: [String], _ code: Int32, _ part: String) async throws {
            let outcome = try await Program.run(["diff"] + arguments)
            #expect(outcome.exitCode == code, "\(outcome.errorText)")
            #expect(outcome.errorText.contains(part), "\(outcome.errorText)")
            #expect(outcome.text.isEmpty)
        }

        @Test func `a filter that matches nothing is told`() async throws {
            let folder = try TemporaryFolder()
            let paths = try await Self.nights(in: folder)
            let hosts = try await Program.run(["diff"] + paths + ["--hosts", "wurse"])
            #expect(hosts.exitCode == 64 && hosts.errorText.contains("did you mean 'worse'?"), "\(hosts.errorText)")
            let control = try await Program.run(["diff"] + paths + ["--control", "RDP-06"])
            #expect(control.exitCode == 64 && control.errorText.contains("RDP-06"), "\(control.errorText)")
        }
    }
}
