import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// What hosts and inventories say is shown, and does nothing.
@Suite struct HostileTextTests {
    /// Every heading of a report but those of causes.
    static let headings: Set<String> = [
        "Remote Desktop audit", "Decisions needed", "Fix first", "Groups in short", "Not audited", "Groups", "Causes",
        "Further causes", "Controls", "Hosts", "Hosts that were not audited", "Waivers", "Certificates", "Method",
    ]

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `a Markdown parser finds the structure that we meant`() async throws {
        let result = try SampleRun.hostileHosts()
        let document = ReportFormat.markdown.bytes(result)
        let seen = try await Self.answer("markdown_peer.py", document)
        // Folding is the only HTML; what stands in it is escaped.
        for piece in seen["html"]?.array ?? [] {
            let text = piece.string ?? ""
            #expect(text.wholeMatch(of: /<\/details>\n?|<details><summary>[^<>]*<\/summary>\n?/) != nil, "\(text)")
        }
        let links = (seen["links"]?.array ?? []).compactMap(\.string)
        #expect(links.allSatisfy { $0.hasPrefix("#") }, "\(links)")
        #expect(seen["images"]?.array?.isEmpty == true && seen["lists"]?.array?.isEmpty == true)
        for block in seen["code"]?.array ?? [] {
            #expect(block[0]?.string == "fence" && block[1]?.string == "powershell", "\(block)")
        }
        let headings = (seen["headings"]?.array ?? []).compactMap(\.string)
        #expect(
            headings.allSatisfy { Self.headings.contains($0) || $0.firstMatch(of: #/^[A-Z]+-\d{3}: /#) != nil },
            "\(headings)")

        // Each text stands whole in one cell, so it broke no table.
        let cells = Set((seen["rows"]?.array ?? []).compactMap { $0[0]?.string.map(Self.plain) })
        for text in SampleRun.hostile {
            #expect(
                cells.contains(Self.plain(Self.shown("dead" + text)))
                    || cells.contains(Self.plain(Self.shown("g" + text))), "\(text.debugDescription)")
        }
        for row in seen["rows"]?.array ?? [] { #expect((row.array?.count ?? 0) >= 2) }
    }

    /// Judged once for all of them.
    private static let hosts = Result { try SampleRun.hostileHosts() }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"), arguments: SampleRun.hostile)
    func `evidence stands unchanged in a code span`(_ text: String) async throws {
        let result = try Self.hosts.get()
        let index = try #require(SampleRun.hostile.firstIndex(of: text))
        let single = try SampleRun.result([result.hosts[index]])
        let seen = try await Self.answer("markdown_peer.py", ReportFormat.markdown.bytes(single))
        let spans = (seen["spans"]?.array ?? []).compactMap(\.string)
        #expect(spans.contains(Self.shown("id" + text)), "\(text.debugDescription)")
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `no spreadsheet takes a cell for a formula`() async throws {
        let result = try SampleRun.hostileHosts()
        for (bytes, columns) in [
            (ReportFormat.hosts.bytes(result), HostsCSV.columns),
            (ReportFormat.findings.bytes(result), FindingsCSV.columns),
        ] {
            let seen = try await Self.answer("csv_cells.py", bytes)
            #expect(seen["formulas"]?.array == [], "\(seen["formulas"]?.array?.prefix(5) ?? [])")
            let rows = seen["rows"]?.array ?? []
            #expect(rows.count > SampleRun.hostile.count)
            #expect(rows.first?.array?.compactMap(\.string) == columns)
            for row in rows { #expect(row.array?.count == columns.count) }
        }
    }

    @Test func `JSON gives every text back unchanged`() throws {
        let result = try SampleRun.hostileHosts()
        let json = try JSON.parse(ReportFormat.json.bytes(result))
        let names = (json["hosts"]?.array ?? []).compactMap { $0["host"]?.string }
        #expect(names == SampleRun.hostile + SampleRun.hostile.map { "dead" + $0 })
    }

    @Test func `no report holds a control or direction character of a host`() throws {
        let result = try SampleRun.hostileHosts()
        let summary = FleetSummary(result)
        let markdown = String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self)
        for scalar in markdown.unicodeScalars {
            #expect(
                scalar == "\n"
                    || scalar.value >= 0x20 && scalar.value != 0x7f && !(0x202a...0x202e).contains(scalar.value))
        }
    }

    private static func answer(_ script: String, _ input: [UInt8]) async throws -> JSON {
        let python = try #require(Peers.python)
        let outcome = try await run(python, [Fixture.repository + "/Tests/Peers/" + script], input: Data(input))
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        return try JSON.parse([UInt8](outcome.standardOutput))
    }

    /// Line ends become blanks, what cannot be seen becomes visible.
    private static func shown(_ text: String) -> String {
        VisibleText.shown(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// Markdown folds blanks at the ends; our joiner against autolinks is invisible.
    private static func plain(_ text: String) -> String {
        text.replacing("\u{2060}", with: "").trimmingCharacters(in: .whitespaces)
    }
}
