import Drift
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@testable import History

@Suite struct RoundTripTests {
    @Test func `a run comes back as it was, with every report of it`() async throws {
        let folder = try TemporaryFolder()
        let night = try CaseFleet.night(waivers: try CaseFleet.waivers())
        let database = try HistoryDatabase(folder.path("history.sqlite"), for: .writing)
        try await night.record(in: database)
        let run = try await database.resolve("last")
        let again = try await database.result(of: run)
        expectSame(again, night.result)
        #expect(run.past.figures == RunFigures(night.result.hosts))
        #expect(try await database.verify().isEmpty)

        // Every kind of step was there, or the test says nothing.
        let steps = Set(night.result.hosts.flatMap(\.findings).flatMap(\.remediation).flatMap(\.steps).map(\.rank))
        #expect(steps.isSuperset(of: [0, 2, 3, 4, 5]), "\(steps)")
        #expect(Set(night.result.hosts.flatMap(\.findings).map(\.outcome)) == Set(Finding.Outcome.allCases))
        #expect(night.result.hosts.contains { $0.findings.contains { !$0.lapsedWaivers.isEmpty } })
        for format in ReportFormat.allCases {
            #expect(bytes(format, again) == bytes(format, night.result), "\(format)")
        }
    }

    private func bytes(_ format: ReportFormat, _ result: AuditResult) -> [UInt8] {
        var bytes: [UInt8] = []
        format.render(result, FleetSummary(result)) { bytes += $0 }
        return bytes
    }

    @Test func `hostile text comes back byte for byte`() async throws {
        let texts = [
            "", "\u{1}\u{2}\u{41}", "nul\0\u{1b}[31m", "é", "e\u{301}", "12",
            "007 000 0 999999999999999999 9999999999999999999",
            "1a 2_ 3é -4 5.6 7", "🏳️‍🌈", "\u{202e}x", "'; DROP TABLE run; --", String(repeating: "x", count: 100_000),
            "a\r\nb\u{2028}",
        ]
        let fleet = MadeUpFleetOfTexts(texts)
        let folder = try TemporaryFolder()
        let database = try HistoryDatabase(folder.path("history.sqlite"), for: .writing)
        try await database.begin(fleet.result.run)
        try await database.commit(fleet.result, selection: texts[2])
        let run = try await database.resolve("last")
        expectSame(try await database.result(of: run), fleet.result)
        #expect(Array(run.selection.utf8) == Array(texts[2].utf8))
        #expect(try await database.verify().isEmpty)
    }

    @Test func `facts come back with the way they were come by`() async throws {
        let folder = try TemporaryFolder()
        let night = try CaseFleet.night()
        let database = try HistoryDatabase(folder.path("history.sqlite"), for: .writing)
        try await night.record(in: database)
        let run = try await database.resolve("last")
        var ways: Set<String> = []
        for (host, facts) in night.facts {
            let stored = try #require(try await database.facts(of: run, host: host))
            let stable = FactDictionary.all.filter { $0.stability == .stable }
            #expect(stored.count == stable.count)
            let byPath = Dictionary(uniqueKeysWithValues: stored.map { ($0.path, $0.value) })
            for fact in stable {
                let value = fact.read(facts)
                #expect(byPath[fact.path] == value, "\(host) \(fact.path)")
                ways.insert(String("\(value)".prefix { $0 != "(" }))
            }
        }
        #expect(ways == ["value", "absent", "accessDenied", "unsupported", "failed"])
    }

