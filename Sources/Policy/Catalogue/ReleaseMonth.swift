import Formats
package import FoundationEssentials
import HostFacts

/// The month of a release, `2026-02`.
package struct ReleaseMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    /// 1 to 12.
    package let month: Int

    private static let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// Reads `2026-02`.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2, let year = UInt32(digits: parts[0]),
            let month = UInt32(digits: parts[1]), (1...12).contains(month), (2000...2999).contains(year)
        else { return nil }
        self.init(year: Int(year), month: Int(month))
    }

    /// Reads what monthly documents call themselves: `2026-Feb`, and `2017-May-B` for a second one of the month.
    package init?(document id: String) {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts[0].utf8.count == 4, let year = UInt32(digits: parts[0].utf8),
            (2000...2999).contains(year), let month = Self.names.firstIndex(of: parts[1].lowercased()),
            parts.count == 2 || (1...8).contains(parts[2].utf8.count) && parts[2].utf8.allSatisfy(\.isLetterOrDigit)
        else { return nil }
        self.init(year: Int(year), month: month + 1)
    }

    package var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package var next: ReleaseMonth {
        month == 12 ? ReleaseMonth(year: year + 1, month: 1) : ReleaseMonth(year: year, month: month + 1)
    }

    /// The start of its last day, UTC.
    package var lastDay: Date {
        (ISO8601.day("\(next)-01") ?? .distantPast).addingTimeInterval(-86_400)
    }

    package static func < (left: ReleaseMonth, right: ReleaseMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
