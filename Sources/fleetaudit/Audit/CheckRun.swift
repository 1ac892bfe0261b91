import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Inventory
import Policy

/// Judges a snapshot for a check, and holds it against an earlier one; of the earlier one some bytes for each host are
/// kept, of the later one only differences.
struct CheckRun {
    let path: String
    let earlier: Earlier?
    let baseline: Baseline
    let waivers: WaiverRegister
    let moment: Date
    let limit: String?

    /// The state before.
    struct Earlier: Sendable {
        let path: String
        let header: SnapshotHeader

        init(path: String) throws {
            self.path = path
            header = try made(.badInput) { () throws(SnapshotError) in try SnapshotReader(path: path).header }
        }
    }

    func check(_ output: Output) async throws -> CheckAccount {
        let found: Result<(CheckAccount, SnapshotStream.Ending), SnapshotError> = await offLoop {
            do throws(SnapshotError) { return .success(try await judged()) } catch { return .failure(error) }
        }
        var (account, ending) = try made(.badInput) { () throws(SnapshotError) in try found.get() }
        let pattern = limit.map { HostPattern($0) }
        account.finish(ending) { pattern?.selects($0, groups: []) ?? true }
        guard account.count > 0 else {
            let names = ending.header.plannedHosts + ending.groups.sorted()
            throw CommandFailure(
                limit.map { "--limit: '\($0)' means no host of \(path)" } ?? "\(path) holds no host",
                help: limit.flatMap { closest(to: $0, among: names) }.map { "did you mean '\($0)'?" },
                limit == nil ? .badInput : .usage)
        }
        if let earlier {
            if account.added.count == account.count {
                throw CommandFailure(
                    "no host of \(path) is in \(earlier.path)", help: "are they of different fleets?", .badInput)
            }
            if earlier.header.probe != ending.header.probe {
                output.log.warning(
                    "\(earlier.path) was asked by another probe: what only one of the two asks is unknown to the other")
            }
        }
        return account
    }

    @concurrent private func judged() async throws(SnapshotError) -> (CheckAccount, SnapshotStream.Ending) {
        let before = try await outcomesBefore()
        let controls = baseline.controls.map(\.id)
        let pattern = limit.map { HostPattern($0) }
        let judge = try SnapshotJudge(baseline, waivers, moment, path)
        let start = CheckAccount(baseline: baseline, path: path, moment: moment, earlier: earlier, before: before)
        let stream = SnapshotStream(path: path) { name, groups in pattern?.selects(name, groups: groups) ?? true }
        return try await stream.reduce(into: start) { record in
            let judgement = judge(record)
            return CheckAccount.Answer(
                judgement, HostOutcomes(judgement, controls: controls, keepsReasons: true), before)
        } _: { account, answer in
            account.add(answer)
        }
    }

    /// By host; `nil` without a state before.
    @concurrent private func outcomesBefore() async throws(SnapshotError) -> [String: HostOutcomes]? {
        guard let earlier else { return nil }
        let judge = try SnapshotJudge(baseline, waivers, earlier.header.started, earlier.path)
        let controls = baseline.controls.map(\.id)
        let start: [String: HostOutcomes] = [:]
        return try await SnapshotStream(path: earlier.path).reduce(into: start) { record in
            HostOutcomes(judge(record), controls: controls)
        } _: { known, outcomes in
            known[outcomes.host] = outcomes
        }.0
    }
}
