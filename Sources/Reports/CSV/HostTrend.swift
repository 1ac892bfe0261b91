import Drift
import FoundationEssentials
import Policy

/// What earlier runs say about one host: looked up once for all of its rows.
struct HostTrend {
    private let kinds: [String: JudgementDifference.ControlChange.Kind]
    private let since: [String: Date]
    /// Nothing is known of an earlier run, so that no change can be told.
    private let isFirstRun: Bool
    /// How many runs in a row could not judge it; `nil` when nobody counted.
    let silentRuns: Int?

    init(_ host: String, _ trend: RunTrend) {
        kinds = Dictionary(
            (trend.differences[host]?.changes ?? []).map { ($0.control, $0.kind) },
            uniquingKeysWith: { first, _ in first })
        since = trend.failingSince[host] ?? [:]
        isFirstRun = trend.previous == nil
        silentRuns = trend.silentRuns[host]
    }

    /// `newly-failing`; `nil` when nothing changed and nothing is open.
    func change(_ control: String) -> String? { kinds.isEmpty ? nil : kinds[control]?.rawValue }

    func failingSince(_ control: String) -> Date? { since.isEmpty ? nil : since[control] }

    /// Failures that are open now and were not in the run before; `nil` when there was none.
    var newFailures: Int? { isFirstRun ? nil : kinds.values.count { $0.isWorse } }

    var fixed: Int? { isFirstRun ? nil : kinds.values.count { $0 == .fixed } }
}
