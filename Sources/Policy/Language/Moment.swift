import Formats
package import FoundationEssentials
import HostFacts

/// A point in time in a policy: a date, or one counted from the moment of judging (`now`, `now+30d`, `now-12h`).
package enum Moment: Sendable, Hashable {
    case fixed(Date)
    /// Seconds after (before, when negative) the moment of judging.
    case relative(Double)

    /// `now`, `now+30d`, `now-12h`, `2027-01-15`, `2027-01-15T00:00:00Z`; a date without a time is its first moment, UTC.
    package init?(_ text: String) {
        if text == "now" {
            self = .relative(0)
        } else if text.hasPrefix("now+") || text.hasPrefix("now-") {
            guard let unit = text.last, let seconds = ["d": 86_400.0, "h": 3_600.0, "m": 60.0][unit],
                let count = UInt32(digits: text.utf8.dropFirst(4).dropLast()), count <= 100_000
            else { return nil }
            self = .relative((text.hasPrefix("now-") ? -1 : 1) * Double(count) * seconds)
        } else {
            guard let date = ISO8601.date(text) ?? ISO8601.day(text) else { return nil }
            self = .fixed(date)
        }
    }

    package func date(at now: Date) -> Date {
        switch self {
        case .fixed(let date): date
        case .relative(let seconds): now.addingTimeInterval(seconds)
        }
    }

    package var text: String {
        switch self {
        case .fixed(let date): ISO8601.text(date)
        case .relative(0): "now"
        case .relative(let seconds): (seconds < 0 ? "now-" : "now+") + Self.span(Int(abs(seconds)))
        }
    }

    /// In the largest unit that is exact.
    private static func span(_ seconds: Int) -> String {
        func counted(_ count: Int, _ unit: String) -> String { count == 1 ? "1 \(unit)" : "\(count) \(unit)s" }
        if seconds.isMultiple(of: 86_400) { return counted(seconds / 86_400, "day") }
        if seconds.isMultiple(of: 3_600) { return counted(seconds / 3_600, "hour") }
        return counted(seconds / 60, "minute")
    }
}
