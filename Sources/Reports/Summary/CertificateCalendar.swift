import FoundationEssentials
package import HostFacts
import Policy

/// When the certificates that Remote Desktop serves come to their end.
package struct CertificateCalendar: Sendable {
    /// How near an end is, at the moment of judging.
    package enum Span: String, Sendable, Hashable, CaseIterable {
        case expired
        case week = "7 days"
        case month = "30 days"
        case quarter = "90 days"
        case later
    }

    package struct Entry: Sendable {
        package let host: String
        package let certificate: HostAssets.Certificate
        /// Until the end; negative when it is over.
        package let daysLeft: Int
        package let span: Span
    }

    /// Served ones, the next to end first.
    package let entries: [Entry]
    /// Each host under the nearest end of what it serves.
    package let counts: [Span: Int]
    /// Judged hosts of which it could not be told what they serve, or until when.
    package let untold: Int

    init(_ hosts: [HostJudgement], at now: Date) {
        var entries: [Entry] = []
        var untold = 0
        for host in hosts where host.verdict != .notJudged {
            let served = host.assets.certificates.value?.first { $0.isServed }
            guard let served, let end = served.notAfter else {
                untold += 1
                continue
            }
            let days = Int((end.timeIntervalSince(now) / 86_400).rounded(.down))
            entries.append(
                Entry(host: host.host.name, certificate: served, daysLeft: days, span: Span(daysLeft: days)))
        }
        self.entries = entries.sorted { ($0.daysLeft, $0.host) < ($1.daysLeft, $1.host) }
        self.untold = untold
        counts = Dictionary(entries.map { ($0.span, 1) }, uniquingKeysWith: +)
    }
}

extension CertificateCalendar.Span {
    /// - Parameter daysLeft: whole days, rounded down.
    package init(daysLeft: Int) {
        self =
            switch daysLeft {
            case ..<0: .expired
            case ..<7: .week
            case ..<30: .month
            case ..<90: .quarter
            default: .later
            }
    }
}
