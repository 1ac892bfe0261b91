/// Durations as people write them: `500ms`, `90s`, `5m`, `2h`, `7d`, or several units from large to small, `1h30m`.
extension Duration: ArgumentValue {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// A number without a unit is refused (seconds? minutes?), except 0.
    package init(argument: String) throws(InvalidArgument) {
        if argument == "0" {
            self = .zero
            return
        }
        var rest = argument[...]
        var total: Int64 = 0
        var smallest = Duration.units.startIndex
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard !digits.isEmpty, let unit = Duration.units[smallest...].firstIndex(where: { $0.name == name }) else {
                throw InvalidArgument("is not a duration such as 90s, 5m, 2h or 1h30m")
            }
            smallest = unit + 1
            let (part, partOverflows) = (Int64(digits) ?? .max)
                .multipliedReportingOverflow(by: Duration.units[unit].milliseconds)
            let (sum, sumOverflows) = total.addingReportingOverflow(part)
            guard !partOverflows, !sumOverflows, sum <= 100 * 366 * Duration.units[0].milliseconds else {
                throw InvalidArgument("is longer than a century")
            }
            total = sum
        }
        guard !argument.isEmpty else { throw InvalidArgument("is empty") }
        self = .milliseconds(total)
    }

    /// The largest units that say it exactly, such as `1m30s`; parts of a millisecond are dropped.
    package var argument: String {
        var rest =
            min(max(0, components.seconds), .max / 1_001) * 1_000 + max(0, components.attoseconds)
            / 1_000_000_000_000_000
        guard rest > 0 else { return "0" }
        var text = ""
        for unit in Duration.units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    package static var placeholder: String { "duration" }
}
