import FoundationEssentials

/// A UTCTime or GeneralizedTime (X.680 46 and 47).
struct DERTime {
    let date: Date
    /// False for forms that DER forbids and that are read all the same: no seconds, a fraction, an offset in place of Z.
    let isDER: Bool

    /// Nil when the bytes are no time, or a time that no calendar has. A UTCTime's year 50 is 1950, its year 49 is 2049
    /// (RFC 5280 4.1.2.5.1).
    init?(tag: UInt8, _ bytes: ArraySlice<UInt8>) {
        var digits = Digits(rest: bytes)
        let year: Int
        switch tag {
        case DERTag.utcTime:
            guard let short = digits.two() else { return nil }
            year = short < 50 ? 2_000 + short : 1_900 + short
        case DERTag.generalizedTime:
            guard let century = digits.two(), let short = digits.two() else { return nil }
            year = century * 100 + short
        default: return nil
        }
        guard let month = digits.two(), let day = digits.two(), let hour = digits.two(), let minute = digits.two()
        else {
            return nil
        }
        let second = digits.two()
        let time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second ?? 0)
        let hasFraction = digits.skipFraction()
        guard time.isValid, let offset = digits.offset(), digits.rest.isEmpty else { return nil }
        date = Date(timeIntervalSince1970: Double(time.secondsSince1970 - offset.seconds))
        isDER = second != nil && !hasFraction && offset.isZ
    }

    private struct Digits {
        var rest: ArraySlice<UInt8>

        private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

        mutating func two() -> Int? {
            guard rest.count >= 2, rest.prefix(2).allSatisfy(isDigit) else { return nil }
            defer { rest = rest.dropFirst(2) }
            return rest.prefix(2).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }

        mutating func skipFraction() -> Bool {
            guard rest.first == UInt8(ascii: ".") else { return false }
            rest = rest.dropFirst().drop(while: isDigit)
            return true
        }

        /// Seconds east of Greenwich.
        mutating func offset() -> (seconds: Int, isZ: Bool)? {
            guard let sign = rest.popFirst() else { return nil }
            if sign == UInt8(ascii: "Z") { return (0, true) }
            guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = two(), let minutes = two(),
                hours <= 23, minutes <= 59
            else { return nil }
            let seconds = hours * 3_600 + minutes * 60
            return (sign == UInt8(ascii: "+") ? seconds : -seconds, false)
        }
    }
}
