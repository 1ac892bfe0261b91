import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `remediation/plan.md`: the plan for the people who carry it out.
package struct RemediationPlanPage {
    private let result: AuditResult
    private let plan: RemediationPlan
    private var lines: [String] = []

    /// - Parameter script: the file name of a host's script beside the page; `nil` when there is none.
    package static func render(_ result: AuditResult, script: (String) -> String?) -> [UInt8] {
        var page = RemediationPlanPage(result: result, plan: RemediationPlan(result, script: script))
        page.head()
        page.dangers()
        page.policies()
        page.sets()
        page.waves()
        page.manual()
        page.missing()
        return Array((page.lines.joined(separator: "\n") + "\n").utf8)
    }

    private init(result: AuditResult, plan: RemediationPlan) {
        self.result = result
        self.plan = plan
    }

    private mutating func head() {
        let scripts = plan.waves.reduce(0) { $0 + $1.members.count }
        add(
            "# Remediation plan", "",
            "Run \(MarkdownText.escaped(result.run)), asked \(MarkdownReport.minute(result.started)), baseline "
                + "\(MarkdownText.escaped(result.baseline.name)) \(MarkdownText.escaped(result.baseline.version)). "
                + "Everything here is a proposal, computed from what each host said then; nothing of it was carried out.",
            "")
        table(
            ["", ""], alignRight: [1],
            [
                ["Changes in policies", "\(plan.policies.count)"],
                ["Hosts with a script", "\(scripts)"], ["Waves", "\(plan.waves.count)"],
                ["Things to do by hand", "\(plan.manual.count)"],
                ["Failures that are waived, and so not planned", "\(plan.waivedCount)"],
                ["Hosts that are not in the plan", "\(plan.notAudited.count + plan.withoutScript.count)"],
            ])
        if plan.policies.isEmpty, plan.waves.isEmpty, plan.manual.isEmpty {
            add("There is nothing to do on the hosts that were judged.", "")
        }
    }

    // MARK: Before anything is done

    private mutating func dangers() {
        let risky = plan.sets.flatMap { set in set.changes.filter { !$0.risk.isEmpty }.map { ($0, set.hosts.count) } }
        guard !risky.isEmpty else { return }
        var counts: [PlannedChange: Int] = [:]
        for (change, hosts) in risky { counts[change, default: 0] += hosts }
        add(
            "## Risks: read first", "",
            "Where our own way in is at risk, have another one (console, hypervisor, out-of-band) before you start.", ""
        )
        let rows = counts.sorted { left, right in
            let (a, b) = (Self.rank(left.key.hazard), Self.rank(right.key.hazard))
            return (a, -left.value, left.key.summary, left.key.risk) < (
                b, -right.value, right.key.summary, right.key.risk
            )
        }.map { change, hosts in
            [
                Self.text(change.hazard), MarkdownText.escaped(change.summary),
                change.controls.joined(separator: ", "), MarkdownText.escaped(change.risk), "\(hosts)",
            ]
        }
        folded(["At risk", "Change", "Controls", "Risk", "Hosts"], rows)
    }

    private mutating func policies() {
        guard !plan.policies.isEmpty else { return }
        add(
            "## First: policies", "",
            "A policy sets these values: a local change would be reverted by its next refresh, so no script touches them. "
                + "Change the policy, wait for its refresh (`gpupdate`), audit again.", "")
        for (number, change) in plan.policies.enumerated() {
            let object = change.object.map { "policy object \(MarkdownText.escaped($0))" } ?? "a policy, name unknown"
            add("### Policy \(number + 1): \(MarkdownText.escaped(change.summary))", "")
            if let path = change.path {
                add("- where: \(MarkdownText.escaped(path)) (\(object))")
            } else {
                add("- where: \(object)")
            }
            add("- controls: \(change.controls.joined(separator: ", "))", "- takes effect: \(change.effect.rawValue)")
            if !change.risk.isEmpty { add("- risk: \(MarkdownText.escaped(change.risk))") }
            add("")
            hostList(change.hosts)
        }
    }

    private mutating func sets() {
        guard !plan.sets.isEmpty else { return }
        add(
            "## What the scripts do", "",
            "Hosts with the same failures have the same set of changes. On each host: services, firewall, key files, "
                + "settings, certificates.", "")
        for (number, set) in plan.sets.enumerated() {
            add("### Set \(number + 1): \(FleetSummary.hosts(set.hosts.count))", "")
            table(
                ["#", "Change", "Controls", "Takes effect", "Risk", "Way back"], alignRight: [0],
                set.changes.enumerated().map { index, change in
                    [
                        "\(index + 1)", MarkdownText.escaped(change.summary), change.controls.joined(separator: ", "),
                        change.effect.rawValue,
                        change.hazard == .ownWay
                            ? "**our own way in:** " + MarkdownText.escaped(change.risk)
                            : MarkdownText.escaped(change.risk),
                        change.whyNoRollback.map { "not whole: \(MarkdownText.escaped($0))" } ?? "exact",
                    ]
                })
        }
    }

    // MARK: Waves

    private mutating func waves() {
        guard !plan.waves.isEmpty else { return }
        add("## How to apply", "", "In the folder of this page, on the host itself, as an administrator:", "")
        lines += MarkdownText.block(
            [
                #"powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\<host>.ps1 -WhatIf    # changes nothing"#,
                #"powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\<host>.ps1 -Phase Apply"#,
                #"powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\<host>.ps1 -Phase Verify"#,
                #"powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\<host>.ps1 -Phase Rollback"#,
            ], language: "powershell")
        add(
            "",
            "Bypass holds for this one start; where a policy forbids it, sign the scripts. The exit code is in "
                + "`$LASTEXITCODE`. The last line of Apply says what has to be restarted before all is in force: do so "
                + "before the test sign-in.", "",
            "**Stop, and roll back,** when a script ends with another exit code than 0; when nobody can sign in through "
                + "Remote Desktop to a host that was changed; when a host does not answer the audit any more; when a fresh "
                + "audit of the changed hosts shows a failure that was not there before. **Go on** when `-Phase Verify` "
                + "ended with 0 on every host of the step and a test sign-in worked.", "")
        for (number, wave) in plan.waves.enumerated() { self.wave(number + 1, wave) }
    }

    private mutating func wave(_ number: Int, _ wave: RemediationWave) {
        let members = wave.members
        add("## Wave \(number): \(Self.title(wave.kind)), \(FleetSummary.hosts(members.count))", "")
        var counts: [PlannedChange: Int] = [:]
        for member in members { for change in plan.sets[member.set].changes { counts[change, default: 0] += 1 } }
        let rows = counts.sorted { left, right in
            (left.key.rank, -left.value, left.key.summary, left.key.risk)
                < (right.key.rank, -right.value, right.key.summary, right.key.risk)
        }.map { change, hosts in
            [
                MarkdownText.escaped(change.summary), "\(hosts)", change.effect.rawValue,
                Self.text(change.hazard),
            ]
        }
        folded(["Change", "Hosts", "Takes effect", "At risk"], rows)
        let disruptive = members.count { member in plan.sets[member.set].changes.contains(where: \.isDisruptive) }
        let restarts = members.count { member in plan.sets[member.set].changes.contains { $0.effect == .reboot } }
        add(
            disruptive == 0
                ? "No session ends."
                : "Sessions end on \(FleetSummary.hosts(disruptive)): drain them first."
                    + (restarts == 0 ? "" : " \(FleetSummary.hosts(restarts)) must restart."), "")
        for (index, step) in wave.steps.enumerated() {
            if wave.steps.count > 1 { add("**Step \(number).\(index + 1)** (\(FleetSummary.hosts(step.count)))", "") }
            folded(
                ["Host", "Script", "Set", "Peers"],
                step.map { member in
                    [
                        MarkdownText.escaped(member.host.name), MarkdownText.escaped(member.script),
                        "\(member.set + 1)",
                        member.peers.map(Self.text) ?? "",
                    ]
                })
        }
        parted(wave)
    }

    /// By what peers were told, and where a step holds several of them all the same.
    private mutating func parted(_ wave: RemediationWave) {
        guard wave.steps.count > 1 else { return }
        add(
            "Steps part hosts that serve the same purpose, as far as the inventory says (role and site, else role and "
                + "group): another one of them serves while one is changed. Do one step after the other.", "")
        let crowded = Dictionary(grouping: wave.members.compactMap(\.peers), by: \.self)
            .filter { $0.value.count > RemediationWave.mostSteps }
        for (peers, all) in crowded.sorted(by: { Self.text($0.key) < Self.text($1.key) }) {
            let most = (all.count + wave.steps.count - 1) / wave.steps.count
            add("- \(Self.text(peers)): \(all.count) hosts, at most \(most) in one step")
        }
        if !crowded.isEmpty { add("") }
    }

    private static func text(_ hazard: PlannedChange.Hazard?) -> String {
        switch hazard {
        case .ownWay: "**our own way in**"
        case .users: "users"
        case .exposure: "exposure"
        case nil: ""
        }
    }

    private static func rank(_ hazard: PlannedChange.Hazard?) -> Int {
        hazard.flatMap { PlannedChange.Hazard.allCases.firstIndex(of: $0) } ?? PlannedChange.Hazard.allCases.count
    }

    private static func title(_ kind: RemediationWave.Kind) -> String {
        switch kind {
        case .canary: "canaries"
        case .tenth: "10 %"
        case .rest: "the rest"
        }
    }

    /// `role rdsh, site Berlin`
    private static func text(_ peers: PeerGroup) -> String {
        let parts = [
            peers.role.map { "role \(MarkdownText.escaped($0))" },
            peers.site.map { "site \(MarkdownText.escaped($0))" },
            peers.group.map { "group \(MarkdownText.escaped($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? "hosts without role, site and group" : parts.joined(separator: ", ")
    }

    // MARK: What no script does

    private mutating func manual() {
        guard !plan.manual.isEmpty else { return }
        add("## Last: by hand", "", "No command does these, or none that could be undone.", "")
        for (number, item) in plan.manual.enumerated() {
            add(
                "**\(number + 1).** \(MarkdownText.escaped(item.summary)) (\(item.controls.joined(separator: ", ")))"
                    + (item.risk.isEmpty ? "" : "; risk: \(MarkdownText.escaped(item.risk))"), "")
            hostList(item.hosts)
        }
    }

    private mutating func missing() {
        guard !plan.notAudited.isEmpty || !plan.withoutScript.isEmpty else { return }
        add("## Not in the plan", "")
        if !plan.withoutScript.isEmpty {
            add("Something could be mended by command, but no script could be made that is sure of its machine:", "")
            hostList(plan.withoutScript.map(\.name))
        }
        guard !plan.notAudited.isEmpty else { return }
        add("Nothing is known of these, so nothing is planned:", "")
        folded(
            ["Host", "State", "Why"],
            plan.notAudited.map { host in
                [MarkdownText.escaped(host.name), host.state.rawValue, MarkdownText.escaped(host.reason)]
            })
    }

    // MARK: Pieces

    /// Entries of a list that are shown without unfolding.
    private static let visible = 12

    private mutating func add(_ text: String...) { lines += text }

    private mutating func hostList(_ hosts: [String]) {
        let names = hosts.map(MarkdownText.escaped).joined(separator: ", ")
        guard hosts.count > Self.visible else {
            add("Hosts: \(names)", "")
            return
        }
        add("<details><summary>\(hosts.count) hosts</summary>", "", names, "", "</details>", "")
    }

    private mutating func table(_ header: [String], alignRight: Set<Int> = [], _ rows: [[String]]) {
        lines += MarkdownReport.tableLines(header, alignRight, rows) + [""]
    }

    private mutating func folded(_ header: [String], _ rows: [[String]]) {
        guard rows.count > Self.visible else { return table(header, rows) }
        add("<details><summary>\(rows.count) rows</summary>", "")
        table(header, rows)
        add("</details>", "")
    }
}
