import Collection
import Console
import EventLoop
import Formats
import HostFacts
import Inventory
import Policy

/// Asks a what-if question of every host of a snapshot; only differences are kept.
struct WhatIfRun {
    let question: WhatIf
    let path: String
    let pattern: HostPattern?
    let patternText: String

    func ask(_ output: Output) async throws -> WhatIfAccount {
        let found: Result<(WhatIfAccount, SnapshotStream.Ending), SnapshotError> = await offLoop {
            do throws(SnapshotError) { return .success(try await answers()) } catch { return .failure(error) }
        }
        var (account, ending) = try made(.badInput) { () throws(SnapshotError) in try found.get() }
        if !ending.unknownKinds.isEmpty {
            output.log.warning(
                "\(path) holds lines of a kind that this release does not know and passes over: \(ending.unknownKinds.sorted().joined(separator: ", "))"
            )
        }
        account.finish(ending, isWanted: { pattern?.selects($0, groups: []) ?? true }, hasPattern: pattern != nil)
        guard account.count > 0 else {
            let names = ending.header.plannedHosts + ending.groups.sorted()
            throw CommandFailure(
                pattern == nil ? "\(path) holds no host" : "--hosts: '\(patternText)' means no host of \(path)",
                help: closest(to: patternText, among: names).map { "did you mean '\($0)'?" },
                pattern == nil ? .badInput : .usage)
        }
        return account
    }

    @concurrent private func answers() async throws(SnapshotError) -> (WhatIfAccount, SnapshotStream.Ending) {
        let survey = try FleetSurvey(snapshot: path, for: [question.before.baseline, question.after.baseline])
        let question = question, pattern = pattern
        let stream = SnapshotStream(path: path) { name, groups in pattern?.selects(name, groups: groups) ?? true }
        return try await stream.reduce(into: WhatIfAccount(question: question, path: path)) { record in
            WhatIfAccount.Answer(record, question, survey)
        } _: { account, answer in
            account.add(answer)
        }
    }
}
