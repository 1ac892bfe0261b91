import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct HTMLReportTests {
    private static let sheet = Fixture.repository + "/Sources/Reports/HTML/report.css"
    private static let script = Fixture.repository + "/Sources/Reports/HTML/report.js"

    @Test func `the page is the one that was reviewed`() throws {
        let result = try SampleRun.mixed()
        // Style sheet and script stand in files of their own, and are reviewed there.
        let page = try HTMLSample.own(HTMLSample.text(result, HTMLSample.trend(result)))
            .replacing(#/sha256-[^&]+/#, with: "sha256-…")
        try Golden.expect(
            page.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init),
            Fixture.file("reports/report.html"))
    }

    @Test func `two renderings are the same bytes`() throws {
        let (first, second) = (try SampleRun.mixed(), try SampleRun.mixed())
        #expect(HTMLSample.bytes(first) == HTMLSample.bytes(second))
    }

    @Test func `nothing may run, style or load but what stands in the file`() throws {
        let page = HTMLSample.text(try SampleRun.mixed())
        let style = try #require(HTMLSample.inside("<style>", "</style>", of: page))
        let script = try #require(HTMLSample.inside("<script>", "</script>", of: page))
        let policy = try #require(
            page.firstMatch(of: #/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/#)
        ).1.replacing("&#39;", with: "'").split(separator: "; ").map(String.init)
        func hash(_ text: Substring) -> String {
            "'sha256-" + Base64.encode(Digest.sha256(Array(text.utf8)).bytes) + "'"
        }
        #expect(
            policy == [
                "default-src 'none'", "style-src " + hash(style), "script-src " + hash(script), "base-uri 'none'",
                "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
            ])
        // The policy stands before everything that it is about.
        let place = try #require(page.range(of: "Content-Security-Policy")).lowerBound
        #expect(place < (try #require(page.range(of: "<style>"))).lowerBound)
        let own = try HTMLSample.own(page)
        let data = try #require(
            HTMLSample.inside("<script type=\"application/json\" id=\"data\">", "</script>", of: own))
        let markup = String(own[..<data.startIndex])
        #expect(!markup.contains(#/<[^>]*\s(style|on\w+|src|srcset|background|action|ping)\s*=/#))
        #expect(own.components(separatedBy: "<script").count == 3 && own.components(separatedBy: "<style").count == 2)
        #expect(!markup.contains(#/href="(?!#)/#))
    }

    @Test(arguments: [sheet, script])
    func `no style and no script ends its element or asks for a file`(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains("</") && !text.contains("<!--"))
        #expect(!text.contains("url(") && !text.contains("@import") && !text.contains("innerHTML"))
        #expect(!text.contains("fetch(") && !text.contains("eval(") && !text.contains("://"))
        #expect(text.utf8.allSatisfy { $0 == 0x0a || $0 >= 0x20 && $0 < 0x7f }, "not ASCII")
    }

    @Test func `page one, the data and the summary say the same figures`() throws {
        let result = try SampleRun.mixed()
        let summary = FleetSummary(result)
        let page = HTMLSample.text(result)
        #expect(page.contains("<p class=\"verdict\">\(summary.verdict)</p>"))
        #expect(page.contains("<td class=\"num\">\(summary.judged) of \(summary.hostCount)</td>"))
        let data = try HTMLSample.data(page)
        let controls = data["controls"]?.array ?? []
        var open: [String: Int] = [:]
        var unknowns = 0
        for row in data["hosts"]?.array ?? [] {
            for (place, letter) in (row[18]?.string ?? "").enumerated() {
                if letter == "f" { open[controls[place]["severity"]?.string ?? "", default: 0] += 1 }
                if letter == "u", row[8]?.int != 4 { unknowns += 1 }
            }
        }
        for severity in Severity.allCases {
            #expect(open[severity.rawValue, default: 0] == summary.openFailures[severity, default: 0])
        }
        #expect(unknowns == summary.unknowns)
        #expect(data["hosts"]?.array?.count == summary.hostCount)
        #expect((data["causes"]?.array ?? []).compactMap { $0["id"]?.string } == summary.causes.map(\.id))
    }

    @Test func `the data gives every finding back`() throws {
        let result = try SampleRun.mixed()
        let trend = HTMLSample.trend(result)
        let data = try HTMLSample.data(HTMLSample.text(result, trend))
        let strings = (data["strings"]?.array ?? []).compactMap(\.string)
        let letters: [Finding.Outcome: Character] = [
            .pass: "p", .fail: "f", .waived: "w", .unknown: "u", .notApplicable: "n",
        ]
        func text(_ json: JSON?) -> String { strings[Int(json?.int ?? 0)] }
        for (judgement, row) in zip(result.hosts, data["hosts"]?.array ?? []) {
            #expect(row[0]?.string == judgement.host.name && text(row[7]) == judgement.host.state.rawValue)
            let outcomes = row[18]?.string ?? ""
            #expect(outcomes == String(judgement.findings.map { letters[$0.outcome] ?? " " }))
            let failures = judgement.findings.filter(\.isFailure)
            #expect(row[19]?.array?.count == failures.count && row[20]?.array?.count == failures.count)
            for (index, finding) in failures.enumerated() {
                let detail = data["details"]?[Int(row[19]?[index]?.int ?? -1)]
                #expect(text(detail?[2]) == finding.because && text(detail?[3]) == finding.wanted)
                let evidence = (detail?[4]?.array ?? []).map { text($0) }
                #expect(evidence == finding.evidence.flatMap { [$0.fact, $0.value, $0.source?.rawValue ?? ""] })
                let actions = (detail?[5]?.array ?? []).compactMap { data["actions"]?[Int($0.int ?? -1)] }
                #expect(actions.map { text($0[0]) } == finding.remediation.map(\.summary))
                #expect(actions.map { ($0[7]?.array ?? []).map { text($0) } } == finding.remediation.map(\.apply))
                #expect(actions.map { ($0[9]?.array ?? []).map { text($0) } } == finding.remediation.map(\.rollback))
                #expect(actions.map { text($0[10]) } == finding.remediation.map { $0.whyNoRollback ?? "" })
                let since = Int(row[20]?[index]?.int ?? 0)
                let isNew = trend.change(finding.control.id, on: judgement.host.name)?.isWorse ?? false
                #expect((since < 0) == isNew, "\(judgement.host.name) \(finding.control.id)")
                let day = trend.failingSince[judgement.host.name]?[finding.control.id].map {
                    ISO8601.text($0).prefix(10)
                }
                #expect(strings[abs(since)] == day.map(String.init) ?? "")
            }
            let unknown = judgement.findings.filter { $0.outcome == .unknown }.map(\.because)
            #expect((row[21]?.array ?? []).map { text($0) } == unknown)
            guard judgement.host.state.isJudged else { continue }
            let elsewhere = judgement.findings.filter { $0.outcome == .notApplicable }.map(\.because)
            #expect((data["lists"]?[Int(row[22]?.int ?? -1)]?.array ?? []).map { text($0) } == elsewhere)
        }
    }

    @Test func `a first run shows no trend and no empty chart`() throws {
        let result = try SampleRun.mixed()
        let (first, later) = (HTMLSample.text(result), HTMLSample.text(result, HTMLSample.trend(result)))
        for word in ["Previous run", "30 days ago", ">Change<", "of hosts judged</figcaption>", ">Since<", ">New<"] {
            #expect(!first.contains(word), "\(word)")
            #expect(later.contains(word), "\(word)")
        }
        let silent = HTMLSample.text(try SampleRun.unreachable(3))
        #expect(!silent.contains("<figure>"))
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `a strict reader finds no fault, whatever the fleet`() async throws {
        let mixed = try SampleRun.mixed()
        let runs: [(AuditResult, RunTrend)] = [
            (mixed, .none), (mixed, HTMLSample.trend(mixed)), (try SampleRun.unreachable(0), .none),
            (try SampleRun.unreachable(1), .none), (try SampleRun.unreachable(400), .none),
            (try SampleRun.hostileHosts(), .none), (try HTMLSample.large(300), .none),
        ]
        let answers = try await Peer(script: "html_peer.py").answers(to: runs.map { .string(HTMLSample.text($0, $1)) })
        for (index, seen) in answers.enumerated() {
            #expect(seen["errors"]?.array == [], "run \(index)")
            #expect(seen["ids"]?.array == [], "run \(index): ids that stand twice")
        }
    }

    @Test func `a fleet's hosts leave piece by piece`() throws {
        let result = try HTMLSample.large(3_000)
        var (most, total) = (0, 0)
        HTMLReport.render(result, FleetSummary(result)) {
            most = max(most, $0.count)
            total += $0.count
        }
        #expect(most < 400_000 && total > 2 * most)
        // What hosts say alike stands once, and a pass costs a letter.
        #expect(total < 3_000 * 400 + 600_000)
    }
}
