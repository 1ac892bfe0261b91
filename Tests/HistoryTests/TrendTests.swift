import Drift
import Formats
import Foundation
import HistoryFixtures
import HostFacts
import Policy
import TestSupport
import Testing

@testable import History

@Suite struct TrendTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("history.sqlite")
    }

    private func record(_ result: AuditResult, _ database: HistoryDatabase) async throws -> RunTrend {
        try await database.begin(result.run)
        // Before the commit, as an audit asks it.
        let trend = try await database.trend(for: result)
        try await database.commit(result)
        return trend
    }

    private static func day(_ number: Int) -> Date { MadeUpFleet.start.addingTimeInterval(Double(number) * 86_400) }

    /// `F` fails, `W` waived, `P` passes, `N` does not apply, `?` unknown, `-` gives no answer, `.` is not judged by it.
    private static func outcome(_ letter: Character) -> Finding.Outcome? {
        ["F": .fail, "W": .waived, "P": .pass, "N": .notApplicable, "?": .unknown][letter]
    }

    @Test(
        arguments: [
            ("F", [0]), ("PF", [nil, 1]), ("FF", [0, 0]), ("FPF", [0, nil, 2]), ("F?F", [0, nil, 0]),
            ("F-F", [0, nil, 0]),
            ("FNF", [0, nil, 2]), ("FWF", [0, 0, 0]), ("WFW", [0, 0, 0]), ("F?-?F", [0, nil, nil, nil, 0]),
            ("?F", [nil, 1]), ("-F", [nil, 1]), ("FP?F", [0, nil, nil, 3]), ("FFPPFF", [0, 0, nil, nil, 4, 4]),
        ] as [(String, [Int?])]) func `a failure has failed since it was seen first without a known end`(
            _ nights: String, _ since: [Int?]
        )
        async throws
    {
        let fleet = MadeUpFleet(hosts: 2, controls: 3)
        let database = try HistoryDatabase(path, for: .writing)
        let letters = Array(nights)
        func run(_ number: Int) -> AuditResult {
            fleet.run(number) { host, control in
                if host == 0 && letters[number] == "-" { return nil }
                return host == 0 && control == 1 ? Self.outcome(letters[number]) : .pass
            }
        }
        func seen(_ trend: RunTrend) -> Date? { trend.failingSince["host-00000"]?["MAD-002"] }
        for number in letters.indices {
            let trend = try await record(run(number), database)
            #expect(seen(trend) == since[number].map(Self.day), "\(nights), night \(number)")
        }
        // Every stored run as of then.
        for number in letters.indices {
            let stored = try await database.resolve(MadeUpFleet.name(ofRun: number))
            let trend = try await database.trend(for: try await database.result(of: stored))
            #expect(seen(trend) == since[number].map(Self.day), "\(nights), as of night \(number)")
            #expect(trend.series.map(\.run) == (0..<number).map(MadeUpFleet.name))
        }
        #expect(try await database.verify().isEmpty)

        // In whatever order they are recorded, and recorded again.
        let shuffled = try HistoryDatabase(folder.path("shuffled.sqlite"), for: .writing)
        for number in letters.indices.reversed() { _ = try await record(run(number), shuffled) }
        if let last = letters.indices.last {
            try await shuffled.begin(MadeUpFleet.name(ofRun: last / 2), replacing: true)
            try await shuffled.commit(run(last / 2))
        }
        #expect(try await shuffled.verify().isEmpty)
        #expect(try await shuffled.spans() == database.spans(), "\(nights)")
    }

    @Test func `an unchanged night opens and closes nothing`() async throws {
        let fleet = MadeUpFleet(hosts: 30)
        let database = try HistoryDatabase(path, for: .writing)
        for number in 0..<4 {
            _ = try await record(fleet.run(number) { Finding.Outcome.allCases[($0 + $1) % 5] }, database)
        }
        let counts = try await database.counts()
        // Host by host the numbers in the texts move, and nothing is new.
        _ = try await record(fleet.run(4) { Finding.Outcome.allCases[($0 + $1) % 5] }, database)
        var wanted = counts
        wanted["run"] = 5
        wanted["run_host"] = 150
        #expect(try await database.counts() == wanted)
        #expect(try await database.verify().isEmpty)
    }

    @Test func `a trend is of the same baseline and mostly the same hosts`() async throws {
        let database = try HistoryDatabase(path, for: .writing)
        let fleet = MadeUpFleet(hosts: 20)
        let other = MadeUpFleet(hosts: 20, name: "other")
        let names = (0..<20).map { "host-\(String(100_000 + $0).dropFirst())" }
        _ = try await record(fleet.run(0) { _, _ in .fail }, database)
        _ = try await record(other.run(1) { _, _ in .pass }, database)
        let few = try await record(fleet.run(2, hosts: Array(names.prefix(2))) { _, _ in .fail }, database)
        #expect(few.series.isEmpty)
        // What two hosts say counts for them all the same.
        #expect(few.failingSince["host-00001"]?["MAD-001"] == Self.day(0))
        let most = try await record(fleet.run(3, hosts: Array(names.prefix(12))) { _, _ in .fail }, database)
        #expect(most.series.map(\.run) == ["run-0000"])
        let whole = try await record(fleet.run(4) { host, _ in host == 5 ? .pass : .fail }, database)
        #expect(whole.series.map(\.run) == ["run-0000", "run-0003"])
        #expect(whole.previous?.figures.judged == 12)
        #expect(whole.differences["host-00005"]?.changes.allSatisfy { $0.kind == .fixed } == true)
        #expect(whole.differences["host-00015"]?.presence == .added)
    }

    @Test func `who gave no answer is counted in runs, and who was seen in days`() async throws {
        let database = try HistoryDatabase(path, for: .writing)
        let fleet = MadeUpFleet(hosts: 4)
        // Host 0 always answers, 1 was seen ten days ago, 2 forty days ago, 3 never.
        for number in [0, 30, 35, 40] {
            let trend = try await record(
                fleet.run(number) { host, _ in
                    switch host {
                    case 0: .pass
                    case 1: number <= 30 ? .pass : nil
                    case 2: number == 0 ? .pass : nil
                    default: nil
                    }
                }, database)
            guard number == 40 else { continue }
            #expect(trend.silentRuns == ["host-00001": 2, "host-00002": 3, "host-00003": 4])
            #expect(trend.coverage == .init(day: 1, week: 1, month: 2))
        }
    }

    @Test func `controls that only one baseline has are no change of the fleet`() async throws {
        let database = try HistoryDatabase(path, for: .writing)
        _ = try await record(MadeUpFleet(hosts: 3, controls: 4).run(0) { _, _ in .fail }, database)
        let trend = try await record(
            MadeUpFleet(hosts: 3, controls: 6, version: "2.0").run(1) { _, control in control == 0 ? .pass : .fail },
            database)
        #expect(
            trend.baselineChange == .init(before: "1.0", after: "2.0", added: ["MAD-005", "MAD-006"], removed: []))
        let changes = trend.differences.values.flatMap(\.changes)
        #expect(
            !changes.isEmpty
                && changes.allSatisfy { ["MAD-001", "MAD-002", "MAD-003", "MAD-004"].contains($0.control) })
        #expect(changes.filter { $0.kind == .newlyFailing }.isEmpty)
        let back = try await record(
            MadeUpFleet(hosts: 3, controls: 4, version: "3.0").run(2) { _, _ in .fail }, database)
        #expect(back.baselineChange?.removed == ["MAD-005", "MAD-006"])
    }

    @Test func `a run is found by its id, its beginning, its day and its place`() async throws {
        let database = try HistoryDatabase(path, for: .writing)
        let fleet = MadeUpFleet(hosts: 1)
        for (number, name) in [(0, "20261120-020000"), (1, "20261121-020000"), (5, "20261125-020000b")] {
            _ = try await record(fleet.run(number, name: name) { _, _ in .pass }, database)
        }
        for (asked, name) in [
            ("last", "20261125-020000b"), ("last~0", "20261125-020000b"), ("last~2", "20261120-020000"),
            ("20261121-020000", "20261121-020000"), ("20261125", "20261125-020000b"), ("2026-11-21", "20261121-020000"),
        ] { #expect(try await database.resolve(asked).name == name, "\(asked)") }
        for (asked, error) in [
            ("last~3", HistoryError.noSuchRun("last~3", near: "last~2")),
            ("last~x", .noSuchRun("last~x", near: "last~1")),
            ("lsat", .noSuchRun("lsat", near: "last")),
            ("20261121-020001", .noSuchRun("20261121-020001", near: "20261121-020000")),
            ("2026-11-24", .noSuchRun("2026-11-24", near: "20261125-020000b")),
            (
                "2026112",
                .ambiguousRun("2026112", candidates: ["20261120-020000", "20261121-020000", "20261125-020000b"])
            ),
            ("", .noSuchRun("", near: nil)),
        ] {
            await #expect(throws: error) { try await database.resolve(asked) }
        }
        await #expect(throws: HistoryError.noSuchHost("host-0000", run: "20261120-020000", near: "host-00000")) {
            try await database.facts(of: try await database.resolve("20261120-020000"), host: "host-0000")
        }
    }
}

