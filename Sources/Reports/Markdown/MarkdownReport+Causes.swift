import HostFacts
import Policy

/// What is wrong, one root cause after the other: why, on which hosts, the fix and the way back.
extension MarkdownReport {
    mutating func causes() {
        guard !summary.causes.isEmpty else { return }
        add("---", "", "## Causes", "")
        for cause in summary.causes {
            let control = cause.control
            add(
                "### \(control.id): \(MarkdownText.escaped(control.title))", "",
                "Not met on \(FleetSummary.hosts(cause.hosts.count)), severity \(control.severity.rawValue)"
                    + (control.consequence.map { $0 == .breaks ? ", breaks Remote Desktop" : ", exposes the host" }
                        ?? "")
                    + (cause.isPolicyOwned ? ". A policy sets the value: change it there." : "."),
                "", MarkdownText.escaped(control.why), "")
            if !control.symptoms.isEmpty {
                add("Seen as: \(control.symptoms.map(MarkdownText.escaped).joined(separator: "; ")).", "")
            }
            example(cause)
            hostList(cause)
            if !control.references.isEmpty {
                add("References: \(control.references.map(MarkdownText.escaped).joined(separator: "; ")).", "")
            }
        }
    }

    private mutating func example(_ cause: Cause) {
        guard let (host, finding) = cause.example else { return }
        add("On \(MarkdownText.escaped(host.host.name)):", "")
        for evidence in finding.evidence {
            let source = evidence.source.map { " (\($0.rawValue))" } ?? ""
            add("- \(MarkdownText.code(evidence.fact)) is \(MarkdownText.code(evidence.value))\(source)")
        }
        add("- wanted: \(MarkdownText.escaped(finding.wanted))")
        add("- because: \(MarkdownText.escaped(finding.because))", "")
        for action in finding.remediation { remediation(action) }
        if cause.hosts.count > 1, finding.remediation.contains(where: { !$0.apply.isEmpty }) {
            add(
                "Computed for \(MarkdownText.escaped(host.host.name)); `findings.csv` holds the commands of every host.",
                "")
        }
    }

    private mutating func remediation(_ action: RemediationAction) {
        var heading = "**Fix:** \(MarkdownText.escaped(action.summary))."
        if let path = action.policyPath, action.place != .host {
            heading += " Policy: \(MarkdownText.escaped(path))."
        }
        if let object = action.policyObject { heading += " It is set by \(MarkdownText.escaped(object))." }
        if action.place != .manual { heading += " Takes effect: \(action.effect.rawValue)." }
        if !action.risk.isEmpty { heading += " Risk: \(MarkdownText.escaped(action.risk))." }
        add(heading, "")
        if !action.apply.isEmpty {
            if let condition = action.guardCondition {
                add("Only while this is true on that host:", "")
                block([condition])
            }
            block(action.apply)
            if !action.rollback.isEmpty {
                add("**Undo:**", "")
                block(action.rollback)
            }
            if let why = action.whyNoRollback { add("No exact way back: \(MarkdownText.escaped(why)).", "") }
        }
    }

    private mutating func hostList(_ cause: Cause) {
        let names = cause.hosts.map { MarkdownText.escaped($0.host.name) }
        guard names.count > 8 else {
            add("Hosts: \(names.joined(separator: ", "))", "")
            return
        }
        add("<details><summary>\(names.count) hosts</summary>", "", names.joined(separator: ", "), "", "</details>", "")
    }
}
