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
            Self.lines(ReportFormat.markdown.bytes(result)), Fixture.file("reports/report.md"))
    }

    @Test func `findings, hosts and results are those that were reviewed`() throws {
        let result = try SampleRun.mixed()
        try Golden.expect(Self.lines(ReportFormat.findings.bytes(result)), Fixture.file("reports/findings.csv"))
        try Golden.expect(Self.lines(ReportFormat.hosts.bytes(result)), Fixture.file("reports/hosts.csv"))
        try Golden.expect(
            Self.lines(ReportFormat.json.bytes(result)), Fixture.file("reports/results.json"))
    }

    @Test func `two renderings are the same bytes`() throws {
        let (first, second) = (try SampleRun.mixed(), try SampleRun.mixed())
        #expect(
            ReportFormat.markdown.bytes(first) == ReportFormat.markdown.bytes(second))
        #expect(ReportFormat.json.bytes(first) == ReportFormat.json.bytes(second))
        #expect(
            ReportFormat.findings.bytes(first) == ReportFormat.findings.bytes(second)
                && ReportFormat.hosts.bytes(first) == ReportFormat.hosts.bytes(second)
        )
    }
}
