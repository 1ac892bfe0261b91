import Formats
import HostFacts

/// When the certificates that hosts serve come to their end, the next first.
extension MarkdownReport {
    mutating func certificates() {
        let calendar = summary.certificates
        guard !calendar.entries.isEmpty || calendar.untold > 0 else { return }
        add("## Certificates", "")
        if calendar.untold > 0 {
            add(
                "What it serves, or until when, could not be told on \(FleetSummary.hosts(calendar.untold)). Every "
                    + "certificate of every store stands in `certificates.csv`.", "")
        } else {
            add("Those that hosts serve. Every certificate of every store stands in `certificates.csv`.", "")
        }
        // One that was just made has nothing to be looked at.
        let near = calendar.entries.filter { $0.span != .later }
        let later = calendar.entries.count - near.count
        if later > 0 { add("\(FleetSummary.hosts(later)): the end is more than 90 days away.", "") }
        guard !near.isEmpty else { return }
        folded(
            ["Host", "Ends", "Days left", "Subject", "Made by Windows for Remote Desktop", "Thumbprint"],
            alignRight: [2],
            near.map { entry in
                let certificate = entry.certificate
                return [
                    MarkdownText.escaped(entry.host), certificate.notAfter.map(Self.day) ?? "", "\(entry.daysLeft)",
                    MarkdownText.escaped(certificate.subject), certificate.isMadeForRemoteDesktop ? "yes" : "no",
                    MarkdownText.escaped(certificate.thumbprint),
                ]
            }, visible: 10, elsewhere: "certificates.csv")
    }
}
