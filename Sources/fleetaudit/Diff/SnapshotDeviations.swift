import Collection
import Console
import Drift
import EventLoop
import FoundationEssentials
import HostFacts
import Policy

/// What one snapshot says beside the baseline, or of hosts beside their peers; judged as of its own time.
struct SnapshotDeviations: Sendable {
    let path: String
    let selection: DiffSelection

    func fromBaseline(_ baseline: Baseline, _ waivers: WaiverRegister, telling output: Output) async throws
        -> BaselineDiff
    {
        let header = try made(.badInput) { () throws(SnapshotError) in try SnapshotReader(path: path).header }
        let result = try await Evaluation.judge(
            snapshot: path, baseline: baseline, waivers: waivers, at: header.started, telling: output)
        return try BaselineDiff(result, .none, name: path, hasHistory: false, selection)
    }

    func fromPeers() async throws -> PeerDiff {
        let found: Result<(Hosts, SnapshotStream.Ending), SnapshotError> = await offLoop {
            do throws(SnapshotError) { return .success(try await read()) } catch { return .failure(error) }
        }
        let (hosts, ending) = try made(.badInput) { () throws(SnapshotError) in try found.get() }
        let run = PastRun(
            run: ending.header.run, started: ending.header.started, judgedAt: ending.header.started, baseline: "",
            baselineVersion: "", figures: .none)
        return try await PeerDiff(run, name: path, hosts, selection)
    }

    @concurrent private func read() async throws(SnapshotError) -> (Hosts, SnapshotStream.Ending) {
        try await SnapshotStream(path: path).reduce(into: Hosts()) { record in
            (
                record.name, record.role, record.groups,
                record.state.isJudged ? FactLedger.read(HostFacts(record.reading)) : nil
            )
        } _: { hosts, answer in
            hosts.add(answer.0, role: answer.1, groups: answer.2, answer.3.map { .read($0) })
        }
    }

    /// The hosts of a run with their facts.
    struct Hosts: Sendable {
        enum Facts {
            case read([Collected<FactValue>])
            case kept([String: Collected<FactValue>])
        }

        private(set) var ledger = FactLedger()
        private(set) var hosts: [PeerComparison.Host] = []
        /// Of every host, by its name, and so also of those that gave no facts.
        private(set) var groups: [String: [String]] = [:]

        mutating func add(_ name: String, role: String?, groups: [String], _ facts: Facts?) {
            self.groups[name] = groups
            switch facts {
            case nil: return
            case .read(let values)?:
                hosts.append(.init(name: name, role: role, groups: groups, facts: ledger.sheet(of: values)))
            case .kept(let facts)?:
                hosts.append(.init(name: name, role: role, groups: groups, facts: ledger.sheet(of: facts)))
            }
        }
    }
}

extension BaselineDiff {
    /// - Parameter hasHistory: `trend` knows since when what fails has failed.
    init(
        _ result: AuditResult, _ trend: RunTrend, name: String, hasHistory: Bool, _ selection: DiffSelection
    ) throws {
        let hosts = result.hosts.filter { selection.isWanted($0.host.name, groups: $0.host.groups) }
        let controls = result.baseline.controls.map(\.id)
        try selection.check(
            count: hosts.count, among: result.hosts.flatMap { [$0.host.name] + $0.host.groups }, controls: controls)
        let wanted = Set(hosts.map(\.host.name))
        let isAsked = Dictionary(
            controls.map { ($0, selection.isWanted(control: $0)) }, uniquingKeysWith: { first, _ in first })
        self.init(
            run: ComparedRun(result, figures: RunFigures(hosts)).run, name: name,
            deviations: BaselineDeviation.all(in: result, trend) {
                wanted.contains($0.host.name) && isAsked[$1] ?? false
            },
            notJudged: hosts.count { $0.verdict == .notJudged },
            unknowns: hosts.reduce(0) {
                $0 + $1.findings.count { $0.outcome == .unknown && isAsked[$0.control.id] ?? false }
            },
            hasHistory: hasHistory,
            selections: selection.sentences)
    }
}

extension PeerDiff {
    init(_ run: PastRun, name: String, _ hosts: SnapshotDeviations.Hosts, _ selection: DiffSelection) async throws {
        let wanted = Set(hosts.groups.filter { selection.isWanted($0.key, groups: $0.value) }.keys)
        let groups = Set(hosts.groups.values.flatMap(\.self))
        try selection.check(count: wanted.count, among: hosts.groups.keys.sorted() + groups.sorted(), controls: [])
        let comparison = await offLoop { PeerComparison(hosts.hosts, hosts.ledger) }
        self.init(run: run, name: name, comparison: comparison, selections: selection.sentences) {
            wanted.contains($0)
        }
    }
}
