import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// Requirements of the shipped catalogue, on hosts of every line and cadence.
@Suite struct RequirementTests {
    private static func judge(_ requirement: String, _ facts: HostFacts) throws -> Finding {
        try SoleControl("KB-001").judge(facts, parameters: "{ requirement: \(requirement) }")
    }

    @Test(
        arguments: [
            ("credssp-2018", 10240, 17860, .fail), ("credssp-2018", 10240, 17861, .pass),
            ("credssp-2018", 14393, 2247, .fail), ("credssp-2018", 14393, 2248, .pass),
            ("credssp-2018", 15063, 1087, .fail), ("credssp-2018", 15063, 1088, .pass),
            ("credssp-2018", 16299, 430, .fail), ("credssp-2018", 16299, 431, .pass),
            // No line, and born with it.
            ("credssp-2018", 17134, 1, .pass), ("credssp-2018", 18362, nil, .pass),
            ("credssp-2018", 16299, nil, .unknown),
            ("cve-2019-1181", 14393, 3143, .fail), ("cve-2019-1181", 14393, 3144, .pass),
            ("cve-2019-1181", 17134, 949, .fail), ("cve-2019-1181", 17134, 950, .pass),
            ("cve-2019-1181", 17763, 677, .fail), ("cve-2019-1181", 17763, 678, .pass),
            ("cve-2019-1181", 18362, 294, .fail), ("cve-2019-1181", 18362, 295, .pass),
            ("cve-2019-1181", 16299, 9999, .unknown), ("cve-2019-1181", 18363, 1, .pass),
            ("cve-2019-0708", 14393, 1, .pass), ("cve-2026-26151", 17763, 8643, .fail),
            ("cve-2026-26151", 17763, 8644, .pass), ("cve-2026-26151", 18362, 9999, .unknown),
            ("cve-2026-69525", 20348, 5621, .fail), ("cve-2026-69525", 20348, 5622, .pass),
            ("cve-2026-69525", 29000, 1, .unknown),
        ] as [(String, UInt32, UInt32?, Finding.Outcome)])
    func `builds decide where updates are cumulative`(
        _ requirement: String, _ build: UInt32, _ revision: UInt32?, _ outcome: Finding.Outcome
    ) throws {
        let finding = try Self.judge(requirement, BuildHost.modern(build, revision))
        #expect(finding.outcome == outcome, "\(finding.because)")
    }

    @Test(
        arguments: [
            ("Server", 33437, .fail), ("Server Core", 33438, .pass), ("Client", 9444, .fail), ("Client", 9445, .pass),
            // Right for the other one.
            ("Server", 9445, .fail), ("Nano Server", 33438, .unknown),
        ] as [(String, UInt32, Finding.Outcome)])
    func `Server 2025 and Windows 11 24H2 are told apart`(
        _ type: String, _ revision: UInt32, _ outcome: Finding.Outcome
    ) throws {
        let finding = try Self.judge("cve-2026-69525", BuildHost.modern(26100, revision, type))
        #expect(finding.outcome == outcome, "\(finding.because)")
    }

    @Test(
        arguments: [
            (20348, 4711, "Server", true), (20348, 4712, "Server", true), (20348, 4772, "Server", true),
            (20348, 4773, "Server", false), (20348, 4710, "Server", false), (20348, 4467, "Server", true),
            (26100, 32313, "Server", true), (26100, 32370, "Server", false), (26100, 7781, "Client", true),
            (26100, 7840, "Client", false), (26200, 7092, "Client", true), (26200, 7171, "Client", false),
            (17763, 8400, "Server", false),
        ] as [(UInt32, UInt32, String, Bool)])
    func `hotpatched hosts are held against no cumulative build`(
        _ build: UInt32, _ revision: UInt32, _ type: String, _ isHotpatched: Bool
    ) throws {
        let finding = try Self.judge("cve-2026-26151", BuildHost.modern(build, revision, type))
        #expect(finding.outcome == (isHotpatched ? .unknown : .fail), "\(finding.because)")
        #expect(finding.because.contains("hotpatch") == isHotpatched)
    }

    private static let rollup = "KB5068904"  // November 2025

    @Test(
        arguments: [
            // The file tells; packages only where it does not.
            ("6.1", 7601, [:], "6.1.7601.24117", .pass), ("6.1", 7601, [:], "6.1.7601.24116", .fail),
            ("6.1", 7601, ["KB4103718": 112], "6.1.7601.24116", .fail),
            ("6.1", 7601, ["KB4103718": 112], nil, .pass), ("6.1", 7601, [rollup: 112], nil, .pass),
            ("6.1", 7601, ["KB4103718": 80], nil, .unknown), ("6.1", 7601, ["KB4103718": 64], nil, .unknown),
            ("6.1", 7601, ["KB976902": 112], nil, .unknown), ("6.1", 7601, [:], nil, .unknown),
            ("6.2", 9200, [:], "6.2.9200.22432", .pass), ("6.3", 9600, [:], "6.3.9600.18998", .fail),
            ("6.3", 9600, ["KB4103725": 112], nil, .pass),
        ] as [(String, UInt32, [String: UInt32], String?, Finding.Outcome)])
    func `before Windows 10 a file tells, and packages are evidence that something is there`(
        _ version: String, _ build: UInt32, _ packages: [String: UInt32], _ file: String?, _ outcome: Finding.Outcome
    ) throws {
        let facts = try BuildHost.old(version, build, packages: packages, tspkg: file.flatMap { BuildVersion($0) })
        let finding = try Self.judge("credssp-2018", facts)
        #expect(finding.outcome == outcome, "\(finding.because)")
    }

