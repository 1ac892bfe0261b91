import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct SARIFReportTests {
    private static let schema = Fixture.file("sarif/sarif-schema-2.1.0.json.gz").path

    private static func run(_ result: AuditResult, _ summary: FleetSummary? = nil) throws -> JSON {
        try #require(try JSON.parse(ReportFormat.sarif.bytes(result, summary))["runs"]?[0])
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `the report fits the public schema`() async throws {
        let drifting = try DriftingRun()
        var documents = [ReportFormat.sarif.bytes(drifting.result, drifting.summary)]
        for result in [
            try SampleRun.mixed(), try SampleRun.unreachable(2), try SampleRun.result([]), try SampleRun.hostileHosts(),
        ] {
            documents.append(ReportFormat.sarif.bytes(result))
        }
        for document in documents {
            #expect(try await ReportPeer.violations(of: Self.schema, in: document) == "")
        }
        // The validator sees what is wrong.
        let broken = String(decoding: documents[0], as: UTF8.self).replacing(
            #""kind":"fail""#, with: #""kind":"failed""#)
        #expect(try await ReportPeer.violations(of: Self.schema, in: Array(broken.utf8)) != "")
    }

    @Test func `failures, waived ones and open questions are results, and nothing else is`() throws {
        let drifting = try DriftingRun()
        let run = try Self.run(drifting.result, drifting.summary)
        let results = run["results"]?.array ?? []
        func count(_ kind: String, isSuppressed: Bool) -> Int {
            results.count { $0["kind"]?.string == kind && ($0["suppressions"] != nil) == isSuppressed }
        }
        let summary = drifting.summary
        #expect(count("fail", isSuppressed: false) == summary.failureCount)
        #expect(count("fail", isSuppressed: true) == summary.waivedCount && summary.waivedCount > 0)
        #expect(count("open", isSuppressed: false) == summary.unknowns && summary.unknowns > 0)
        #expect(results.count == summary.failureCount + summary.waivedCount + summary.unknowns)
        for result in results {
            // SARIF 3.27.10: a level other than none only for failures.
            #expect((result["level"]?.string == "none") == (result["kind"]?.string == "open"))
        }
        let waived = try #require(results.first { $0["suppressions"] != nil })
        let suppression = waived["suppressions"]?[0]
        #expect(suppression?["kind"]?.string == "external" && suppression?["status"]?.string == "accepted")
        #expect(suppression?["justification"]?.string?.contains("WV-7 until 2027-03-31, CHG-4411") == true)
    }

    @Test func `every result has what GitHub needs to show it and to know it again`() throws {
        let drifting = try DriftingRun()
        let run = try Self.run(drifting.result, drifting.summary)
        let rules = (run["tool"]?["driver"]?["rules"]?.array ?? [])
        #expect(rules.count == drifting.result.baseline.controls.count)
        for rule in rules {
            let number = rule["properties"]?["security-severity"]?.string.flatMap(Double.init)
            let severity = rule["properties"]?["severity"]?.string
            let wanted: [String: ClosedRange<Double>] = [
                "critical": 9.1...10, "high": 7...8.9, "medium": 4...6.9, "low": 0.1...3.9,
            ]
            #expect(severity == "info" ? number == nil : wanted[severity ?? ""]?.contains(number ?? -1) == true)
            #expect(rule["name"]?.string?.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } == true)
            #expect(rule["properties"]?["tags"]?[0]?.string == "security")
            #expect((rule["fullDescription"]?["text"]?.string ?? "").isEmpty == false)
        }
        var fingerprints: Set<String> = []
        for result in run["results"]?.array ?? [] {
            let location = result["locations"]?[0]
            let uri = location?["physicalLocation"]?["artifactLocation"]?["uri"]?.string ?? ""
            #expect(uri.hasPrefix("hosts/srv-"))
            #expect(location?["physicalLocation"]?["region"]?["startLine"]?.int == 1)
            #expect(location?["logicalLocations"]?[0]?["fullyQualifiedName"]?.string == String(uri.dropFirst(6)))
            let index = Int(result["ruleIndex"]?.int ?? -1)
            #expect(rules[index]["id"]?.string == result["ruleId"]?.string)
            let print = result["partialFingerprints"]?["primaryLocationLineHash"]?.string ?? ""
            #expect(fingerprints.insert(print).inserted && print.hasSuffix(":1"))
        }
        #expect(run["automationDetails"]?["id"]?.string == "fleetaudit/rdp-hardened/20261120-020000")
    }

    @Test func `a result says whether it is new, and one without a history does not`() throws {
        let drifting = try DriftingRun()
        let results = try Self.run(drifting.result, drifting.summary)["results"]?.array ?? []
        func states(_ host: String, _ kind: String) -> Set<String> {
            Set(
                results.filter {
                    $0["kind"]?.string == kind
                        && $0["locations"]?[0]?["logicalLocations"]?[0]?["name"]?.string == host
                }.compactMap { $0["baselineState"]?.string })
        }
        #expect(states("srv-broken", "fail") == ["new"])
        #expect(states("srv-open", "fail") == ["unchanged"])
        #expect(states("srv-waived", "fail") == ["unchanged"])
        #expect(states("srv-part", "open") == ["unchanged"])
        #expect(results.allSatisfy { $0["baselineState"] != nil })
        let alone = try Self.run(drifting.result)["results"]?.array ?? []
        #expect(!alone.isEmpty && alone.allSatisfy { $0["baselineState"] == nil })
    }

    @Test func `a host that was not audited is told, and is no result`() throws {
        let result = try SampleRun.mixed()
        let run = try Self.run(result)
        let notes = run["invocations"]?[0]?["toolExecutionNotifications"]?.array ?? []
        let errors = notes.filter { $0["level"]?.string == "error" }
        #expect(errors.count == FleetSummary(result).notAudited.count && errors.count == 5)
        #expect(notes.count == 6, "and one in part")
        #expect(
            errors.contains {
                $0["message"]?["text"]?.string
                    == "srv-unreachable was not audited (unreachable): no answer on port 5985"
            })
        #expect(run["invocations"]?[0]?["executionSuccessful"]?.bool == true)
        let nobody = try Self.run(try SampleRun.unreachable(2))
        #expect(nobody["invocations"]?[0]?["executionSuccessful"]?.bool == false)
        #expect(nobody["results"]?.array?.isEmpty == true)
    }

    @Test(arguments: [
        ("srv-1.corp.example", "srv-1.corp.example"), ("..", "~.."), (".", "~."), ("a/../b", "a%2F..%2Fb"),
        ("a b?#%", "a%20b%3F%23%25"), ("é", "%C3%A9"), ("C:\\x", "C%3A%5Cx"), ("\n\0", "%0A%00"), ("", "~"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
    ])
    func `a host's name stays in its folder`(_ name: String, _ segment: String) throws {
        let host = HostJudgement(host: .fixture(name, state: .unreachable, reason: "x"), findings: [])
        let run = try Self.run(try SampleRun.result([host]))
        let location = run["invocations"]?[0]?["toolExecutionNotifications"]?[0]?["locations"]?[0]
        #expect(location?["physicalLocation"]?["artifactLocation"]?["uri"]?.string == "hosts/" + segment)
    }

    @Test func `what a host says is no link and moves no cursor`() throws {
        let text = String(decoding: ReportFormat.sarif.bytes(try SampleRun.hostileHosts()), as: UTF8.self)
        let run = try #require(try JSON.parse(Array(text.utf8))["runs"]?[0])
        for result in run["results"]?.array ?? [] {
            let message = result["message"]?["text"]?.string ?? ""
            #expect(!message.contains("]("), "\(message)")
            #expect(message.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x202e })
        }
    }

    @Test func `the report is the one that was reviewed`() throws {
        let drifting = try DriftingRun()
        let json = try JSON.parse(ReportFormat.sarif.bytes(drifting.result, drifting.summary))
        let lines = json.text(style: [.pretty]).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        try Golden.expect(lines, Fixture.file("reports/report.sarif"))
    }
}