@Suite struct RetentionTests {
    @Test func `old runs go, and all that only they held`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.sqlite")
        let database = try HistoryDatabase(path, for: .writing)
        let fleet = MadeUpFleet(hosts: 60)
        let other = MadeUpFleet(hosts: 3, name: "other")
        func outcome(_ number: Int) -> (Int, Int) -> Finding.Outcome? {
            { host, control in
                if control == 0 { return .fail }
                return Finding.Outcome.allCases[(host * 3 + control * 7 + number) % 5]
            }
        }
        var runs = [other.run(-10) { _, _ in .fail }]
        runs += (0..<12).map { fleet.run($0, outcome: outcome($0)) }
        for run in runs {
            try await database.begin(run.run)
            try await database.commit(run)
        }
        let now = MadeUpFleet.start.addingTimeInterval(11 * 86_400)
        let rule = RetentionRule(days: 3, runs: 2)
        let trial = try await database.prune(rule, now: now, isTrial: true)
        #expect(trial.removed.count == 8 && trial.kept == 5)
        #expect(try await database.runs().count == 13)
        let account = try await database.prune(rule, now: now)
        #expect(account.removed == trial.removed && account.kept == 5)
        #expect(account.sizeAfter < account.sizeBefore)
        #expect(
            try await database.runs().map(\.name) == [other.run(-10) { _, _ in .pass }.run]
                + (8..<12).map(MadeUpFleet.name))
        #expect(try await database.verify().isEmpty)
        for number in 8..<12 {
            let run = try await database.resolve(MadeUpFleet.name(ofRun: number))
            expectSame(try await database.result(of: run), fleet.run(number, outcome: outcome(number)))
        }
        // Since when something fails outlives the run that saw it first.
        let last = try await database.result(of: try await database.resolve("last"))
        #expect(try await database.trend(for: last).failingSince["host-00000"]?["MAD-001"] == MadeUpFleet.start)

        // What is left is what a history of these runs alone holds, but for the beginnings of failures.
        let alone = try HistoryDatabase(folder.path("alone.sqlite"), for: .writing)
        for run in runs.prefix(1) + runs.suffix(4) {
            try await alone.begin(run.run)
            try await alone.commit(run)
        }
        for (table, count) in try await alone.counts() where table != "failure_span" {
            #expect(try await database.counts()[table] == count, "\(table)")
        }
        // The newest of every baseline stays, whatever the rule.
        #expect(try await database.prune(RetentionRule(days: 0, runs: nil), now: now.addingTimeInterval(9e9)).kept == 2)
        #expect(try await database.prune(RetentionRule(days: nil, runs: nil), now: now).removed.isEmpty)
        #expect(try await database.verify().isEmpty)
    }
}

