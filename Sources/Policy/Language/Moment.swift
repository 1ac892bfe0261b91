import Formats
package import FoundationEssentials
import HostFacts

/// A point in time in a policy: a date, or one counted from the moment of judging (`now`, `now+30d`, `now-12h`).
package enum Moment: Sendable, Hashable {
    case fixed(Date)
    case later(TimeSpan)
    case earlier(TimeSpan)
    case now

    /// `now`, `now+30d`, `now-12h`, `2027-01-15`, `2027-01-15T00:00:00Z`; a date without a time is its first moment, UTC.
    package init?(_ text: String) {
        if text == "now" {
            self = .now
        } else if text.hasPrefix("now+") || text.hasPrefix("now-") {
            guard let span = TimeSpan(text.dropFirst(4)) else { return nil }
            self = span.seconds == 0 ? .now : text.hasPrefix("now-") ? .earlier(span) : .later(span)
        } else {
            guard let date = ISO8601.date(text) ?? ISO8601.day(text) else { return nil }
            self = .fixed(date)
        }
    }

    /// Whether a text would be a moment if it named its zone: what a policy means must not hang on where it is read.
    package static func lacksZone(_ text: String) -> Bool {
        let instant = String(text.map { $0 == " " ? "T" : $0 })
        return ISO8601.date(text) == nil
            && (ISO8601.date(instant + "Z") != nil || ISO8601.date(instant + ":00Z") != nil)
    }

    package func date(at now: Date) -> Date {
        switch self {
        case .fixed(let date): date
        case .now: now
        case .later(let span): now.addingTimeInterval(span.seconds)
        case .earlier(let span): now.addingTimeInterval(-span.seconds)
        }
    }

    package var text: String {
        switch self {
        case .fixed(let date): ISO8601.text(date)
        case .now: "now"
        case .later(let span): "now+\(span.text)"
        case .earlier(let span): "now-\(span.text)"
        }
    }
}
