import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// The report in headless Chromium, as people use it.
@Suite struct HTMLBrowserTests {
    private static let isHere =
        Peers.hasHeavy("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") && Peers.hasPython

    @Test(.enabled(if: isHere, "needs FLEETAUDIT_PEERS and Chromium"))
    func `everything on the page works in a browser`() async throws {
        let folder = try TemporaryFolder()
        let result = try HTMLSample.large(250)
        let report = try folder.write("", to: "report.html")
        try Data(HTMLSample.bytes(result, HTMLSample.trend(result))).write(to: URL(fileURLWithPath: report))
        let hostile = try folder.write("", to: "hostile.html")
        try Data(HTMLSample.bytes(try Self.hostile())).write(to: URL(fileURLWithPath: hostile))
        var failing: [String: Int] = [:]
        for finding in result.hosts.flatMap(\.failures) { failing[finding.control.id, default: 0] += 1 }
        let known = failing.filter { ["FW-001", "RDP-006", "CERT-002"].contains($0.key) }
        try #require(known.count == 3)
        let host = try #require(result.hosts.first { $0.failures.contains { !$0.remediation.isEmpty } })
        let expected: JSON = [
            "hosts": JSON(result.hosts.count), "host": .string(host.host.name),
            "failing": .object(known.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }),
        ]
        let answers = try await Peer(script: "html_browser_peer.py").lines(
            arguments: [report, hostile, expected.text()])
        #expect(answers.count == 18)
        for answer in answers {
            let wrong = answer["wrong"]?.string ?? "no answer"
            #expect(wrong.isEmpty, "\(answer["check"]?.string ?? ""): \(wrong)")
        }
    }

    /// A host for every hostile text, all in one fleet.
    private static func hostile() throws -> AuditResult {
        let runs = try HTMLSample.hostile.map(HTMLSample.everywhere)
        let first = try #require(runs.first)
        var seen: Set<String> = []
        let hosts = runs.flatMap(\.hosts).filter { seen.insert($0.host.name).inserted }
        return AuditResult(
            run: "hostile", started: first.started, judgedAt: first.judgedAt, baseline: first.baseline, hosts: hosts,
            programVersion: "test", probe: "", unchecked: [:])
    }
}
