import FoundationEssentials
import HostFacts

/// How a certificate stands at a moment: one word, and the whole days that it has left.
struct CertificateStatus {
    /// Negative when it is over; `nil` when its end cannot be read.
    let daysLeft: Int?
    let word: String

    init(_ certificate: HostAssets.Certificate, at now: Date) {
        guard let end = certificate.notAfter else {
            (daysLeft, word) = (nil, "end-unknown")
            return
        }
        let days = Int((end.timeIntervalSince(now) / 86_400).rounded(.down))
        daysLeft = days
        if let start = certificate.notBefore, now < start {
            word = "not-yet-valid"
            return
        }
        word =
            switch CertificateCalendar.Span(daysLeft: days) {
            case .expired: "expired"
            case .week: "ends-within-7-days"
            case .month: "ends-within-30-days"
            case .quarter: "ends-within-90-days"
            case .later: "valid"
            }
    }
}
