import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct SecurityDocumentTests {
    private static func read(_ text: String) throws -> SecurityDocument {
        try SecurityDocument.read(Array(text.utf8))
    }

    @Test(arguments: [
        ("2025-Nov", "2025-11", "2025-12-05"), ("2025-Dec", "2025-12", "2026-01-03"),
        ("2026-Jan", "2026-01", "2026-01-30"), ("2026-Feb", "2026-02", "2026-03-01"),
    ])
    func `a real document says its month and its revision`(_ id: String, _ month: String, _ revised: String) throws {
        let document = try MonthlyDocuments.document(id)
        #expect(document.month.description == month)
        #expect(document.revised == ISO8601.day(revised))
        #expect(!document.fixes.isEmpty)
    }

    /// Every product, KB and build of the real documents, as an independent reader finds them.
    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `ElementTree reads the same from the real documents`() async throws {
        let answers = try await MonthlyDocuments.peer(["triples"] + MonthlyDocuments.files)
        let documents = try MonthlyDocuments.all.get()
        try #require(answers.count == documents.count)
        for (document, answer) in zip(documents, answers) {
            let theirs = Set(
                try #require(try JSON.parse(answer).array).map {
                    "\($0[0]?.string ?? "?") \($0[1]?.int ?? 0) \($0[2]?.string ?? "?")"
                })
            var ours: Set<String> = []
            for fix in document.fixes {
                for product in fix.products {
                    ours.insert("\(document.products[product] ?? "?") \(fix.kb.number) \(fix.fixedBuild)")
                }
            }
            #expect(ours == theirs, "\(document.id)")
            #expect(ours.count > 50)
        }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"), arguments: MonthlyDocuments.files, ["2", "3"])
    func `the JSON form says the same as the XML form`(_ path: String, _ version: String) async throws {
        let json = try #require(try await MonthlyDocuments.peer(["json", version, path]).first)
        let document = try SecurityDocument.read(json)
        let other = try MonthlyDocuments.document(document.id)
        #expect(Set(document.fixes) == Set(other.fixes))
        #expect(document.products == other.products)
        #expect(document.revised == other.revised && document.month == other.month)
        // Packed as well.
        #expect(try SecurityDocument.read(Gzip.compress(json)).products == document.products)
    }

    /// The published schema by hand: values in objects, nulls, numbers where texts belong.
    @Test func `JSON that is typed otherwise is read or left out, never guessed`() throws {
        let document = try Self.read(
            """
            {"Vulnerability": [{"CVE": "CVE-2026-10001", "Title": {"Value": "Remote Desktop Client RCE"}, "Remediations": [
              {"Description": {"Value": 5080001}, "Type": 2, "SubType": null, "FixedBuild": "10.0.17763.9000",
               "ProductID": ["1", 2, null], "Supercedence": "5075904;KB5073723"},
              {"Description": "KB5080002", "Type": "VendorFix", "FixedBuild": {"Value": "10.0.17763.9001"}, "ProductID": "1"},
              {"Description": {"Value": "5080003"}, "Type": 5, "ProductID": ["1"]},
              {"Description": null, "Type": "2", "ProductID": ["1"]}, 7, null]}, {"CVE": 1}, []],
             "ProductTree": {"FullProductName": [{"ProductID": "1", "Value": "Windows Server 2019"}, {}, 3]},
             "DocumentTitle": {"Value": "x"}, "DocumentTracking": {"Identification": {"ID": {"Value": "2026-Mar"}},
             "CurrentReleaseDate": "2026-03-20T01:00:00.123Z"}}
            """)
        let fixes = document.fixes.sorted { $0.kb < $1.kb }
        #expect(fixes.map(\.kb.number) == [5_080_001, 5_080_002])
        #expect(fixes.map(\.fixedBuild) == ["10.0.17763.9000", "10.0.17763.9001"])
        #expect(fixes[0].supersedes.map(\.number) == [5_073_723, 5_075_904])
        #expect(fixes[0].products.isSuperset(of: ["1", "2"]) && fixes[1].products.isEmpty)
        #expect(fixes[0].cves == ["CVE-2026-10001"])
        #expect(document.products == ["1": "Windows Server 2019"])
    }

    @Test func `an XML document may have what SOAP forbids, but no document type`() throws {
        let body = MonthlyDocuments.xml(MonthlyDocuments.remedy())
        let dressed =
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<?xml-stylesheet href='x'?><!-- c -->"
            + body.replacing("5080001", with: "<![CDATA[ 5080001\n]]>") + "<!-- end -->\n"
        #expect(try Set(Self.read(dressed).fixes) == Set(Self.read(body).fixes))
        #expect(throws: SecurityDocument.ReadError.self) { try Self.read("<!DOCTYPE x>" + body) }
    }

    /// Every cut of a document is refused: half a month must not pass for a month.
    @Test func `a document that is cut off is refused wherever it is cut`() throws {
        let bytes = Array(MonthlyDocuments.xml(MonthlyDocuments.remedy()).utf8)
        for length in 0..<bytes.count {
            #expect(throws: SecurityDocument.ReadError.self) { try SecurityDocument.read(Array(bytes[..<length])) }
        }
    }

    static let refused: [(String, String)] = [
        ("", "empty"), ("  \n", "empty"), ("hello", "neither"), ("[]", "neither"), ("{}", "no CVRF"),
        ("{\"DocumentTitle\": 1", "too early"), ("<a/>", "no CVRF 1.1"),
        (MonthlyDocuments.xml("") + MonthlyDocuments.xml(""), "second root"),
        (MonthlyDocuments.xml("").replacing("/cvrf/1.1", with: "/cvrf/1.2"), "no CVRF 1.1"),
        (MonthlyDocuments.xml("").replacing("/vuln/1.1", with: "/vuln/1.2"), "no vulnerability"),
        (MonthlyDocuments.xml("").replacing("/prod/1.1", with: "/prod/1.2"), "no product"),
        (MonthlyDocuments.xml("").replacing("<cvrf:ID>2026-Mar</cvrf:ID>", with: ""), "which month"),
        (MonthlyDocuments.xml("", id: "March"), "no month's id"),
        (MonthlyDocuments.xml("", id: "2026-Mar-\u{202e}x"), "no month's id"),
        (MonthlyDocuments.xml("", revised: "yesterday"), "when it was revised"),
        (MonthlyDocuments.xml("&lol;"), "&lol;"), (MonthlyDocuments.xml("<x>"), "does not match"),
        (
            "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" + MonthlyDocuments.xml("&b;"),
            "document type"
        ),
        (String(repeating: "<a>", count: 100_000), "no CVRF 1.1"),
        ("{\"a\":" + String(repeating: "[", count: 100_000), "nested"),
        ("{\"DocumentTitle\":1,\"DocumentTitle\":2}", "twice"), ("\u{1}", "neither"), ("PK\u{3}\u{4}", "zip"),
    ]

    @Test(arguments: refused) func `what is no monthly document is refused with the reason`(
        _ text: String, _ why: String
    ) {
        let error = #expect(throws: SecurityDocument.ReadError.self) { try Self.read(text) }
        #expect(error?.problem.contains(why) == true, "\(error?.problem ?? "")")
        #expect(error?.problem.unicodeScalars.contains("\u{202e}") == false)
    }

    @Test func `xz is not unpacked but said, and neither is gzip in gzip or a bomb`() throws {
        func problem(_ bytes: [UInt8]) -> String {
            do throws(SecurityDocument.ReadError) { _ = try SecurityDocument.read(bytes) } catch {
                return error.problem + (error.help ?? "")
            }
            return ""
        }
        #expect(problem([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]).contains("xz --decompress"))
        let packed = Gzip.compress(Array(MonthlyDocuments.xml("").utf8))
        #expect(problem(Gzip.compress(packed)).contains("more than once"))
        #expect(problem(Array(packed.dropLast(3))).contains("too early"))
        let bomb = Gzip.compress([UInt8](repeating: 0x20, count: SecurityDocument.limit + 1))
        #expect(problem(bomb).contains("more than"))
    }

    @Test func `many remedies, products and names cost no more than their bytes`() throws {
        let remedies = (0..<100_000).map { index in
            """
            <vuln:Remediation Type="Vendor Fix"><vuln:Description>\(5_000_000 + index % 1000)</vuln:Description>\
            <vuln:ProductID>1</vuln:ProductID><vuln:FixedBuild>10.0.17763.\(index % 1000)</vuln:FixedBuild>\
            </vuln:Remediation>
            """
        }
        let document = try Self.read(MonthlyDocuments.xml(remedies.joined()))
        #expect(document.fixes.count == 1000)
        var imported = CatalogueImport(lines: try MonthlyDocuments.lines())
        imported.add(document)
        #expect(imported.releases.releases.count == 1000)
        // A month that would fill the catalogue for good.
        let flood = (0..<10_001).map { MonthlyDocuments.remedy(kb: "\(5_000_000 + $0)") }
        let superseding = MonthlyDocuments.remedy(
            supersedes: (0..<101).map { "\(5_000_000 + $0)" }.joined(separator: " "))
        for text in [flood.joined(), superseding] {
            #expect(throws: SecurityDocument.ReadError.self) { try Self.read(MonthlyDocuments.xml(text)) }
        }
        // As many different mistakes: told up to a limit.
        let wrong = (0..<5_000).map { MonthlyDocuments.remedy(kb: "\(5_000_000 + $0)", build: "\($0)") }
        var other = CatalogueImport(lines: try MonthlyDocuments.lines())
        other.add(try Self.read(MonthlyDocuments.xml(wrong.joined())))
        #expect(other.releases.releases.isEmpty && other.leftOut.count == 1000)
    }
}
