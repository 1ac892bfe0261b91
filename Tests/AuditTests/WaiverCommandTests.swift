import Foundation
import TestSupport
import Testing

extension AuditTests {
    /// Accepted failures, from the command line to the exit code.
    @Suite(.timeLimit(.minutes(5))) struct WaiverCommandTests {
        private static func file(_ controls: [String], hosts: String, expires: String = "2027-03-31") -> String {
            """
            waivers:
              - id: WV-1
                controls: [\(controls.joined(separator: ", "))]
                hosts: "\(hosts)"
                reason: Old thin clients
                owner: Ops
                ticket: CHG-1
                approver: CISO
                expires: \(expires)

            """
        }

        @Test func `waived failures do not set bit 1, and an expired waiver covers nothing`() async throws {
            try await ServedLab.shipped { lab in
                let folder = try TemporaryFolder()
                let asked = [
                    "-i", "Inventory/lab.yaml", "-i", lab.connections, "-o", folder.path, "-b", "rdp-hardened",
                    "--at", "2026-11-20T02:00:00Z", "--limit", "lab-rds-02",
                ]
                let open = try await Program.run(["audit"] + asked)
                #expect(open.exitCode & 1 == 1, "\(open.text)")
                let run = try onlyRun(in: folder.path)
                let failing = try Results(folder: run).host("lab-rds-02").controls("fail")
                #expect(!failing.isEmpty && !open.text.lowercased().contains("waiver"))

                let waivers = try folder.write(Self.file(failing, hosts: "lab-rds-*"), to: ".w/waivers.yaml")
                func judge(_ moment: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws
                    -> (ProcessOutcome, Results)
                {
                    let reports = try TemporaryFolder()
                    let outcome = try await Program.run(
                        [
                            "evaluate", run + "/snapshot.jsonl.gz", "-b", "rdp-hardened", "--at", moment, "-o",
                            reports.path,
                        ]
                            + arguments, environment: environment)
                    let results = try Results(folder: onlyRun(in: reports.path))
                    try await expectSchema("results-1", of: onlyRun(in: reports.path) + "/results.json", "--whole")
                    return (outcome, results)
                }
                for (arguments, environment) in [
                    (["--waivers", waivers], [:]), ([], ["FLEETAUDIT_WAIVERS": waivers]),
                    (["--waivers", folder.path + "/.w"], [:]),
                ] {
                    let (outcome, results) = try await judge("2026-11-20T02:00:00Z", arguments, environment)
                    #expect(outcome.exitCode & 1 == 0, "\(outcome.text)")
                    #expect(try results.host("lab-rds-02").controls("waived") == failing)
                    #expect(
                        outcome.text.contains("1 in force") && outcome.text.contains("\(failing.count) failures waived")
                    )
                    #expect(outcome.text.contains(" .. with waivers"))
                }
                // The last day counts whole; the day after, nothing is waived.
                let (last, _) = try await judge("2027-03-31T23:59:59Z", ["--waivers", waivers])
                #expect(last.text.contains("ends within 1 day") && last.text.contains("1 in force"))
                let (after, results) = try await judge("2027-04-01", ["--waivers", waivers])
                #expect(after.exitCode & 1 == 1 && after.text.contains("1 expired"), "\(after.text)")
                #expect(try results.host("lab-rds-02").controls("waived").isEmpty)
            }
        }

        @Test func `waivers check tells what is in force, on how many hosts, and what names nobody`() async throws {
            let folder = try TemporaryFolder()
            let inventory = try folder.write("rdsh: { hosts: { srv-1: , srv-2: } }\n", to: "hosts.yaml")
            let waivers = try folder.write(Self.file(["RDP-006"], hosts: "rdsh"), to: "w.yaml")
            for (moment, words) in [
                ("2026-11-20", ["in force", "1 waiver, 1 in force"]),
                ("2027-03-20T12:00:00Z", ["ends within 12 days"]), ("2027-04-01", ["expired", "0 in force"]),
            ] {
                let outcome = try await Program.run(["waivers", "check", waivers, "-i", inventory, "--at", moment])
                #expect(outcome.exitCode == 0 && outcome.errorText.isEmpty, "\(outcome.errorText)")
                for word in words + ["WV-1", "2027-03-31", "  2  RDP-006"] {
                    #expect(outcome.text.contains(word), "\(word)\n\(outcome.text)")
                }
            }
            let stray = try folder.write(Self.file(["RDP-006"], hosts: "rsdh"), to: "stray.yaml")
            let outcome = try await Program.run(["waivers", "check", stray, "-i", inventory, "--at", "2026-11-20"])
            #expect(outcome.exitCode == 0 && outcome.errorText.contains("did you mean 'rdsh'?"), "\(outcome.errorText)")
            let wrong = try await Program.run(["waivers", "check", waivers, folder.path + "/none.yaml"])
            #expect(wrong.exitCode == 65 && wrong.errorText.contains("none.yaml"))
        }

        @Test func `a wrong file of waivers ends the audit before a host is contacted`() async throws {
            let folder = try TemporaryFolder()
            let inventory = try folder.write(
                "all:\n  hosts:\n    h1: { ansible_host: 127.0.0.1, ansible_port: 9, ansible_user: u, ansible_password: p }\n",
                to: "hosts.yaml")
            let waivers = try folder.write(
                Self.file(["RDP-06", "TLS-006"], hosts: "h1", expires: "2027-03-31T00:00Z"), to: "w.yaml")
            let outcome = try await Program.run([
                "audit", "-i", inventory, "-o", folder.path + "/reports", "--waivers", waivers, "-b",
                "no-such-baseline",
            ])
            #expect(outcome.exitCode == 65)
            for words in [
                "w.yaml:3", "RDP-006", "w.yaml:9", "without a zone", "no-such-baseline", "No host was contacted",
            ] {
                #expect(outcome.errorText.contains(words), "\(words)\n\(outcome.errorText)")
            }
            #expect(!hasRun(in: folder.path + "/reports"))
        }
    }
}
