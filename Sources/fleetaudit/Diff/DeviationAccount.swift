import Console
import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// What one run is beside the baseline: everything that fails openly, grouped, with since when.
struct BaselineDiff: Sendable {
    let run: PastRun
    /// What the run is called: its name, or a snapshot's path.
    let name: String
    let deviations: [BaselineDeviation]
    /// Hosts of which nothing can be said.
    let notJudged: Int
    /// Answers that could not be told, of the controls that are looked at.
    let unknowns: Int
    /// Since when it fails is known.
    let hasHistory: Bool
    let selections: [String]

    private var failures: Int { deviations.reduce(0) { $0 + $1.hosts.count } }
    private var hosts: Int { Set(deviations.flatMap(\.hosts)).count }

    /// - Parameter threshold: the least severity that sets bit 1; `nil`: nothing does.
    func exitCode(threshold: Severity?) -> ExitCode {
        .verdict(
            hasDrift: threshold.map { least in deviations.contains { $0.control.severity >= least } } ?? false,
            isIncomplete: notJudged > 0 || unknowns > 0)
    }

    func print(on output: Output, _ code: ExitCode, _ failOn: JudgingOptions.FailOn, showsAll: Bool) {
        output.print(
            "\("\(name) against \(run.baseline) \(run.baselineVersion)", .bold)   \(run.figures.judged) judged")
        for selection in selections { DiffEntry.printLine(selection, indent: 0, on: output) }
        output.print("")
        output.print(
            deviations.isEmpty
                ? "Nothing deviates from the baseline."
                : "\(FleetSummary.counted(failures, "open failure")) on \(FleetSummary.hosts(hosts)); what is waived is left out."
        )
        if !hasHistory { output.print("Since when is not known: a snapshot has no history.") }
        if !deviations.isEmpty { output.print("") }
        DiffEntry.print(
            deviations.map { deviation in
                var entry = DiffEntry(
                    severity: deviation.control.severity, title: deviation.control.id, hosts: deviation.hosts)
                entry.details.append(
                    deviation.control.title + (deviation.since.map { ", failing since \(DiffText.day($0))" } ?? ""))
                entry.details += deviation.evidence.prefix(showsAll ? .max : 4).map { evidence in
                    let source = evidence.source.map { " (\($0.rawValue))" } ?? ""
                    let example =
                        deviation.differing.contains(evidence.fact) ? " on \(deviation.hosts[0]); others differ" : ""
                    return "\(evidence.fact) is \(evidence.value)\(source)\(example)"
                }
                if deviation.evidence.isEmpty { entry.details.append(deviation.because) }
                if !deviation.wanted.isEmpty { entry.details.append("wanted: \(deviation.wanted)") }
                return entry
            }, limit: showsAll ? nil : 20, on: output)
        if unknowns > 0 {
            output.print("")
            output.print("\(FleetSummary.counted(unknowns, "answer")) could not be told.")
        }
        if notJudged > 0 {
            output.print("")
            output.print("\("NOT JUDGED \(notJudged)", .bold)  (never counted as compliant)")
        }
        output.print("")
        output.print("\(TerminalSummary.meaning(code, failOn))")
    }

    func json(exitCode: ExitCode) -> [UInt8] {
        DiffJSON.write(against: "baseline", exitCode, selections: selections) { writer in
            writer.member("run", DiffJSON.run(run, name: name))
            writer.member("notJudged", notJudged)
            writer.member("unknowns", unknowns)
            writer.key("deviations")
            writer.array { writer in
                for deviation in deviations {
                    writer.value([
                        "control": .string(deviation.control.id), "title": .string(deviation.control.title),
                        "severity": .string(deviation.control.severity.rawValue),
                        "because": .string(deviation.because), "wanted": .string(deviation.wanted),
                        "facts": .array(deviation.evidence.map { Self.json($0, deviation.differing) }),
                        "since": DiffJSON.moment(deviation.since), "hosts": DiffJSON.names(deviation.hosts),
                    ])
                }
            }
        }
    }

    private static func json(_ evidence: Finding.Evidence, _ differing: Set<String>) -> JSON {
        var members: [JSON.Member] = [
            .init("fact", .string(evidence.fact)), .init("value", .string(evidence.value)),
        ]
        if let source = evidence.source { members.append(.init("source", .string(source.rawValue))) }
        members.append(.init("differs", .bool(differing.contains(evidence.fact))))
        return .object(members)
    }
}

/// What hosts of one run are beside hosts that are like them.
struct PeerDiff: Sendable {
    let run: PastRun
    let name: String
    let comparison: PeerComparison
    let selections: [String]
    /// Hosts whose deviations are told; the others only count as peers.
    let isWanted: @Sendable (String) -> Bool

    /// Nobody said that peers are right: no bit is set by what deviates.
    var exitCode: ExitCode { .verdict(hasDrift: false, isIncomplete: false) }

    private var deviations: [PeerDeviation] {
        comparison.deviations.compactMap { deviation in
            var deviation = deviation
            deviation.hosts.removeAll { !isWanted($0) }
            return deviation.hosts.isEmpty ? nil : deviation
        }
    }

    func print(on output: Output, showsAll: Bool) {
        output.print("\("\(name) against peers", .bold)   \(FleetSummary.hosts(comparison.hostCount)) with facts")
        DiffEntry.printLine(
            """
            hosts of one role, or else of the same groups, with one build of Windows; at least \(PeerComparison.leastPeers) \
            peers, of whom \(PeerComparison.leastShare) % agree
            """, indent: 0, on: output)
        for selection in selections { DiffEntry.printLine(selection, indent: 0, on: output) }
        let alone = comparison.alone.count { isWanted($0) }
        if alone > 0 { output.print("\(FleetSummary.hosts(alone)) without enough peers to compare with") }
        output.print("")
        let deviations = deviations
        if deviations.isEmpty { output.print("No host deviates from its peers.") }
        DiffEntry.print(
            deviations.map { deviation in
                var entry = DiffEntry(severity: nil, title: deviation.key.path, hosts: deviation.hosts)
                entry.details = [
                    "is \(deviation.key.value); \(deviation.agreeing) of \(deviation.count) peers (\(deviation.key.peers)) have \(deviation.usual)"
                ]
                return entry
            }, limit: showsAll ? nil : 20, on: output)
        output.print("")
        output.print("exit 0: whether the few or the many are right, nobody has said")
    }

    func json() -> [UInt8] {
        DiffJSON.write(against: "peers", exitCode, selections: selections) { writer in
            writer.member("run", DiffJSON.run(run, name: name))
            writer.member("hostsWithFacts", comparison.hostCount)
            writer.member("withoutPeers", DiffJSON.names(comparison.alone.filter(isWanted)))
            writer.key("deviations")
            writer.array { writer in
                for deviation in deviations {
                    writer.value([
                        "fact": .string(deviation.key.path), "value": .string(deviation.key.value),
                        "peers": .string(deviation.key.peers), "usual": .string(deviation.usual),
                        "agreeing": JSON(deviation.agreeing), "count": JSON(deviation.count),
                        "hosts": DiffJSON.names(deviation.hosts),
                    ])
                }
            }
        }
    }
}
