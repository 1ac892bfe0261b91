import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import History
import HostFacts
import Policy
import Reports

/// Judges a snapshot, host by host, without the network.
enum Evaluation {
    /// Hosts that are decoded and judged side by side.
    private static let batchSize = 64

    /// Judges; a role that nobody knows is told on `output`, each once.
    static func judge(
        snapshot path: String, baseline: Baseline, waivers: WaiverRegister = .empty, at moment: Date,
        recording: RunRecording? = nil, telling output: Output
    ) async throws -> AuditResult {
        let result: Result<(AuditResult, Set<String>), SnapshotError> = await offLoop {
            do throws(SnapshotError) {
                return .success(try await Self.result(path, baseline, waivers, moment, recording))
            } catch {
                return .failure(error)
            }
        }
        let (judged, unknownKinds) = try made(.badInput) { () throws(SnapshotError) in try result.get() }
        if !unknownKinds.isEmpty {
            output.log.warning(
                "\(path) holds lines of a kind that this release does not know and passes over: \(unknownKinds.sorted().joined(separator: ", "))"
            )
        }
        let known = baseline.knownRoles
        for role in Set(judged.hosts.compactMap(\.host.role)).subtracting(known).sorted() {
            let near = closest(to: role, among: known).map { "; did you mean '\($0)'?" } ?? ""
            output.log.warning(
                "\(baseline.name) says nothing of the role '\(role)': its hosts are judged as those without one\(near)")
        }
        return judged
    }

    @concurrent private static func result(
        _ path: String, _ baseline: Baseline, _ waivers: WaiverRegister, _ moment: Date, _ recording: RunRecording?
    ) async throws(SnapshotError) -> (AuditResult, Set<String>) {
        var reader = try SnapshotReader(path: path)
        let evaluator = Evaluator(
            baseline: baseline, now: moment, waivers: waivers, hostNames: Set(reader.header.plannedHosts))
        let survey = try FleetSurvey(snapshot: path, for: [baseline])
        var judgements: [HostJudgement] = []
        var unchecked: [String: [String]] = [:]
        var unasked = Set(reader.header.plannedHosts)
        let known = await recording?.known
        while true {
            var batch: [HostRecord] = []
            while batch.count < batchSize, let record = try reader.next() {
                unasked.remove(record.name)
                if !record.unchecked.isEmpty { unchecked[record.name] = record.unchecked }
                batch.append(record)
            }
            if batch.isEmpty { break }
            let judged = await judge(batch, evaluator, survey, known)
            judgements += judged.map(\.judgement)
            await recording?.add(judged)
        }
        let header = reader.header
        judgements += unasked.map { evaluator.judge(.notAsked($0, at: header.started), nil) }
        let audited = AuditResult(
            run: header.run, started: header.started, judgedAt: moment, baseline: BaselineStatement(baseline),
            hosts: judgements.sorted { $0.host.name < $1.host.name }, programVersion: FleetAudit.version,
            probe: header.probe, unchecked: unchecked, waivers: waivers)
        return (audited, reader.unknownKinds)
    }

    private static func judge(
        _ batch: [HostRecord], _ evaluator: Evaluator, _ survey: FleetSurvey?, _ known: KnownFacts?
    ) async -> [HostToRecord] {
        await withTaskGroup(of: (Int, HostToRecord).self) { group in
            for (index, record) in batch.enumerated() {
                group.addTask {
                    var facts = record.state.isJudged ? HostFacts(record.reading) : nil
                    if var known = facts, let survey {
                        survey.complete(&known, of: record)
                        facts = known
                    }
                    let judgement = evaluator.judge(record.audited(facts), facts)
                    var kept: StableFacts?
                    if let known, let facts { kept = StableFacts(facts, known: known) }
                    return (index, HostToRecord(judgement, facts: kept))
                }
            }
            var judged = [HostToRecord?](repeating: nil, count: batch.count)
            for await (index, judgement) in group { judged[index] = judgement }
            return judged.compactMap { $0 }
        }
    }
}

extension AuditedHost {
    /// A host that the run was to ask and did not come to.
    static func notAsked(_ name: String, at moment: Date) -> AuditedHost {
        AuditedHost(
            name: name, address: name, groups: [], role: nil, site: nil, state: .skipped,
            reason: "the run was interrupted before this host", advice: "Go on with --resume.", transport: nil,
            authentication: nil, seconds: 0, collected: moment, osName: nil, osVersion: nil)
    }
}

extension FleetSurvey {
    /// What baselines need to know of a whole fleet; `nil` when they need nothing, so that the snapshot is read once only.
    init?(snapshot path: String, for baselines: [Baseline]) throws(SnapshotError) {
        guard baselines.contains(where: \.needsFleet) else { return nil }
        try self.init(snapshot: path, asking: Set(baselines.flatMap(\.peerQuestions)).sorted { $0.fact < $1.fact })
    }
}