@Suite struct HistoryPeerTests {
    @Test(.enabled(if: Peers.hasPython)) func `Python reads the same, by the documentation alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.sqlite")
        let database = try HistoryDatabase(path, for: .writing)
        let night = try CaseFleet.night()
        try await night.record(in: database)
        let counts = try await database.counts()
        let answer = try #require(try await Peer(script: "history_peer.py").lines(arguments: [path]).first)
        #expect(
            answer["application"]?.int == Int64(Schema.applicationID) && answer["version"]?.int == Int64(Schema.version)
        )
        #expect(answer["journal"]?.string == "wal" && answer["integrity"]?.string == "ok")
        #expect(answer["foreign"]?.int == 0 && answer["wrong"]?.array?.isEmpty == true)
        for (table, count) in counts { #expect(answer["rows"]?[table]?.int == Int64(count), "\(table)") }
        #expect(
            answer["judged"]?.int == Int64(night.result.hosts.count)
                && answer["audited"]?.int == Int64(night.result.hosts.count))
        let failures = night.result.hosts.reduce(0) { $0 + $1.findings.count { $0.isFailure } }
        #expect(answer["open"]?.int == Int64(failures) && failures > 0)
    }
}

extension HistoryDatabase {
    /// Spans of failures in words.
    func spans() throws(HistoryError) -> [String] {
        try connection.statement(
            """
            SELECT series.text, host.name, control.text, since, ended FROM failure_span span
                JOIN text series ON series.id = span.series JOIN host ON host.id = span.host
                JOIN text control ON control.id = span.control ORDER BY 1, 2, 3, 4
            """
        ).rows { row throws(HistoryError) in
            "\(row.text(0)) \(row.text(1)) \(row.text(2)) \(row.integer(3)) \(row.optionalInteger(4) ?? 0)"
        }
    }
}
