import Policy

/// What was accepted, by whom and until when.
extension MarkdownReport {
    mutating func waivers() {
        guard !summary.waivers.isEmpty else { return }
        add(
            "## Waivers", "",
            "A waiver accepts a failure until its last day, UTC; the failure stays what it is. What could not be told is "
                + "never waived.", "")
        let rows = summary.waivers.map { account in
            let waiver = account.waiver
            return [
                waiver.id, account.stateText, waiver.lastDay, "\(account.findings)", "\(account.hosts)",
                MarkdownText.escaped(waiver.controls.joined(separator: ", ")), MarkdownText.escaped(waiver.hosts),
                MarkdownText.escaped(waiver.reason), MarkdownText.escaped(waiver.owner),
                MarkdownText.escaped(waiver.ticket), MarkdownText.escaped(waiver.approver),
            ]
        }
        folded(
            [
                "Waiver", "State", "Last day", "Failures", "Hosts", "Controls", "Pattern", "Reason", "Owner", "Ticket",
                "Approver",
            ], rows, visible: 30, elsewhere: "waivers.csv")
        let remarks = summary.waivers.filter { !$0.remarks.isEmpty }
        guard !remarks.isEmpty else { return }
        add("To look at:", "")
        folded(
            ["Waiver", "What"],
            remarks.map { [$0.waiver.id, MarkdownText.escaped($0.remarks.joined(separator: "; "))] }, visible: 30,
            elsewhere: "waivers.csv")
    }
}