    @Test(
        arguments: [
            ("cve-2019-0708", 7601, ["KB4499164": 112], .pass), ("cve-2019-0708", 7601, ["KB4499175": 112], .pass),
            ("cve-2019-0708", 7601, [rollup: 112], .pass), ("cve-2019-0708", 7601, [rollup: 80], .unknown),
            // Security-only updates hold nothing of those before them.
            ("cve-2019-0708", 7601, ["KB5068908": 112], .unknown), ("cve-2019-0708", 7601, [:], .unknown),
            ("cve-2019-0708", 9600, [:], .pass), ("cve-2019-1181", 9600, ["KB4512488": 112], .pass),
            ("cve-2019-1181", 9600, ["KB5075970": 112], .pass), ("cve-2019-1181", 9200, [:], .unknown),
            // Builds of the line, but the host shows none: a rollup of February is older than September's fix.
            ("cve-2026-69525", 9600, ["KB5075970": 112], .unknown), ("cve-2026-69525", 7601, [rollup: 112], .unknown),
        ] as [(String, UInt32, [String: UInt32], Finding.Outcome)])
    func `a package that is missing proves nothing`(
        _ requirement: String, _ build: UInt32, _ packages: [String: UInt32], _ outcome: Finding.Outcome
    ) throws {
        let versions: [UInt32: String] = [7601: "6.1", 9200: "6.2", 9600: "6.3"]
        let facts = try BuildHost.old(try #require(versions[build]), build, packages: packages)
        let finding = try Self.judge(requirement, facts)
        #expect(finding.outcome == outcome, "\(finding.because)")
    }

    /// Documents go on naming updates of the months before: April's rollup of 2019 does not hold May's fix.
    @Test func `a rollup holds a fix when it is named later and numbered later`() {
        let line = UpdateCatalogue.Line(id: "w7", name: "Windows 7", build: 7601)
        let catalogue = UpdateCatalogue(
            lines: [line],
            releases: [
                (4_493_472, "2019-06"), (4_499_164, "2019-06"), (4_503_292, "2019-06"), (4_499_170, "2019-05"),
            ].map { number, month in
                UpdateCatalogue.Release(
                    line: "w7", version: BuildVersion(6, 1, 7601, number - 4_400_000), kb: KBNumber(number),
                    kind: .monthlyRollup, month: month)
            })
        let kbs = [KBNumber(4_499_164), KBNumber(4_499_175)]
        #expect(catalogue.rollups(on: line, after: kbs, of: "2019-05") == [KBNumber(4_503_292)])
    }

    @Test func `a Windows that is too old is not judged, and told once`() throws {
        let finding = try Self.judge("credssp-2018", BuildHost.old("6.0", 6003))
        #expect(finding.outcome == .notApplicable)
        #expect(finding.because.contains("older than Windows 7"))
    }

    @Test func `a failure shows the line and the newest build that is known of it`() throws {
        let finding = try Self.judge("cve-2026-69525", BuildHost.modern(26100, 32370))
        let evidence = Dictionary(uniqueKeysWithValues: finding.evidence.map { ($0.fact, $0.value) })
        #expect(evidence["updates.line"] == "ws2025 (Windows Server 2025)")
        #expect(evidence["updates.latestKnown"] == "10.0.26100.33438")
    }

    /// Each pass ages by what it rests on: releases that are months old do not touch a requirement of this week.
    @Test func `a pass ages with its own part of the catalogue`() throws {
        func judged(_ id: String, requirementsAsOf: String, regressionsAsOf: String, releasesAsOf: String) throws
            -> Finding.Outcome
        {
            let line = UpdateCatalogue.Line(id: "l", name: "Windows Server 2019", build: 17763)
            func day(_ text: String) throws -> Date { try #require(ISO8601.day(text)) }
            let catalogue = UpdateCatalogue(
                lines: [line],
                requirements: [
                    .init(
                        id: "r", title: "R",
                        clauses: [.build(line: "l", atLeast: BuildVersion(10, 0, 17763, 1), kb: nil)],
                        asOf: try day(requirementsAsOf))
                ],
                regressionsAsOf: try day(regressionsAsOf), releasesAsOf: try day(releasesAsOf))
            let context = JudgingContext(now: try day("2026-11-20"), parameters: [:], catalogue: catalogue)
            let rule = try #require(RuleCatalogue[id]).make(["requirement": .constant(.text("r"))])
            switch rule.judge(try BuildHost.modern(17763, 2), context).truth {
            case .holds: return .pass
            case .fails: return .fail
            case .unknown, .notApplicable: return .unknown
            }
        }
        // 45 and 46 days before.
        let (good, old, ancient) = ("2026-10-06", "2026-10-05", "2020-01-01")
        for rule in ["build-at-least", "no-known-regression"] {
            let isFirst = rule == "build-at-least"
            #expect(
                try judged(
                    rule, requirementsAsOf: isFirst ? good : ancient, regressionsAsOf: isFirst ? ancient : good,
                    releasesAsOf: ancient) == .pass)
            #expect(
                try judged(
                    rule, requirementsAsOf: isFirst ? old : good, regressionsAsOf: isFirst ? good : old,
                    releasesAsOf: good)
                    == .unknown)
        }
    }

    @Test func `the shipped catalogue is as old as its oldest statement, not as its builds`() throws {
        let catalogue = try PolicyFolder(ControlFixtures.policies).catalogue
        #expect(catalogue.asOf == ISO8601.day("2026-11-20"))
        #expect(catalogue.releasesAsOf == ISO8601.day("2026-02-28"))
        #expect(UpdateCatalogue().asOf == .distantPast)
        // Every product stands for one line.
        let products = catalogue.lines.flatMap(\.products).map { $0.lowercased() }
        #expect(Set(products).count == products.count)
    }
}
