import Drift
import FoundationEssentials
import Policy

/// The figures of page one, beside those of earlier runs.
extension MarkdownReport {
    mutating func figures() {
        let now = summary.figures
        let unwaived = summary.withoutWaivers
        func without(_ count: Int) -> String { hasWaivers ? " (without waivers \(count))" : "" }
        func share(_ count: Int) -> String {
            now.judged > 0 ? " (\(Self.share(count, of: now.judged)) of those judged)" : ""
        }
        func met(_ count: Int, _ figures: RunFigures) -> String {
            figures.judged > 0 ? "\(count) (\(Self.share(count, of: figures.judged)))" : "\(count)"
        }
        var rows = [
            row("Judged", "\(now.judged) of \(now.hosts)", \.judged) { "\($0.judged) of \($0.hosts)" },
            row("Remote Desktop broken", "\(now.broken)\(without(unwaived.broken))", \.broken),
            row("Exposed", "\(now.exposed)\(without(unwaived.exposed))", \.exposed),
            row("Baseline met", "\(now.met)\(share(now.met))", \.met) { met($0.met, $0) },
        ]
        if hasWaivers || earlier.contains(where: { $0.figures.metWithWaivers != $0.figures.met }) {
            rows.append(
                row("Baseline met with waivers", "\(now.metWithWaivers)\(share(now.metWithWaivers))", \.metWithWaivers)
                {
                    met($0.metWithWaivers, $0)
                })
        }
        rows += [
            row("Open failures", "\(now.failureCount)", \.failureCount),
            row("Answers unknown", "\(now.unknowns)", \.unknowns),
        ]
        let columns = ["", "This run"] + (hasTrend ? ["Change"] : []) + earlier.map { Self.day($0.started) }
        table(columns, alignRight: Set(columns.indices.dropFirst()), rows)
        remarks()
    }

    /// The run before, and the one of a month ago.
    private var earlier: [PastRun] {
        guard let previous = summary.trend.previous else { return [] }
        let month = summary.trend.run(atLeast: 30, before: result.started)
        return [previous] + [month].compactMap(\.self).filter { $0.run != previous.run }
    }

    private func row(
        _ name: String, _ now: String, _ count: KeyPath<RunFigures, Int>?,
        _ past: ((RunFigures) -> String)? = nil
    ) -> [String] {
        let change = summary.trend.previous.map { previous in
            count.map { Self.change(summary.figures[keyPath: $0] - previous.figures[keyPath: $0]) } ?? ""
        }
        return [name, now] + [change].compactMap(\.self)
            + earlier.map { run in past?(run.figures) ?? count.map { "\(run.figures[keyPath: $0])" } ?? "" }
    }

    private static func change(_ difference: Int) -> String {
        difference == 0 ? "=" : difference > 0 ? "+\(difference)" : "−\(-difference)"
    }

    private mutating func remarks() {
        let severities = Severity.allCases.reversed().map { "\(summary.openFailures[$0] ?? 0) \($0.rawValue)" }
        var remarks = ["Open failures: \(summary.failureCount) (\(severities.joined(separator: ", ")))."]
        if hasWaivers {
            remarks.append(
                "Under [waivers](#waivers): \(summary.waivedCount). Without waivers: "
                    + "\(summary.withoutWaivers.failureCount) open failures.")
        }
        let undecided = summary.verdicts[.undecided] ?? 0
        if undecided > 0 {
            remarks.append(
                "On \(FleetSummary.hosts(undecided)) nothing failed, but something could not be told.")
        }
        if let coverage = summary.trend.coverage {
            remarks.append(
                "Seen (it answered) in the last day: \(coverage.day) of \(summary.hostCount), in 7 days: "
                    + "\(coverage.week), in 30 days: \(coverage.month).")
        }
        if summary.noLongerVisible > 0 {
            remarks.append(
                "\(FleetSummary.counted(summary.noLongerVisible, "failure")) of the run before could not be looked at "
                    + "this time, and \(summary.noLongerVisible == 1 ? "is" : "are") not counted as fixed.")
        }
        add(remarks.joined(separator: " "), "")
        if let change = summary.trend.baselineChange { add(Self.sentence(change), "") }
    }

    /// Figures of two baselines are not figures of one thing.
    private static func sentence(_ change: RunTrend.BaselineChange) -> String {
        func list(_ controls: [String], _ verb: String) -> String? {
            guard !controls.isEmpty else { return nil }
            let shown = controls.prefix(6).joined(separator: ", ")
            let rest = controls.count - 6
            return "\(FleetSummary.counted(controls.count, "control")) \(verb) (\(shown)"
                + (rest > 0 ? ", and \(rest) more)" : ")")
        }
        let parts = [list(change.added, "came"), list(change.removed, "went")].compactMap(\.self)
        let versions =
            change.before == change.after
            ? MarkdownText.escaped(change.after)
            : "\(MarkdownText.escaped(change.before)), now \(MarkdownText.escaped(change.after))"
        return "**The baseline is not that of the run before** (\(versions))"
            + (parts.isEmpty ? "." : ": \(MarkdownText.escaped(parts.joined(separator: "; "))).")
            + " Figures of earlier runs stand for the controls of their day."
    }
}
