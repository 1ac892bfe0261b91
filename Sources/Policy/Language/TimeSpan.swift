import HostFacts

/// A span of time in a policy: `30d`, `12h`, `90m`.
package struct TimeSpan: Sendable, Hashable {
    private let minutes: Int

    package var seconds: Double { Double(minutes) * 60 }

    /// A whole number with `d`, `h` or `m` behind it; at most 100,000 of them.
    package init?(_ text: some StringProtocol) {
        guard let unit = text.last, let minutes = ["d": 1_440, "h": 60, "m": 1][unit],
            let count = UInt32(digits: text.utf8.dropLast()), count <= 100_000
        else { return nil }
        self.minutes = Int(count) * minutes
    }

    /// In the largest unit that is exact: `30 days`.
    package var text: String {
        func counted(_ count: Int, _ unit: String) -> String { count == 1 ? "1 \(unit)" : "\(count) \(unit)s" }
        if minutes.isMultiple(of: 1_440) { return counted(minutes / 1_440, "day") }
        if minutes.isMultiple(of: 60) { return counted(minutes / 60, "hour") }
        return counted(minutes, "minute")
    }
}
