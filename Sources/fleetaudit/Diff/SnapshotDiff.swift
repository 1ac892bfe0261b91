import Collection
import Drift
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// Compares two snapshots, each judged by today's policy as of its own time. Of the first one outcomes and facts are
/// kept, some kilobytes for each host; the second one streams past them.
struct SnapshotDiff: Sendable {
    let before: String
    let after: String
    let baseline: Baseline
    let waivers: WaiverRegister
    let selection: DiffSelection

    /// What is kept of a host of the first snapshot.
    private struct Kept {
        let host: ComparedHost
        let facts: FactSheet?
    }

    /// What is made of a host on any thread.
    private struct Answer {
        let judgement: HostJudgement
        let facts: [Collected<FactValue>]?

        init(_ record: HostRecord, _ judge: SnapshotJudge) {
            let (judgement, facts) = judge.judge(record)
            self.judgement = judgement
            self.facts = facts.map(FactLedger.read)
        }

        init(_ judgement: HostJudgement) {
            self.judgement = judgement
            facts = nil
        }
    }

    private struct State {
        var difference: RunDifference
        var kept: [String: Kept] = [:]
        var ledger = FactLedger()
        var figures = RunFigures.none

        mutating func sheet(of answer: Answer) -> FactSheet? { answer.facts.map { ledger.sheet(of: $0) } }
    }

    func compare() async throws -> DiffAccount {
        let found: Result<(RunDifference, [String]), SnapshotError> = await offLoop {
            do throws(SnapshotError) { return .success(try await compared()) } catch { return .failure(error) }
        }
        let (difference, names) = try made(.badInput) { () throws(SnapshotError) in try found.get() }
        try selection.check(
            count: difference.before.run.figures.hosts + difference.after.run.figures.hosts, among: names,
            controls: baseline.controls.map(\.id))
        return DiffAccount(
            difference: difference, names: (before, after), isJudgedToday: true, selections: selection.sentences)
    }

    @concurrent private func compared() async throws(SnapshotError) -> (RunDifference, [String]) {
        let controls = baseline.controls.map(\.id)
        let selection = selection
        let (first, second) = (try header(of: before), try header(of: after))
        let start = State(
            difference: RunDifference(
                from: run(first, .none), to: run(second, .none), controls: selection.isWanted(control:)))
        let (earlier, firstEnding) = try await reduce(before, first, into: start) { state, answer in
            state.figures.add(answer.judgement)
            let host = ComparedHost(answer.judgement, controls: controls)
            state.kept[host.outcomes.host] = Kept(host: host, facts: state.sheet(of: answer))
        }
        var next = earlier
        next.difference.before = run(first, earlier.figures)
        next.figures = .none
        var (later, ending) = try await reduce(after, second, into: next) { state, answer in
            state.figures.add(answer.judgement)
            let host = ComparedHost(answer.judgement, controls: controls)
            let known = state.kept.removeValue(forKey: host.outcomes.host)
            let pair = Self.pair(known?.facts, state.sheet(of: answer), state.ledger)
            state.difference.add(known?.host, host, facts: pair)
        }
        later.difference.after = run(second, later.figures)
        for gone in later.kept.values { later.difference.add(gone.host, nil, facts: .notKept) }
        let names = [firstEnding, ending].flatMap { $0.header.plannedHosts + $0.groups.sorted() }
        return (later.difference, names)
    }

    private static func pair(_ before: FactSheet?, _ after: FactSheet?, _ ledger: FactLedger) -> FactPair {
        guard let before, let after else { return .notKept }
        return before == after ? .same : .differing(before: before, after: after, ledger)
    }

    /// Goes through a snapshot, with the hosts that its run did not come to.
    @concurrent private func reduce(
        _ path: String, _ header: SnapshotHeader, into start: State, _ add: @Sendable (inout State, Answer) -> Void
    ) async throws(SnapshotError) -> (State, SnapshotStream.Ending) {
        let judge = try SnapshotJudge(baseline, waivers, header.started, path)
        let selection = selection
        let stream = SnapshotStream(path: path) { selection.isWanted($0, groups: $1) }
        var (state, ending) = try await stream.reduce(into: start, { Answer($0, judge) }, add)
        for name in ending.unasked.sorted() where selection.isWanted(name, groups: []) {
            add(&state, Answer(judge.notAsked(name, at: header.started)))
        }
        return (state, ending)
    }

    private func header(of path: String) throws(SnapshotError) -> SnapshotHeader {
        try SnapshotReader(path: path).header
    }

    private func run(_ header: SnapshotHeader, _ figures: RunFigures) -> ComparedRun {
        ComparedRun(
            PastRun(
                run: header.run, started: header.started, judgedAt: header.started, baseline: baseline.name,
                baselineVersion: baseline.version, figures: figures),
            controls: baseline.controls.map(\.statement))
    }
}
