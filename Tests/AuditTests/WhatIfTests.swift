import Foundation
import TestSupport
import Testing

/// A snapshot of a few hosts of the lab: healthy ones, one with a policy, and one that answers nothing.
enum LabSnapshot {
    static func make(_ body: (String, ServedLab, TemporaryFolder) async throws -> Void) async throws {
        try await ServedLab.shipped { lab in
            let folder = try TemporaryFolder()
            let outcome = try await Program.run([
                "collect", "-i", "Inventory/lab.yaml", "-i", lab.connections, "-o", folder.path("reports"), "--limit",
                "lab-adm-01:lab-adm-02:lab-rds-01:lab-rds-02:lab-mute-01",
            ])
            #expect(outcome.exitCode == 2, "\(outcome.errorText)")
            try await body(onlyRun(in: folder.path("reports")), lab, folder)
        }
    }
}

/// The members of `whatif --format json` and `check --format json` that tests look at.
struct Differences: Decodable {
    struct Host: Decodable {
        struct Change: Decodable {
            var control: String
            var change: String
        }
        struct Hindrance: Decodable {
            var why: String
            var holds: String?
            var policy: String?
        }
        struct CutOff: Decodable {
            var way: String
            var ours: String
        }
        struct Certificate: Decodable {
            var renewal: String
        }
        var host: String
        var changes: [Change]
        var notSet: [Hindrance]?
        var cutOff: [CutOff]?
        var certificate: Certificate?
    }
    struct NotJudged: Decodable {
        var host: String
        var state: String
    }
    struct Summary: Decodable {
        var hosts: Int
        var judged: Int
        var changes: [String: Int]
    }
    var fleetaudit: String
    var exitCode: Int32
    var summary: Summary
    var hosts: [Host]
    var notJudged: [NotJudged]

    init(_ outcome: ProcessOutcome) throws {
        self = try JSONDecoder().decode(Differences.self, from: outcome.standardOutput)
        #expect(exitCode == outcome.exitCode)
    }

    func host(_ name: String) throws -> Host { try #require(hosts.first { $0.host == name }) }
}

extension AuditTests {
    @Suite(.timeLimit(.minutes(5))) struct WhatIfTests {
        private static let moment = ["--from-at", "2026-11-20T02:00:00Z"]

        @Test func `a setting is asked of a fleet: who changes, whom a policy reverts, who is cut off`() async throws {
            try await LabSnapshot.make { run, _, folder in
                let required = ["whatif", run, "--set", "rdp.listener.userAuthentication=1"] + Self.moment
                let text = try await Program.run(required + ["--all"])
                for part in [
                    "5  4 judged, 1 not", "1 reverted by a policy", "REVERTED BY A POLICY",
                    #"0      HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\UserAuthentication"#,
                    "NOT JUDGED 1  (never counted as unaffected)", "lab-mute-01",
                ] { #expect(text.text.contains(part), "\(part)\n\(text.text)") }
                #expect(text.exitCode == 2, "\(text.errorText)")

                let json = try Differences(await Program.run(required + ["--format", "json"]))
                #expect(json.fleetaudit == "whatif")
                #expect(json.summary.hosts == 5 && json.summary.judged == 4)
                #expect(try json.host("lab-rds-02").notSet?.map(\.why) == ["reverted"])
                #expect(json.notJudged.map(\.host) == ["lab-mute-01"])

                let cut = try Differences(
                    await Program.run(
                        ["whatif", run, "--set", "schannel.tls12.server=disabled", "--format", "json"] + Self.moment))
                #expect(cut.exitCode == 3)
                #expect(
                    try cut.host("lab-adm-02").cutOff?.map { "\($0.way) \($0.ours)" } == ["rdp no", "winrm-https yes"])
                #expect(try cut.host("lab-adm-01").changes.contains { $0.change == "newly-failing" })

                let given = try await Program.run(
                    [
                        "whatif", run + "/snapshot.jsonl.gz", "--set", "certificates.bound.present=false", "--hosts",
                        "lab-adm-*",
                    ]
                        + Self.moment)
                #expect(given.exitCode == 1, "\(given.text)")
                #expect(given.text.contains("taken as given; facts derived from it don't follow"))
                #expect(given.text.contains("lab-adm-01  newly failing        CERT-001"), "\(given.text)")
                #expect(!given.text.contains("lab-rds"))
            }
        }

        @Test func `another day and another baseline are asked of a fleet`() async throws {
            try await LabSnapshot.make { run, _, _ in
                let day = try Differences(
                    await Program.run(["whatif", run, "--at", "2028-01-15", "--format", "json"] + Self.moment))
                // Its key cannot be read: Windows did not renew it before and will not.
                #expect(!day.hosts.contains { $0.host == "lab-adm-01" && $0.certificate != nil })
                #expect(day.summary.changes["fixed"] == 0)

                let two = try Differences(
                    await Program.run(["whatif", run, "-b", "rdp-hardened", "--format", "json"] + Self.moment))
                let same = try Differences(
                    await Program.run(
                        ["whatif", run, "--from", "rdp-connectivity", "-b", "rdp-hardened", "--format", "json"]
                            + Self.moment))
                #expect(two.summary.changes == same.summary.changes)
                #expect(two.summary.changes["added"] ?? 0 > 0)
                #expect(try two.host("lab-rds-02").changes.contains { $0.control == "RDP-006" })
            }
        }

        @Test(arguments: [
            ([], "nothing is asked"), (["--set", "rdp.listner.port=1"], "did you mean 'rdp.listener.port'?"),
            (["--set", "rdp.listener.port=99999"], "a number from 1 to 65535"),
            (["--set", "rdp.enabled.source=policy"], "follows from where a value stands"),
            (["--at", "2027-02-30"], "is no moment"),
            (["--from-at", "tomorrow", "--at", "2027-01-15"], "is no moment"),
            (["--at", "2027-01-15", "--hosts", "web[0]"], "a snapshot has no order"),
            (["--from", "rdp-connectivity"], "nothing is asked"),
        ])
        func `a question that cannot be asked is told before the snapshot is read`(
            _ arguments: [String], _ part: String
        ) async throws {
            let outcome = try await Program.run(["whatif", "/nonexistent.jsonl.gz"] + arguments)
            #expect(outcome.exitCode == 64)
            #expect(outcome.errorText.contains(part), "\(outcome.errorText)")
        }

        @Test func `a snapshot or baseline that is not there is bad input`() async throws {
            let snapshot = try await Program.run(["whatif", "/nonexistent.jsonl.gz", "--at", "2027-01-15"])
            #expect(snapshot.exitCode == 65, "\(snapshot.errorText)")
            let baseline = try await Program.run(["whatif", "/nonexistent.jsonl.gz", "-b", "rdp-hardned"])
            #expect(baseline.exitCode == 65, "\(baseline.errorText)")
        }
    }
}
