import Drift
import HostFacts
import Policy

/// Which hosts nothing is known of, why, and what to check.
extension MarkdownReport {
    mutating func notAudited() {
        guard !summary.notAudited.isEmpty else { return }
        add(
            "## Hosts that were not audited", "",
            "Never counted as compliant; what failed on them before is not counted as fixed.", "")
        let hasSilence = summary.notAudited.contains { summary.trend.silentRuns[$0.host.name] != nil }
        folded(
            ["Host", "State", "Why", "What to check"] + (hasSilence ? ["Runs without an answer"] : []),
            alignRight: [4],
            summary.notAudited.map { judgement in
                let host = judgement.host
                return [
                    MarkdownText.escaped(host.name),
                    host.state.isJudged ? "not judged" : host.state.rawValue,
                    MarkdownText.escaped(judgement.whyNotJudged),
                    MarkdownText.escaped(
                        host.state.isJudged
                            ? "It answered, and no control concerns it: an old Windows is best taken off the network, or retired."
                            : host.advice),
                ] + (hasSilence ? [summary.trend.silentRuns[host.name].map { "\($0)" } ?? ""] : [])
            }, visible: 12, elsewhere: "hosts.csv")
    }
}