    @Test func `a night on which only numbers move costs next to nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.sqlite")
        let database = try HistoryDatabase(path, for: .writing)
        try await CaseFleet.night().record(in: database)
        let before = try await database.counts()
        let later = try CaseFleet.night(after: 1)
        try await later.record(in: database)
        let after = try await database.counts()
        // What a number moves is no new judgement; a few verdicts do change with the day.
        let hosts = later.result.hosts.count
        #expect(hosts > 100)
        for table in ["fact_set", "fact_group", "document", "host"] {
            #expect(before[table] == after[table], "\(table)")
        }
        for table in ["finding", "judgement", "failure_span"] {
            #expect((after[table] ?? 0) - (before[table] ?? 0) <= hosts / 20, "\(table)")
        }
        let stored = try await database.result(of: try await database.resolve("last"))
        #expect(bytes(.json, stored) == bytes(.json, later.result))
        expectSame(stored, later.result)
        #expect(try await database.verify().isEmpty)
    }
}

extension HistoryDatabase {
    /// Rows by table.
    func counts() throws(HistoryError) -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in [
            "text", "host", "document", "finding", "judgement", "fact_group", "fact_set", "run", "run_host",
            "failure_span",
        ] {
            counts[table] = try connection.statement("SELECT count(*) FROM \(table)").row { row throws(HistoryError) in
                row.int(0)
            }
        }
        return counts
    }
}

/// What two results say, compared by bytes: Swift's texts are equal when they look alike.
func expectSame(_ one: AuditResult, _ other: AuditResult, _ place: SourceLocation = #_sourceLocation) {
    func dumped(_ value: some Any) -> [UInt8] {
        var text = ""
        dump(value, to: &text)
        // Identities of objects are no part of what is said.
        return Array(text.replacing(#/ #\d+/#, with: "").utf8)
    }
    #expect(one.hosts.count == other.hosts.count, sourceLocation: place)
    // What a dump tells takes long; the reports tell of all hosts.
    let step = max(1, one.hosts.count / 40)
    for (place, (host, wanted)) in zip(one.hosts, other.hosts).enumerated() where place % step == 0 {
        #expect(dumped(host) == dumped(wanted), "\(wanted.host.name)")
    }
    #expect(dumped(one.baseline) == dumped(other.baseline), sourceLocation: place)
    #expect(dumped(one.waivers) == dumped(other.waivers), sourceLocation: place)
    #expect(one.unchecked == other.unchecked, sourceLocation: place)
    #expect(one.run == other.run && one.started == other.started && one.judgedAt == other.judgedAt)
    #expect(one.probe == other.probe && one.programVersion == other.programVersion, sourceLocation: place)
}

/// A host for every text, which says it wherever a text can stand.
struct MadeUpFleetOfTexts {
    let result: AuditResult

    init(_ texts: [String]) {
        let started = Date(timeIntervalSinceReferenceDate: 815_200_000.123_456)
        let controls = texts.enumerated().map { number, text in
            ControlStatement(
                id: "MAD-\(100 + number)", title: text, area: text, severity: .high, consequence: .exposes, why: text,
                symptoms: [text, ""], references: [text], file: text)
        }
        let hosts = texts.enumerated().map { number, text in
            let host = AuditedHost(
                name: "\(100 + number)" + text, address: text, groups: [text, ""], role: text, site: text,
                state: .partial, reason: text, advice: text, transport: text, authentication: text,
                seconds: 1 / 3 * Double(number), collected: started.addingTimeInterval(Double(number) / 7),
                osName: text, osVersion: BuildVersion(.max, 0, 1, number == 0 ? nil : .max))
            let location = RegistryLocation(text, text)
            let values: [RegistryValue?] = [
                nil, .string(text), .expandString(text), .binary(Array(text.utf8)), .dword(.max), .qword(.max),
                .multiString([text, ""]), .none([]), .other(kind: -7, [1]), .other(kind: 1_000, [0]),
            ]
            var steps: [RemediationStep] = values.map {
                .registry(.init(location: location, observed: $0, wanted: $0, missingKeys: [text]))
            }
            let rule = RemediationStep.FirewallRule(id: text, observed: text, isSwitchedOn: number % 2 == 0)
            steps += [
                .service(
                    .init(service: .termService, observedStart: .disabled, wantedStart: .automatic, wasRunning: nil)),
                .service(.init(service: .sshd, observedStart: .boot, wantedStart: .manual, wasRunning: false)),
                .firewallRule(rule), .firewallGroup(.init(group: text, members: [rule, rule])),
                .keyFile(.init(path: text, descriptor: text, refused: [text], owner: nil, hasOwner: true)),
                .keyFile(.init(path: text, descriptor: text, refused: [], owner: text, hasOwner: false)),
                .certificate(
                    .init(
                        thumbprint: text, entry: location, blob: .binary([0, 1]), current: location,
                        observedCurrent: .none([9]))),
            ]
            let actions = [
                RemediationAction(
                    summary: text, place: .policy, policyPath: text, policyObject: text, steps: steps,
                    guardCondition: text, apply: [text, ""], verify: text, rollback: [text], whyNoRollback: text,
                    effect: .serviceRestart, risk: text),
                RemediationAction(summary: text, place: .manual, effect: .reboot, risk: ""),
            ]
            let findings = controls.map { control in
                Finding(
                    control: control, outcome: .fail, because: text, wanted: text,
                    evidence: [
                        .init(fact: text, value: text, source: .osDefault), .init(fact: "", value: text, source: nil),
                    ],
                    remediation: actions)
            }
            let certificate = HostAssets.Certificate(
                store: .personal, thumbprint: text, subject: text, issuer: text, notBefore: nil, notAfter: started,
                isServed: true, isMadeForRemoteDesktop: false, isSelfIssued: true, key: text)
            let ways: [HostAssets] = [
                HostAssets(
                    certificates: .value([certificate]), updates: .value([.init(number: .max, state: .staged)]),
                    isRestartPending: .value(true)),
                HostAssets(certificates: .absent, updates: .accessDenied, isRestartPending: .unsupported(text)),
                HostAssets(certificates: .failed(text), updates: .absent, isRestartPending: .value(false)),
            ]
            return HostJudgement(
                host: host, findings: findings, marks: [MachineMark(location: location, text: text)],
                assets: ways[number % 3])
        }
        result = AuditResult(
            run: "texts", started: started, judgedAt: started.addingTimeInterval(0.1),
            baseline: BaselineStatement(
                name: texts[4], version: texts[3], title: texts[2], controls: controls, catalogueAsOf: started),
            hosts: hosts.sorted { $0.host.name < $1.host.name }, programVersion: texts[9], probe: texts[10],
            unchecked: Dictionary(uniqueKeysWithValues: texts.enumerated().map { ("\($0)" + $1, [$1]) }))
    }
}
