package import FoundationEssentials

/// Instants as ISO 8601 text in UTC, in the one form that sorts as text: `2026-11-20T02:00:00Z`.
package enum ISO8601 {
    /// The instant with whole seconds, rounded down; years 1 to 9999, others at their border.
    package static func text(_ date: Date) -> String {
        let civil = CivilTime(secondsSince1970: seconds(date))
        return String(unsafeUninitializedCapacity: 20) { out in
            var at = 0
            func put(_ value: Int, _ digits: Int, _ separator: Unicode.Scalar) {
                var rest = value
                for place in stride(from: at + digits - 1, through: at, by: -1) {
                    out[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                out[at + digits] = UInt8(ascii: separator)
                at += digits + 1
            }
            put(civil.year, 4, "-")
            put(civil.month, 2, "-")
            put(civil.day, 2, "T")
            put(civil.hour, 2, ":")
            put(civil.minute, 2, ":")
            put(civil.second, 2, "Z")
            return at
        }
    }

    private static let first = CivilTime(year: 1, month: 1, day: 1).secondsSince1970
    private static let last = CivilTime(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59)
        .secondsSince1970

    private static func seconds(_ date: Date) -> Int {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        return seconds.isNaN ? first : Int(min(max(seconds, Double(first)), Double(last)))
    }

    /// Reads `2026-11-20T02:00:00Z`, also with a fraction of a second and with an offset such as `+01:00` in place of
    /// the `Z`; nil for everything else, and for days and times that do not exist.
    package static func date(_ text: String) -> Date? {
        var reader = DigitReader(text)
        guard let civil = reader.day(), reader.skip("T"), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2)
        else { return nil }
        var time = civil
        (time.hour, time.minute, time.second) = (hour, minute, second)
        guard time.isValid, let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd else {
            return nil
        }
        return Date(timeIntervalSince1970: Double(time.secondsSince1970 - offset) + fraction)
    }

    /// Reads a day, `2027-03-31`: the instant at which it starts in UTC.
    package static func day(_ text: String) -> Date? {
        var reader = DigitReader(text)
        guard let civil = reader.day(), civil.isValid, reader.isAtEnd else { return nil }
        return Date(timeIntervalSince1970: Double(civil.secondsSince1970))
    }
}

/// Takes numbers of fixed width and separators from a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ separator: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: separator) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digit() -> Int? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - UInt8(ascii: "0"))
    }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func day() -> CivilTime? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else { return nil }
        return CivilTime(year: year, month: month, day: day)
    }

    /// Zero when there is none, nil when a point has no digit behind it.
    mutating func fraction() -> Double? {
        guard skip(".") else { return 0 }
        guard let first = digit() else { return nil }
        var value = Double(first) / 10, scale = 0.01
        while let digit = digit() {
            value += Double(digit) * scale
            scale /= 10
        }
        // Never so near to the next second that a date of the year 9999 would be rounded up to it.
        return min(value, 0.9999)
    }

    /// Seconds east of Greenwich.
    mutating func offset() -> Int? {
        if skip("Z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours <= 23, minutes <= 59 else {
            return nil
        }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
