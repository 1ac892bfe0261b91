import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct CatalogueImportTests {
    private static let shipped = ControlFixtures.policies + "/updates/builds.yaml"

    @Test func `the shipped catalogue is what the four real months say`() throws {
        let table = try MonthlyDocuments.table(MonthlyDocuments.all.get())
        #expect(
            try String(contentsOfFile: Self.shipped, encoding: .utf8) == String(decoding: table.yaml, as: UTF8.self))
        #expect(table.asOf == ISO8601.day("2026-02-28"))
        #expect(table.missingMonths.isEmpty)
    }

    @Test func `what was written reads back as what it was`() throws {
        let table = try MonthlyDocuments.table(MonthlyDocuments.all.get())
        let catalogue = try PolicyFolder.catalogue(file: Self.shipped, lines: MonthlyDocuments.lines())
        #expect(ReleaseTable(catalogue).yaml == table.yaml)
        #expect(catalogue.releasesAsOf == table.asOf)
        #expect(catalogue.documents.map(\.id) == ["2025-Nov", "2025-Dec", "2026-Jan", "2026-Feb"])
    }

    @Test func `the order of documents does not matter, and one again changes nothing`() throws {
        let all = try MonthlyDocuments.all.get()
        let wanted = try MonthlyDocuments.table(all).yaml
        for first in all.indices {
            for second in all.indices where second != first {
                let rest = all.indices.filter { $0 != first && $0 != second }
                let order = [first, second] + rest.reversed() + [first, rest[0]]
                // One by one through files, as the command does it.
                var table = ReleaseTable()
                for index in order { table.add(try MonthlyDocuments.table([all[index]])) }
                #expect(table.yaml == wanted, "\(order)")
            }
        }
    }

    /// Line, build and KB of every release, by a reader and a list of products that share nothing with ours.
    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `an independent reader finds the same releases`() async throws {
        let answer = try #require(try await MonthlyDocuments.peer(["releases"] + MonthlyDocuments.files).first)
        let theirs = Set(
            try #require(try JSON.parse(answer).array).map {
                "\($0[0]?.int ?? 0) \($0[1]?.string ?? "") \($0[2]?.string ?? "") \($0[3]?.int ?? 0)"
            })
        let lines = try MonthlyDocuments.lines()
        let ours = try MonthlyDocuments.table(MonthlyDocuments.all.get()).releases.map { release in
            let line = try #require(lines.first { $0.id == release.line })
            let kind =
                line.installationTypes.isEmpty ? "any" : line.installationTypes == ["Client"] ? "client" : "server"
            return "\(line.build) \(kind) \(release.version) \(release.kb.number)"
        }
        #expect(Set(ours) == theirs)
        #expect(ours.count == 88)
    }

    @Test func `builds of other products are left out and told`() throws {
        var imported = CatalogueImport(lines: try MonthlyDocuments.lines())
        imported.add(try MonthlyDocuments.document("2025-Dec"))
        #expect(
            imported.leftOut == [
                "KB5066791: 10.0.19043.6456 is no build of Windows 10 21H2 (19044)",
                "KB5068781: 10.0.19043.6575 is no build of Windows 10 21H2 (19044)",
                "KB5074204: 10.0.26100.7392 is no build of Windows 11 25H2 (26200)",
            ])
        for release in imported.releases.releases { #expect(release.version.hasRevision, "\(release)") }
    }

    @Test func `servers and clients of one build are lines of their own`() throws {
        let releases = try MonthlyDocuments.table(MonthlyDocuments.all.get()).releases
        func builds(_ kb: UInt32) -> [String] {
            releases.filter { $0.kb.number == kb }.map { "\($0.line) \($0.version)" }
        }
        #expect(builds(5_073_379) == ["ws2025 10.0.26100.32230"])
        #expect(builds(5_074_109) == ["w11-24h2 10.0.26100.7623", "w11-25h2 10.0.26200.7623"])
        #expect(builds(5_072_033).count == 3)
        #expect(!releases.contains { $0.line == "w11-24h2" && $0.version.revision ?? 0 > 30_000 })
    }

    /// KB5074204 is called "Security Only" and "Security Update", and its build is that of a hotpatch.
    @Test(
        arguments: [
            (5_074_204, "ws2025", UpdateCatalogue.Release.Kind.hotpatch), (5_074_204, "w11-24h2", .hotpatch),
            (5_074_353, "ws2022", .hotpatch), (5_075_942, "ws2025", .hotpatch), (5_075_899, "ws2025", .cumulative),
            (5_068_904, "w7", .monthlyRollup), (5_068_908, "w7", .securityOnly), (5_075_970, "w2012r2", .monthlyRollup),
        ] as [(UInt32, String, UpdateCatalogue.Release.Kind)])
    func `a release has the kind that it is`(_ kb: UInt32, _ line: String, _ kind: UpdateCatalogue.Release.Kind) throws
    {
        let releases = try MonthlyDocuments.table(MonthlyDocuments.all.get()).releases
        #expect(releases.filter { $0.kb.number == kb && $0.line == line }.map(\.kind) == [kind])
    }

    @Test func `CVEs of Remote Desktop stand with the releases that fix them, others not`() throws {
        let releases = try MonthlyDocuments.table(MonthlyDocuments.all.get()).releases
        #expect(Set(releases.flatMap(\.cves)) == ["CVE-2025-60703", "CVE-2026-21533"])
    }

    // MARK: - Traps that other months may hold

    private func imported(_ remedies: String, products: String? = nil) throws -> CatalogueImport {
        var imported = CatalogueImport(lines: try MonthlyDocuments.lines())
        let text = products.map { MonthlyDocuments.xml(remedies, products: $0) } ?? MonthlyDocuments.xml(remedies)
        imported.add(try SecurityDocument.read(Array(text.utf8)))
        return imported
    }

    @Test(arguments: [
        // What stands in FixedBuild, and which builds of Windows Server 2019 it means.
        ("10.0.17763.9000", ["10.0.17763.9000"]), (" 10.0.17763.9000\n", ["10.0.17763.9000"]),
        ("17763.9000", ["10.0.17763.9000"]), ("10.0.17763.9000, 10.0.19045.7000", ["10.0.17763.9000"]),
        ("10.0.14393.9000; 10.0.17763.9000", ["10.0.17763.9000"]), ("", []), ("10.0.3", []), ("10.0.17763", []),
        ("16.0.17763.9000", []), ("10.0.17763.9000.1", []), ("10.0.17763.-9", []), ("10.0.17763.99999999999", []),
        ("https://aka.ms/OfficeSecurityReleases", []), ("145.0.3800.58", []), ("17763", []),
        ("10.0.26100.9000", []), ("6.3.9600.23000", []), ("Release Notes", []), ("v10.0.17763.9000", []),
        (String(repeating: "10.0.17763.9000,", count: 50), []),
    ])
    func `only a build of the line counts`(_ text: String, _ builds: [String]) throws {
        let found = try imported(MonthlyDocuments.remedy(build: text))
        #expect(found.releases.releases.map(\.version.description) == builds)
        #expect(found.leftOut.isEmpty == !builds.isEmpty, "\(found.leftOut)")
    }

    @Test(
        arguments: [
            ("5080001", "Security Update", 5_080_001), ("KB5080001", "Security Update", 5_080_001),
            (" 5080001 ", "", 5_080_001), ("Release Notes", "5080001", 5_080_001), ("", "KB5080001", 5_080_001),
            ("Click to Run", "Security Update", nil), ("", "", nil), ("0508000", "", nil), ("50800011", "", nil),
            ("5080001 (OS Build)", "", nil),
        ] as [(String, String, UInt32?)])
    func `the KB number is where one stands`(_ description: String, _ subType: String, _ kb: UInt32?) throws {
        let found = try imported(MonthlyDocuments.remedy(kb: description, subType: subType))
        #expect(found.releases.releases.map(\.kb.number) == (kb.map { [$0] } ?? []))
    }

    @Test(arguments: ["Workaround", "Known Issue", "Release Notes", "Mitigation", "vendor fix", ""])
    func `only a vendor's fix is one`(_ type: String) throws {
        #expect(try imported(MonthlyDocuments.remedy(type: type)).releases.releases.isEmpty)
    }

    @Test(
        arguments: [
            ("Windows Server 2019", "w10-1809"), ("Windows Server 2019  (Server Core installation)", "w10-1809"),
            ("WINDOWS SERVER 2019 (server core Installation)", "w10-1809"),
            ("Windows 10 version 1809 for ARM64-based Systems", "w10-1809"),
            (".NET Framework 4.8 on Windows Server 2019", nil), ("Windows Server 2019 SDK", nil),
            ("Windows Subsystem for Linux GUI", nil), ("", nil),
        ] as [(String, String?)])
    func `a product belongs to a line by its whole name`(_ product: String, _ line: String?) throws {
        let found = try imported(
            MonthlyDocuments.remedy(),
            products: #"<prod:FullProductName ProductID="1">\#(product)</prod:FullProductName>"#)
        #expect(found.releases.releases.map(\.line) == (line.map { [$0] } ?? []))
    }

    @Test func `a Windows that no line knows is told, and what only has it in its name is not`() throws {
        func notes(_ product: String) throws -> [String] {
            try imported(
                MonthlyDocuments.remedy(build: "10.0.29000.1"),
                products: #"<prod:FullProductName ProductID="1">\#(product)</prod:FullProductName>"#
            ).leftOut
        }
        #expect(
            try notes("Windows 11 Version 27H2 for x64-based Systems")
                == [
                    "'Windows 11 Version 27H2 for x64-based Systems': no servicing line of the catalogue has this product"
                ])
        #expect(try notes("Windows SDK").isEmpty)
    }

    @Test func `a document revised years later makes no month younger than it is`() throws {
        var table = ReleaseTable()
        table.add(UpdateCatalogue.Document(id: "2025-Nov", revised: try #require(ISO8601.day("2026-10-10"))))
        #expect(table.asOf == ISO8601.day("2025-11-30"))
        table.add(UpdateCatalogue.Document(id: "2026-Feb", revised: try #require(ISO8601.day("2026-02-12"))))
        #expect(table.asOf == ISO8601.day("2026-02-12"))
        #expect(table.missingMonths.map(\.description) == ["2025-12", "2026-01"])
    }

    @Test(
        arguments: [
            ("2026-Feb", "2026-02"), ("2026-FEB", "2026-02"), ("2017-May-B", "2017-05"), ("2016-Apr", "2016-04"),
            ("2026-Fev", nil), ("2026", nil), ("26-Feb", nil), ("2026-Feb-", nil), ("2026-Feb-B-C", nil), ("-Feb", nil),
            ("2026-Feb-]: x", nil), ("", nil), ("9026-Feb", nil),
        ] as [(String, String?)])
    func `a document's id is a month`(_ id: String, _ month: String?) {
        #expect(ReleaseMonth(document: id)?.description == month)
    }

    @Test(arguments: ["2026-2", "2026-13", "2026-00", "02-2026", "2026-02-01", "", "2026-0२"])
    func `what is no month is none`(_ text: String) { #expect(ReleaseMonth(text) == nil) }
}
