import Formats
import Foundation
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// The tables as LibreOffice Calc opens them: a real spreadsheet has ideas of its own about numbers, dates and formulas.
@Suite(.enabled(if: Peers.hasHeavy("/usr/bin/soffice") && Peers.hasPython, "needs soffice and FLEETAUDIT_PEERS"))
struct SpreadsheetTests {
    private static let tables: [ReportFormat] = [
        .findings, .hosts, .certificates, .updates, .actionPlan, .changes, .waivers,
    ]

    /// How Calc is told to read: UTF-8 with commas; by a double click it finds that out by the byte order mark, and takes
    /// tabs and semicolons for separators, too.
    private static let separators = ["44", "44/59/9"]

    @Test(arguments: tables, [true, false])
    func `Calc shows the texts that were written, and no formula`(_ format: ReportFormat, hasMark: Bool) async throws {
        let result = try TableTests.hostile()
        var bytes: [UInt8] = []
        format.render(result, NightBefore.summary(result), byteOrderMark: hasMark) { bytes += $0 }
        let seen = try await Self.calc(bytes, separators: Self.separators[0])
        #expect(seen.formulas.isEmpty, "\(seen.formulas.prefix(5))")
        let written = try await Self.pythonRows(bytes)
        #expect(seen.rows.count == written.count)
        for (shown, wanted) in zip(seen.rows, written) {
            for (column, text) in wanted.enumerated() {
                let cell = column < shown.count ? shown[column] : ""
                #expect(
                    Self.isSame(cell, text), "\(written[0][column]): \(cell.debugDescription), \(text.debugDescription)"
                )
            }
        }
    }

    @Test(arguments: tables)
    func `no formula appears where tabs and semicolons separate, too`(_ format: ReportFormat) async throws {
        let result = try TableTests.hostile()
        let bytes = format.bytes(result, NightBefore.summary(result))
        let seen = try await Self.calc(bytes, separators: Self.separators[1])
        #expect(seen.formulas.isEmpty, "\(seen.formulas.prefix(5))")
        #expect(seen.rows.count > 10)
    }

    @Test func `identifiers, builds and moments are no numbers`() async throws {
        let result = try SampleRun.mixed()
        let summary = NightBefore.summary(result)
        for format in [ReportFormat.findings, .actionPlan] {
            let bytes = format.bytes(result, summary)
            let (seen, written) = (try await Self.calc(bytes, separators: "44"), try await Self.pythonRows(bytes))
            let columns = ["finding_id", "cause_id", "run_id", "build", "observed_utc", "control_id", "since_utc"]
            for (shown, wanted) in zip(seen.rows, written) {
                for (column, name) in written[0].enumerated() where columns.contains(name) {
                    let cell = column < shown.count ? shown[column] : ""
                    #expect(cell == wanted[column], "\(name)")
                }
            }
        }
    }

    /// Calc shows numbers in its own way, and drops tabs and blanks at the ends of lines.
    private static func isSame(_ shown: String, _ written: String) -> Bool {
        if shown == written { return true }
        if let left = Double(shown), let right = Double(written) { return left == right }
        return shown.filter { !$0.isWhitespace } == written.filter { !$0.isWhitespace }
    }

    private static func pythonRows(_ bytes: [UInt8]) async throws -> [[String]] {
        let seen = try await Peer(script: "csv_cells.py").lines(input: bytes)
        return (seen.first?["rows"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
    }

    private static func calc(
        _ bytes: [UInt8], separators: String
    ) async throws -> (rows: [[String]], formulas: [String]) {
        let folder = try TemporaryFolder()
        let file = folder.path("table.csv")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        // A profile of its own: two of them may run at once.
        let converted = try await run(
            "/usr/bin/soffice",
            [
                "-env:UserInstallation=file://\(folder.path("profile"))", "--headless", "--norestore",
                "--infilter=CSV:\(separators),34,76,1", "--convert-to", "fods", "--outdir", folder.path("out"), file,
            ], timeLimit: 120)
        #expect(converted.exitCode == 0, "\(converted.errorText)")
        let document = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/table.fods")))
        let seen = try #require(try await Peer(script: "csv_calc.py").lines(input: [UInt8](document)).first)
        return (
            (seen["rows"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) },
            (seen["formulas"]?.array ?? []).compactMap { $0[0]?.string }
        )
    }
}
