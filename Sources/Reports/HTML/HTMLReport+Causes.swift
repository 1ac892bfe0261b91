import FoundationEssentials
import HostFacts
import Policy

/// What is wrong, one root after the other: why, on which hosts, what ends it and the way back.
extension HTMLReport {
    /// Causes that stand in the page in full; a fleet with more of them has the rest as rows.
    private static let mostCauses = 200
    /// Names that stand there without the script.
    private static let mostNames = 20

    var causes: HTML {
        guard !summary.causes.isEmpty else {
            return Self.view("causes", "Causes", "<p>Nothing failed on the hosts that were judged.</p>\n")
        }
        let full = summary.causes.prefix(Self.mostCauses).map(cause)
        let rest = summary.causes.dropFirst(Self.mostCauses).map { cause -> [HTML] in
            [
                "<span id=\"cause-\(cause.id)\" tabindex=\"-1\">\(cause.control.id)</span>", "\(cause.title)",
                Self.severity(cause.control.severity), "\(cause.failureCount)",
                "<a href=\"#cause=\(cause.id)\">\(cause.hosts.count)</a>",
            ]
        }
        let others: HTML =
            rest.isEmpty
            ? .empty
            : Self.table(
                [("Control", false), ("Not met", false), ("Severity", false), ("Failures", true), ("Hosts", true)],
                rest,
                caption: "\(rest.count) further causes, the lesser ones; each host shows what ends them there",
                kind: "sortable")
        return Self.view(
            "causes", "Causes",
            intro:
                "Failures with one root, the worst first: what breaks Remote Desktop, what exposes the host, then by "
                + "severity and number of hosts.",
            "\(full)\(others)")
    }

    private func cause(_ cause: Cause) -> HTML {
        let control = cause.control
        let means: HTML? = control.consequence.map { consequence in
            consequence == .breaks
                ? "<span class=\"broken\">breaks Remote Desktop</span>"
                : "<span class=\"exposed\">exposes the host</span>"
        }
        var facts: [HTML] = [
            Self.fact("Why", "\(Self.paragraph(control.why))")
        ]
        if !control.symptoms.isEmpty {
            facts.append(Self.fact("Seen as", "\(control.symptoms.map(Self.paragraph).joined(separator: "; "))"))
        }
        if let means { facts.append(Self.fact("Means", means)) }
        if cause.controls.count > 1 {
            facts.append(
                Self.fact(
                    "Also fails", "\(cause.controls.dropFirst().map { "\($0.id) \($0.title)" }.joined(separator: "; "))"
                ))
        }
        facts.append(
            Self.fact(
                "Failures",
                "\(cause.failureCount) on <a href=\"#cause=\(cause.id)\">\(FleetSummary.hosts(cause.hosts.count))</a>"))
        if let since = cause.failingSince { facts.append(Self.fact("Since", "\(Self.day(since))")) }
        if cause.isPolicyOwned {
            facts.append(
                Self.fact(
                    "Owner",
                    "a policy sets it\(cause.policyObject.map { ": \($0)" } ?? ""); a local change would be reverted"))
        }
        if !control.references.isEmpty {
            facts.append(Self.fact("References", "\(control.references.joined(separator: "; "))"))
        }
        return """
            <details class="cause" id="cause-\(cause.id)">
            <summary><h3><span>\(control.consequence.map(Self.consequence) ?? .empty)</span><span class="tag \(control.severity.rawValue)">\(control.severity.rawValue)</span>\
            <span class="long">\(control.id): \(cause.title)<span class="hint">\(Self.action(cause))</span></span><span class="num">\(FleetSummary.hosts(cause.hosts.count))\
            </span></h3></summary>
            <div class="body">
            <dl class="facts">
            \(facts)</dl>
            \(example(cause))\(names(cause))</div>
            </details>

            """
    }

    private func example(_ cause: Cause) -> HTML {
        let (host, finding) = cause.example
        let evidence = finding.evidence.map { evidence -> HTML in
            Self.fact(
                "seen",
                "<code>\(evidence.fact)</code> is <code>\(evidence.value)</code>\(evidence.source.map { " (\($0.rawValue))" } ?? "")"
            )
        }
        let hasCommands = finding.remediation.contains { !$0.apply.isEmpty }
        let note: HTML =
            cause.hosts.count > 1 && hasCommands
            ? "<p class=\"small\">Computed for this host; every host has its own under <a href=\"#cause=\(cause.id)\">Hosts</a>.</p>\n"
            : .empty
        return """
            <h4>For example <a href="#host=\(fragment: host.host.name)">\(host.host.name)</a></h4>
            <dl class="facts">
            \(evidence)\(Self.fact("because", "\(finding.because)"))\(Self.fact("wanted", "\(finding.wanted)"))</dl>
            \(finding.remediation.map(Self.action))\(note)
            """
    }

    private func names(_ cause: Cause) -> HTML {
        let names = cause.hosts.prefix(Self.mostNames).map { host -> HTML in
            "<a href=\"#host=\(fragment: host.host.name)\">\(host.host.name)</a>"
        }
        let rest = cause.hosts.count - names.count
        let more: HTML = rest > 0 ? " and \(rest) more" : .empty
        return "<h4>Hosts</h4>\n<p class=\"names\">\(Self.joined(names))\(more)</p>\n"
    }

    /// What ends it on one host, and the way back.
    static func action(_ action: RemediationAction) -> HTML {
        func lines(_ title: String, _ lines: [String]) -> HTML {
            let shown = lines.filter { !$0.isEmpty }.map { HTML.visible($0) }
            // A reader drops the first line end of a pre; there is none.
            return shown.isEmpty
                ? .empty : "<h4>\(title)</h4>\n<pre>\(joined(shown.map { "\($0)" }, by: "\n"))</pre>\n"
        }
        var facts = [fact("where", "\(place(action))")]
        if let path = action.policyPath, action.place != .host { facts.append(fact("policy", "\(path)")) }
        if let object = action.policyObject { facts.append(fact("set by", "\(object)")) }
        if action.place != .manual { facts.append(fact("effect", "\(action.effect.rawValue)")) }
        if !action.risk.isEmpty { facts.append(fact("risk", "\(action.risk)")) }
        let commands: HTML =
            action.apply.isEmpty
            ? .empty
            : """
            <details>
            <summary>Commands and the way back</summary>
            \(lines("Only while this is true", [action.guardCondition ?? ""]))\(lines("Run", action.apply))\
            \(lines("Check", [action.verify ?? ""]))\(lines("Undo", action.rollback))\
            \(action.whyNoRollback.map { "<p class=\"small\">No exact way back: \($0)</p>\n" as HTML } ?? .empty)</details>

            """
        return """
            <div class="action">
            <p class="act">Fix: \(action.summary)</p>
            <dl class="facts">
            \(facts)</dl>
            \(commands)</div>

            """
    }

    // MARK: Pieces

    static func fact(_ term: String, _ value: HTML) -> HTML { "<dt>\(term)</dt><dd>\(value)</dd>\n" }

    static func joined(_ parts: [HTML], by separator: HTML = ", ") -> HTML {
        parts.enumerated().reduce(into: HTML.empty) { $0 = $1.offset == 0 ? $1.element : $0 + separator + $1.element }
    }

    /// Folded text of a policy as one paragraph.
    static func paragraph(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
