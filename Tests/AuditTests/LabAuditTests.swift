import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// The main job, whole: inventory, both transports, facts, verdicts, reports.
    @Suite(
        .enabled(if: Peers.has("/usr/sbin/sshd"), "openssh-server is not installed"), .serialized,
        .timeLimit(.minutes(5)))
    struct LabAuditTests {
        private static let judged = ["-b", "rdp-hardened", "--at", "2026-11-20T02:00:00Z"]

        @Test func `the lab fleet gets the states and verdicts that are written down`() async throws {
            try await ServedLab.shipped { lab in
                let reports = try TemporaryFolder()
                let audit = try await Program.run(
                    ["audit", "-i", "Inventory/lab.yaml", "-i", lab.connections, "-o", reports.path, "-vv"]
                        + Self.judged)
                #expect(audit.exitCode == 3, "\(audit.errorText)")
                let run = try onlyRun(in: reports.path)
                let results = try Results(folder: run)
                // Which two of the three are tried depends on the order of the night.
                let finance = results.hosts.filter { $0.host.hasPrefix("lab-fin-") }.map(\.state).sorted()
                #expect(finance == ["refused", "refused", "skipped"])
                let lines = results.hosts.filter { !$0.host.hasPrefix("lab-fin-") }.map { host in
                    "\(host.host) \(host.state) \(host.verdict): \(host.controls("fail").joined(separator: " "))"
                }
                try Golden.expect(lines, .file("lab-verdicts.txt"))

                try await Self.expectNoSecret(of: lab, in: run, audit)
                try await Self.expectSameVerdicts(again: run, as: results)
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit-old").attempts == 2)
            }
        }

        private static func expectNoSecret(of lab: ServedLab, in run: String, _ audit: ProcessOutcome) async throws {
            let secrets = try lab.secrets()
            #expect(secrets.count == 2)
            var texts = ["output": audit.text, "log": audit.errorText, "snapshot": try await snapshotText(run)]
            for file in ["report.md", "findings.csv", "hosts.csv", "results.json"] {
                texts[file] = try String(contentsOfFile: run + "/" + file, encoding: .utf8)
            }
            for (name, text) in texts {
                #expect(!text.isEmpty, "\(name) is empty")
                for secret in secrets {
                    #expect(!text.contains(secret), "\(name) holds a password")
                    let encoded = Data(secret.utf8).base64EncodedString().prefix(24)
                    #expect(!text.contains(encoded), "\(name) holds a password in base64")
                }
            }
            // What is written may hold what an attacker would like to know.
            for file in try FileManager.default.contentsOfDirectory(atPath: run) {
                let mode = try FileManager.default.attributesOfItem(atPath: run + "/" + file)[.posixPermissions] as? Int
                #expect(mode.map { $0 & 0o077 } == 0, "\(file)")
            }
        }

        private static func expectSameVerdicts(again run: String, as results: Results) async throws {
            let folder = try TemporaryFolder()
            let again = try await Program.run(["evaluate", run + "/snapshot.jsonl.gz", "-o", folder.path] + judged)
            #expect(again.exitCode == 3, "\(again.errorText)")
            let judgedAgain = try Results(folder: onlyRun(in: folder.path))
            #expect(judgedAgain.hosts.map(\.host) == results.hosts.map(\.host))
            for (left, right) in zip(judgedAgain.hosts, results.hosts) {
                #expect(left.verdict == right.verdict, "\(left.host)")
                #expect(left.controls("fail") == right.controls("fail"), "\(left.host)")
                #expect(left.controls("unknown") == right.controls("unknown"), "\(left.host)")
            }
        }

        /// The registry's secrets, the account's and a key's beside them: in nothing that the program says or writes.
        @Test func `a canary in every value that may hold a secret comes out nowhere`() async throws {
            let canary = "CaNaRy9f3b1c"
            let registry = RegistryQuestion.secretValues.map { path -> String in
                let slash = path.lastIndex(of: "\\") ?? path.startIndex
                let key = path[..<slash], name = path[path.index(after: slash)...]
                return
                    "      '\(key)': { '\(name)': \(canary) }\n      '\(path)': { Value: \(canary), '': \(canary) }\n"
            }
            var entries: [String: String] = [:]
            for line in registry.joined().split(separator: "\n") {
                let key = String(line.split(separator: "{")[0])
                let values = line.split(separator: "{")[1].split(separator: "}")[0].trimmingCharacters(in: .whitespaces)
                entries[key] = entries[key].map { $0 + ", " + values } ?? values
            }
            let yaml = entries.sorted { $0.key < $1.key }.map { "\($0.key){ \($0.value) }\n" }.joined()
            let hosts = "  w-1:\n    registry:\n\(yaml)  s-1:\n    transport: ssh\n    registry:\n\(yaml)"
            try await ServedLab.fleet(hosts) { lab in
                let reports = try TemporaryFolder()
                let audit = try await Program.run(
                    ["audit", "-i", lab.connections, "-o", reports.path, "-vv"] + Self.judged)
                let run = try onlyRun(in: reports.path)
                var texts = [audit.text, audit.errorText, try await snapshotText(run)]
                for file in ["report.md", "findings.csv", "hosts.csv", "results.json"] {
                    texts.append(try String(contentsOfFile: run + "/" + file, encoding: .utf8))
                }
                #expect(try Results(folder: run).hosts.map(\.state) == ["audited", "audited"])
                let forms = [canary, canary.lowercased(), Data(canary.utf8).base64EncodedString()]
                for (index, text) in texts.enumerated() {
                    for form in forms { #expect(!text.contains(form), "output \(index) holds \(form)") }
                }
                // The hosts do hold it.
                let held = lab.hosts.flatMap { host in
                    RegistryQuestion.secretValues.filter { path in
                        let slash = path.lastIndex(of: "\\") ?? path.startIndex
                        let location = RegistryLocation(
                            String(path[..<slash]), String(path[path.index(after: slash)...]))
                        return host.host.registry.value(location) == .string(canary)
                    }
                }
                #expect(held.count == 2 * RegistryQuestion.secretValues.count)
            }
        }

        @Test func `recordings that nobody named are served as themselves`() async throws {
            let folder = try TemporaryFolder()
            let lab = folder.path("new")
            let extract = Fixture.file("windows-hosts/win7-x86-lab.json").path
            let importing = ["lab", "import", extract, "--folder", lab]
            let imported = try await Program.run(importing)
            #expect(imported.exitCode == 0, "\(imported.errorText)")
            let undated = try LabFleetReader.read(folder: lab)
            #expect(undated.hosts.map(\.name) == ["win7-x86-lab"])
            #expect(abs(undated.judgedAt.timeIntervalSinceNow) < 60)
            try folder.write("judged-at: 2026-11-20T02:00:00Z\nhosts: {}\n", to: "new/fleet.yaml")
            #expect(try LabFleetReader.read(folder: lab).hosts.map(\.name) == ["win7-x86-lab"])

            let recording = try folder.write("mine", to: "new/recordings/win7-x86-lab.json")
            let again = try await Program.run(importing)
            #expect(again.exitCode == 73, "\(again.errorText)")
            #expect(again.errorText.contains("--replace"))
            #expect(try String(contentsOfFile: recording, encoding: .utf8) == "mine")
            #expect(try await Program.run(importing + ["--replace"]).exitCode == 0)
            #expect(try LabFleetReader.read(folder: lab).hosts.count == 1)
        }
    }
}
