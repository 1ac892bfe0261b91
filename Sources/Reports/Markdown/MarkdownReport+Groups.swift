import Policy

/// The groups of the inventory: their figures, and what each of them has to mend.
extension MarkdownReport {
    /// Groups that page one has room for.
    static let shortGroups = 8

    mutating func groups() {
        let groups = summary.groups.dropLast()
        guard !groups.isEmpty else { return }
        add("## Groups", "")
        if groups.count > Self.shortGroups {
            groupTable(summary.groups)
        } else {
            add("Their figures stand on page one.", "")
        }
        let shares = CauseShares(result, summary)
        for group in groups where group.failures > 0 {
            let causes = summary.causes.compactMap { cause in
                shares.share(of: cause.id, in: group.name).map { (cause, $0) }
            }
            let title = "\(group.name): \(FleetSummary.counted(group.failures, "failure")), "
            fold(title + FleetSummary.counted(causes.count, "cause")) { report in
                let hasSince = causes.contains { $0.1.since != nil }
                let limit = 50
                report.table(
                    ["Effect", "What is wrong", "Hosts", "Failures"] + (hasSince ? ["Since"] : []), alignRight: [2, 3],
                    causes.prefix(limit).map { cause, share in
                        [
                            Self.effect(cause.controls), "\(cause.control.id): \(MarkdownText.escaped(cause.title))",
                            "\(share.hosts)", "\(share.failures)",
                        ] + (hasSince ? [share.since.map(Self.day) ?? ""] : [])
                    })
                if causes.count > limit {
                    report.add("\(causes.count - limit) more stand in `action-plan.csv`.", "")
                }
            }
        }
    }

    mutating func groupTable(_ groups: [GroupSummary]) {
        let columns: [(name: String, isShown: Bool, cell: (GroupSummary) -> String)] = [
            ("Judged", true, { "\($0.judged) of \($0.hosts)" }), ("Baseline met", true, { "\($0.met)" }),
            ("with waivers", hasWaivers, { "\($0.metWithWaivers)" }), ("Broken", true, { "\($0.broken)" }),
            ("Failures", true, { "\($0.failures)" }), ("Waived", hasWaivers, { "\($0.waived)" }),
            ("New", hasTrend, { "\($0.new)" }), ("Fixed", hasTrend, { "\($0.fixed)" }),
        ]
        let shown = columns.filter(\.isShown)
        table(
            ["Group"] + shown.map(\.name), alignRight: Set(1...shown.count),
            groups.map { group in [MarkdownText.escaped(group.name)] + shown.map { $0.cell(group) } })
    }
}
