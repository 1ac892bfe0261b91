import HostFacts
import Policy

/// What is wrong, one root cause after the other: why, the evidence of one host, the fix and the way back, and the hosts.
extension MarkdownReport {
    /// Causes that are told in full; the others are rows of a table.
    private static let toldCauses = 250

    /// Names under one cause: so many that those of all causes together can still be opened.
    private var namesPerCause: Int { max(200, min(Self.listedHosts, 20_000 / max(1, summary.causes.count))) }

    mutating func causes() {
        guard !summary.causes.isEmpty else { return }
        add("## Causes", "")
        for cause in summary.causes.prefix(Self.toldCauses) { tell(cause) }
        let rest = summary.causes.dropFirst(Self.toldCauses)
        guard !rest.isEmpty else { return }
        add("### Further causes", "")
        folded(
            ["Cause", "Controls", "What is wrong", "Hosts", "Failures"], alignRight: [3, 4],
            rest.map { cause in
                [
                    cause.id, cause.controls.map(\.id).joined(separator: " "), MarkdownText.escaped(cause.title),
                    "\(cause.hosts.count)", "\(cause.failureCount)",
                ]
            }, visible: 0, elsewhere: "action-plan.csv")
    }

    private mutating func tell(_ cause: Cause) {
        let control = cause.control
        add("### \(control.id): \(MarkdownText.escaped(control.title))", "", Self.extent(cause), "")
        let finding = cause.example.finding
        // What others see of the same root, in their own words.
        for control in cause.controls {
            let name = cause.controls.count > 1 ? "**\(control.id)** \(MarkdownText.escaped(control.title)). " : ""
            add(name + MarkdownText.escaped(control.why), "")
            if !control.symptoms.isEmpty {
                add("Seen as: \(control.symptoms.map { MarkdownText.escaped($0) }.joined(separator: "; ")).", "")
            }
        }
        let host = cause.example.host.host
        add("On \(MarkdownText.escaped(host.name)):", "")
        for evidence in finding.evidence {
            let source = evidence.source.map { " (\($0.rawValue))" } ?? ""
            add("- \(MarkdownText.code(evidence.fact)) is \(MarkdownText.code(evidence.value))\(source)")
        }
        add("- wanted: \(MarkdownText.escaped(finding.wanted))")
        add("- because: \(MarkdownText.escaped(finding.because))", "")
        for action in finding.remediation { remediation(action, on: host, ofMany: cause.hosts.count > 1) }
        hostList(
            cause.hosts.map(\.host.name), atMost: namesPerCause, elsewhere: "`findings.csv`, cause\\_id \(cause.id)")
        let references = cause.controls.flatMap(\.references).map { MarkdownText.escaped($0) }
        if !references.isEmpty { add("References: \(references.joined(separator: "; ")).", "") }
    }

    private static func extent(_ cause: Cause) -> String {
        let consequences = Set(cause.controls.compactMap(\.consequence))
        var parts = [
            "Not met on \(FleetSummary.hosts(cause.hosts.count))"
                + (cause.failureCount > cause.hosts.count ? " (\(cause.failureCount) failures)" : ""),
            "severity \(cause.control.severity.rawValue)",
        ]
        if consequences.contains(.breaks) { parts.append("breaks Remote Desktop") }
        if consequences.contains(.exposes) { parts.append("exposes the host") }
        if let since = cause.failingSince { parts.append("failing since \(day(since))") }
        let owner =
            cause.policyObject.map {
                " The policy object “\(MarkdownText.escaped($0))” sets the value: change it there."
            }
            ?? (cause.isPolicyOwned ? " A policy sets the value: change it there." : "")
        return parts.joined(separator: ", ") + "." + owner + " Cause \(cause.id)."
    }

    private mutating func remediation(_ action: RemediationAction, on host: AuditedHost, ofMany: Bool) {
        var heading = "**Fix:** \(MarkdownText.escaped(action.summary))."
        if let path = action.policyPath, action.place != .host {
            heading += " Policy: \(MarkdownText.escaped(path))."
        }
        if let object = action.policyObject { heading += " It is set by \(MarkdownText.escaped(object))." }
        if action.place != .manual { heading += " Takes effect: \(action.effect.rawValue)." }
        if !action.risk.isEmpty { heading += " Risk: \(MarkdownText.escaped(action.risk))." }
        add(heading, "")
        guard !action.apply.isEmpty else { return }
        let way = action.rollback.isEmpty ? "Commands" : "Commands, and the way back"
        fold(ofMany ? "\(way), computed for \(host.name)" : way) { report in
            if let condition = action.guardCondition {
                report.add("Only while this is true on that host:", "")
                report.block([condition])
            }
            report.add("**Apply:**", "")
            report.block(action.apply)
            if let verify = action.verify {
                report.add("**Look:**", "")
                report.block([verify])
            }
            if !action.rollback.isEmpty {
                report.add("**Undo:**", "")
                report.block(action.rollback)
            }
            if let why = action.whyNoRollback {
                report.add("No exact way back: \(MarkdownText.escaped(why)).", "")
            }
            if ofMany { report.add("`findings.csv` holds the commands of every host.", "") }
        }
    }
}
