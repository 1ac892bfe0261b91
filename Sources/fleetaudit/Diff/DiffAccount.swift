import Console
import Drift
import Policy

/// What two runs came to beside each other, and how they were looked at.
struct DiffAccount: Sendable {
    let difference: RunDifference
    /// What the runs are called: a run's name, or a snapshot's path.
    let names: (before: String, after: String)
    /// Both are snapshots, which today's policy judged.
    let isJudgedToday: Bool
    /// What was left out because it was not asked for, in sentences.
    let selections: [String]

    /// - Parameter threshold: the least severity that sets bit 1; `nil`: nothing does.
    func exitCode(threshold: Severity?) -> ExitCode {
        .verdict(
            hasDrift: threshold.map { difference.isWorse(from: $0) } ?? false, isIncomplete: difference.lostSight)
    }
}
