import Drift
import Formats
import History
import Policy

extension StoredRun {
    /// `2026-11-20 02:00`
    var startedText: String {
        let text = ISO8601.text(started)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// As `history list --format json` tells it (docs/history.md).
    var json: JSON {
        let figures = past.figures
        func counts(_ bySeverity: [Severity: Int]) -> JSON {
            .object(
                Severity.allCases.reversed().map { .init($0.rawValue, JSON(bySeverity[$0] ?? 0)) })
        }
        return [
            "run": .string(name), "started": .string(ISO8601.text(started)),
            "judgedAt": .string(ISO8601.text(past.judgedAt)), "baseline": .string(past.baseline),
            "baselineVersion": .string(past.baselineVersion), "selection": .string(selection),
            "program": .string(programVersion), "probe": .string(probe), "hosts": JSON(figures.hosts),
            "judged": JSON(figures.judged), "broken": JSON(figures.broken), "exposed": JSON(figures.exposed),
            "met": JSON(figures.met), "metWithWaivers": JSON(figures.metWithWaivers),
            "unknowns": JSON(figures.unknowns), "openFailures": counts(figures.openFailures),
            "waived": counts(figures.waived),
        ]
    }
}
