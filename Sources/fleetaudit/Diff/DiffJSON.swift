import Console
import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// Differences for programs: one document of docs/schemas/diff-1.schema.json.
enum DiffJSON {
    static let format: Int64 = 1

    static func write(
        against: String, _ code: ExitCode, selections: [String], _ body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(style: [.pretty])
        writer.object { writer in
            writer.member("fleetaudit", "diff")
            writer.member("format", format)
            writer.member("against", against)
            writer.member("exitCode", code.rawValue)
            writer.member("selections", .array(selections.map { .string($0) }))
            body(&writer)
        }
        return writer.takeBytes() + [0x0a]
    }

    static func run(_ run: PastRun, name: String) -> JSON {
        [
            "name": .string(name), "run": .string(run.run), "started": .string(ISO8601.text(run.started)),
            "judgedAt": .string(ISO8601.text(run.judgedAt)), "baseline": .string(run.baseline),
            "version": .string(run.baselineVersion), "figures": figures(run.figures),
        ]
    }

    private static func figures(_ figures: RunFigures) -> JSON {
        [
            "hosts": JSON(figures.hosts), "judged": JSON(figures.judged), "broken": JSON(figures.broken),
            "exposed": JSON(figures.exposed), "met": JSON(figures.met), "metWithWaivers": JSON(figures.metWithWaivers),
            "openFailures": severities(figures.openFailures), "waived": severities(figures.waived),
            "unknowns": JSON(figures.unknowns),
        ]
    }

    private static func severities(_ counts: [Severity: Int]) -> JSON {
        .object(Severity.allCases.reversed().map { .init($0.rawValue, JSON(counts[$0] ?? 0)) })
    }

    static func names(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }

    static func moment(_ moment: Date?) -> JSON { moment.map { .string(ISO8601.text($0)) } ?? .null }
}

extension DiffAccount {
    func json(exitCode: ExitCode) -> [UInt8] {
        DiffJSON.write(against: "last", exitCode, selections: selections) { writer in
            writer.member("before", DiffJSON.run(difference.before.run, name: names.before))
            writer.member("after", DiffJSON.run(difference.after.run, name: names.after))
            writer.member("judgedToday", isJudgedToday)
            writer.member("baselineChange", baselineChange)
            writer.member("summary", summary)
            writer.member("machines", .array(difference.machines.sorted { $0.host < $1.host }.map(Self.machine)))
            writer.member("hosts", .array(difference.presences.sorted { $0.host < $1.host }.map(Self.host)))
            writer.key("changes")
            writer.array { writer in for change in difference.verdictChanges { writer.value(json(change)) } }
            writer.member(
                "noLongerVisible",
                .object(
                    difference.noLongerVisible.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }))
            writer.key("stillFailing")
            writer.array { writer in for failure in difference.lastingFailures { writer.value(json(failure)) } }
            writer.key("facts")
            writer.array { writer in for drift in difference.factDrift { writer.value(Self.json(drift)) } }
        }
    }

    private var baselineChange: JSON {
        guard let change = difference.baselineChange else { return .null }
        return [
            "before": .string(change.before), "after": .string(change.after), "added": DiffJSON.names(change.added),
            "removed": DiffJSON.names(change.removed),
        ]
    }

    private var summary: JSON {
        let tally = difference.tally
        return [
            "controls": JSON(difference.controlCount),
            "presences": .object(
                JudgementDifference.Presence.allCases.map { .init($0.rawValue, JSON(tally.presences[$0] ?? 0)) }),
            "changes": DifferenceJSON.counts(tally),
            "hosts": .object(
                JudgementDifference.ControlChange.Kind.allCases.map { .init($0.rawValue, JSON(tally.hosts[$0] ?? 0)) }),
            "noLongerVisible": JSON(difference.noLongerVisible.values.reduce(0, +)),
            "vanishedFailures": JSON(difference.vanishedFailures),
            "factsChanged": JSON(difference.factCount), "factHosts": JSON(difference.factHosts),
            "hostsWithoutFacts": JSON(difference.hostsWithoutFacts),
        ]
    }

    private static func machine(_ machine: MachineChange) -> JSON {
        [
            "host": .string(machine.host), "anotherMachine": .bool(machine.isAnotherMachine),
            "marks": .array(
                machine.differences.map {
                    ["mark": .string($0.mark.rawValue), "before": .string($0.before), "after": .string($0.after)]
                }),
        ]
    }

    private static func host(_ host: RunDifference.HostPresence) -> JSON {
        var members: [JSON.Member] = [
            .init("host", .string(host.host)), .init("presence", .string(host.presence.rawValue)),
            .init("before", host.before.map { .string($0.rawValue) } ?? .null),
            .init("after", host.after.map { .string($0.rawValue) } ?? .null),
        ]
        if !host.reason.isEmpty { members.append(.init("because", .string(host.reason))) }
        return .object(members)
    }

    private func controls(_ ids: [String]) -> JSON {
        .array(ids.map { ["control": .string($0), "severity": .string(difference.severity(of: $0).rawValue)] })
    }

    private func json(_ change: VerdictChange) -> JSON {
        var members: [JSON.Member] = [
            .init("change", .string(change.kind.rawValue)),
            .init("circumstance", .string(change.circumstance.rawValue)), .init("controls", controls(change.controls)),
            .init(
                "facts", .array(change.facts.map { Self.json($0, differs: change.differing.contains($0.path)) })),
        ]
        if !change.because.isEmpty { members.append(.init("because", .string(change.because))) }
        members.append(.init("hosts", DiffJSON.names(change.hosts)))
        return .object(members)
    }

    private func json(_ failure: LastingFailure) -> JSON {
        [
            "control": .string(failure.control),
            "severity": .string(difference.severity(of: failure.control).rawValue),
            "since": DiffJSON.moment(failure.since), "hosts": DiffJSON.names(failure.hosts),
        ]
    }

    private static func json(_ drift: FactDrift) -> JSON {
        guard case .object(let members) = json(drift.change, differs: drift.isDiffering) else { return .null }
        return .object(members + [.init("hosts", DiffJSON.names(drift.hosts))])
    }

    private static func json(_ fact: ChangedFact, differs: Bool) -> JSON {
        var members: [JSON.Member] = [
            .init("fact", .string(fact.path)), .init("change", .string(fact.kind.rawValue)),
            .init("before", side(fact.before)), .init("after", side(fact.after)), .init("differs", .bool(differs)),
        ]
        if !fact.added.isEmpty { members.append(.init("added", DiffJSON.names(fact.added))) }
        if !fact.removed.isEmpty { members.append(.init("removed", DiffJSON.names(fact.removed))) }
        return .object(members)
    }

    private static func side(_ side: ChangedFact.Side) -> JSON {
        var members: [JSON.Member] = [.init("shown", .string(side.text))]
        if let source = side.source { members.append(.init("source", .string(source.rawValue))) }
        return .object(members)
    }
}
