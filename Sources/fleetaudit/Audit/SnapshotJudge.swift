import Collection
import FoundationEssentials
import HostFacts
import Policy

/// Judges the hosts of one snapshot, one by one.
struct SnapshotJudge: Sendable {
    private let evaluator: Evaluator
    private let survey: FleetSurvey?

    init(
        _ baseline: Baseline, _ waivers: WaiverRegister, _ moment: Date, _ path: String
    ) throws(SnapshotError) {
        let names = Set(try SnapshotReader(path: path).header.plannedHosts)
        evaluator = Evaluator(baseline: baseline, now: moment, waivers: waivers, hostNames: names)
        survey = try FleetSurvey(snapshot: path, for: [baseline])
    }

    func callAsFunction(_ record: HostRecord) -> HostJudgement { judge(record).judgement }

    /// As the facts are wanted, too; `nil` when the host gave none.
    func judge(_ record: HostRecord) -> (judgement: HostJudgement, facts: HostFacts?) {
        var facts = record.state.isJudged ? HostFacts(record.reading) : nil
        if var known = facts, let survey {
            survey.complete(&known, of: record)
            facts = known
        }
        return (evaluator.judge(record.audited(facts), facts), facts)
    }

    /// A host that the run was to ask and did not come to.
    func notAsked(_ name: String, at moment: Date) -> HostJudgement {
        evaluator.judge(.notAsked(name, at: moment), nil)
    }
}
