import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// Words that stand in more than one section.
extension MarkdownReport {
    var hasWaivers: Bool { !result.waivers.isEmpty }
    /// There is a run to hold this one against.
    var hasTrend: Bool { summary.trend.previous != nil }

    static func condition(_ judgement: HostJudgement) -> String {
        switch (judgement.breaks(.breaks), judgement.breaks(.exposes)) {
        case (true, true): "broken, exposed"
        case (true, false): "broken"
        case (false, true): "exposed"
        case (false, false):
            switch judgement.verdict {
            case .met: "works"
            case .metWithWaivers where !judgement.breaks(.breaks, isWaivedToo: true): "works"
            default: judgement.breaks(.breaks, isWaivedToo: true) ? "broken, waived" : "no break found"
            }
        }
    }

    static func effect(_ controls: [ControlStatement]) -> String {
        let consequences = Set(controls.compactMap(\.consequence))
        if consequences.contains(.breaks) { return "**breaks**" }
        if consequences.contains(.exposes) { return "**exposes**" }
        return controls.first?.severity.rawValue ?? ""
    }

    /// `2026-11-20 02:00 UTC`
    static func minute(_ date: Date) -> String { ISO8601.text(date).prefix(16).replacing("T", with: " ") + " UTC" }

    /// `2026-11-20`
    static func day(_ date: Date) -> String { String(ISO8601.text(date).prefix(10)) }

    static func seconds(_ seconds: Double) -> String {
        let tenths = Int((min(max(seconds, 0), 1e9) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// `62.8 %`; empty of nothing.
    static func share(_ count: Int, of all: Int) -> String {
        guard all > 0 else { return "" }
        let tenths = (count * 1_000 + all / 2) / all
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
