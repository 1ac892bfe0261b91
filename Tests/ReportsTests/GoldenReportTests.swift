import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct GoldenReportTests {
    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).replacing("\u{feff}", with: "").replacing("\r\n", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func `the Markdown report is the one that was reviewed`() throws {
        let result = try SampleRun.mixed()
        try Golden.expect(
            Self.lines(MarkdownReport.render(result, FleetSummary(result))), Fixture.file("reports/report.md"))
    }

    @Test func `findings, hosts and results are those that were reviewed`() throws {
        let result = try SampleRun.mixed()
        try Golden.expect(Self.lines(FindingsCSV.render(result)), Fixture.file("reports/findings.csv"))
        try Golden.expect(Self.lines(HostsCSV.render(result)), Fixture.file("reports/hosts.csv"))
        try Golden.expect(
            Self.lines(ResultsJSON.render(result, FleetSummary(result))), Fixture.file("reports/results.json"))
    }

    @Test func `two renderings are the same bytes`() throws {
        let (first, second) = (try SampleRun.mixed(), try SampleRun.mixed())
        #expect(
            MarkdownReport.render(first, FleetSummary(first)) == MarkdownReport.render(second, FleetSummary(second)))
        #expect(ResultsJSON.render(first, FleetSummary(first)) == ResultsJSON.render(second, FleetSummary(second)))
        #expect(
            FindingsCSV.render(first) == FindingsCSV.render(second) && HostsCSV.render(first) == HostsCSV.render(second)
        )
    }
}
