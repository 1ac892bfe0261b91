import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// The four real documents of `Tests/Fixtures/cvrf`.
enum MonthlyDocuments {
    static let all: Result<[SecurityDocument], any Error> = Result {
        try Fixture.all("cvrf", suffix: ".xml.gz").map { try SecurityDocument.read($0.bytes) }
    }

    static func document(_ id: String) throws -> SecurityDocument {
        try #require(try all.get().first { $0.id == id })
    }

    static func lines() throws -> [UpdateCatalogue.Line] {
        try PolicyFolder.catalogue(of: ControlFixtures.policies).lines
    }

    /// Documents as one table of releases.
    static func table(_ documents: [SecurityDocument]) throws -> ReleaseTable {
        var imported = CatalogueImport(lines: try lines())
        for document in documents { imported.add(document) }
        return imported.releases
    }

    /// The answer of `Tests/Peers/cvrf_peer.py`.
    static func peer(_ arguments: [String]) async throws -> [[UInt8]] {
        guard let python = Peers.python else { throw PeerIsMissing("FLEETAUDIT_PEERS") }
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/cvrf_peer.py"] + arguments, timeLimit: 120)
        try #require(outcome.exitCode == 0, "\(outcome.errorText)")
        return outcome.standardOutput.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    static let files = (try? Fixture.all("cvrf", suffix: ".xml.gz").map(\.path)) ?? []

    /// A document with whatever remedies, around one vulnerability and two products.
    static func xml(
        _ remedies: String, id: String = "2026-Mar", revised: String = "2026-03-20T01:00:00",
        title: String = "Windows Remote Desktop Services Elevation of Privilege Vulnerability",
        products: String = """
        <prod:FullProductName ProductID="1">Windows Server 2019</prod:FullProductName>
        <prod:FullProductName ProductID="2">Windows 11 Version 24H2 for x64-based Systems</prod:FullProductName>
        """
    ) -> String {
        """
        <cvrf:cvrfdoc xmlns:vuln="http://www.icasi.org/CVRF/schema/vuln/1.1" \
        xmlns:prod="http://www.icasi.org/CVRF/schema/prod/1.1" xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1">
        <cvrf:DocumentTracking><cvrf:Identification><cvrf:ID>\(id)</cvrf:ID></cvrf:Identification>
        <cvrf:InitialReleaseDate>2026-03-10T08:00:00</cvrf:InitialReleaseDate>
        <cvrf:CurrentReleaseDate>\(revised)</cvrf:CurrentReleaseDate></cvrf:DocumentTracking>
        <prod:ProductTree>\(products)</prod:ProductTree>
        <vuln:Vulnerability Ordinal="1"><vuln:Title>\(title)</vuln:Title><vuln:CVE>CVE-2026-10001</vuln:CVE>
        <vuln:Remediations>\(remedies)</vuln:Remediations></vuln:Vulnerability></cvrf:cvrfdoc>
        """
    }

    static func remedy(
        kb: String = "5080001", type: String = "Vendor Fix", subType: String = "Security Update",
        build: String = "10.0.17763.9000", supersedes: String = "5075904", products: [String] = ["1"]
    ) -> String {
        """
        <vuln:Remediation Type="\(type)"><vuln:Description>\(kb)</vuln:Description>\
        <vuln:Supercedence>\(supersedes)</vuln:Supercedence>\
        \(products.map { "<vuln:ProductID>\($0)</vuln:ProductID>" }.joined())<vuln:AffectedFiles />\
        <vuln:SubType>\(subType)</vuln:SubType><vuln:FixedBuild>\(build)</vuln:FixedBuild></vuln:Remediation>
        """
    }
}
