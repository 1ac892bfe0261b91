extension ProgressState {
    /// Parts younger than this are no news.
    private static let notableAge = Duration.seconds(5)
    /// Cells of the bar.
    private static let barWidth = 24

    /// Two lines for a terminal, no wider than `width` columns:
    ///
    ///       287/412 files  [################........]  0:48  about 0:21 left
    ///       read 279  missing 6  refused 2   oldest report.txt: open 26 s
    package func lines(width: Int, elapsed: Duration) -> [String] {
        let counted = total.map { "\(done)/\($0)" } ?? "\(done)"
        let rest = remaining(at: elapsed).map { "  about \($0.clock) left" } ?? ""
        let first = "  \(counted) \(unit)"
        let last = "  \(elapsed.clock)\(rest)"
        // The bar takes what is left, up to its full width, and does without when that is too little to read.
        let cells = min(ProgressState.barWidth, width - Text.width(first + last) - 4)
        let bar = cells >= 8 ? total.map { "  [\(ProgressState.bar(done, of: $0, cells: cells))]" } ?? "" : ""

        var second = ends.filter { $0.count > 0 }.map { "  \($0.word) \($0.count)" }.joined()
        if let oldest = oldest(at: elapsed), oldest.age >= ProgressState.notableAge {
            let stage = ": \(oldest.stage) \(oldest.age.spoken)"
            let room = width - Text.width(second + stage) - 10
            // A long name is cut, so that the stage behind it can be read.
            if room >= 6 {
                second +=
                    "\(second.isEmpty ? "" : " ")  oldest \(Text.truncated(Text.printable(oldest.name), to: room))\(Text.printable(stage))"
            }
        }
        return [first + bar + last, second].filter { !$0.isEmpty }.map { Text.truncated($0, to: width) }
    }

    /// One line for a file or a mail: `287 of 412 files after 48 s, 279 read, 6 missing, 2 refused`.
    package func line(elapsed: Duration) -> String {
        let counted = total.map { "\(done) of \($0)" } ?? "\(done)"
        let ways = ends.filter { $0.count > 0 }.map { ", \($0.count) \($0.word)" }.joined()
        let rest = remaining(at: elapsed).map { ", about \($0.spoken) left" } ?? ""
        return "\(counted) \(unit) after \(elapsed.spoken)\(ways)\(rest)"
    }

    /// One line for a program: a JSON object with `unit`, `done`, `total` and `remaining_seconds` (null: unknown),
    /// `elapsed_seconds`, `ends` (a count for each word) and `oldest` (null: nothing is under way).
    package func json(elapsed: Duration) -> String {
        let ways = ends.map { "\(ProgressState.quoted($0.word)):\($0.count)" }.joined(separator: ",")
        let rest = remaining(at: elapsed).map { "\($0.components.seconds)" } ?? "null"
        let oldest = oldest(at: elapsed).map {
            "{\"name\":\(ProgressState.quoted($0.name)),\"stage\":\(ProgressState.quoted($0.stage)),"
                + "\"seconds\":\($0.age.components.seconds)}"
        }
        return "{\"unit\":\(ProgressState.quoted(unit)),\"done\":\(done),\"total\":\(total.map { "\($0)" } ?? "null"),"
            + "\"elapsed_seconds\":\(elapsed.components.seconds),\"remaining_seconds\":\(rest),"
            + "\"ends\":{\(ways)},\"oldest\":\(oldest ?? "null")}"
    }

    private static func bar(_ done: Int, of total: Int, cells: Int) -> String {
        let filled = total > 0 ? min(cells, Int(Double(cells) * Double(done) / Double(total))) : cells
        return String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
    }

    /// A JSON string (RFC 8259 section 7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                result += "\\u00\(scalar.value < 0x10 ? "0" : "")\(String(scalar.value, radix: 16))"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Duration {
    /// `0:48`, `12:05`, `1:02:05`; parts of a second are dropped.
    package var clock: String {
        let seconds = max(0, components.seconds)
        let minutes = seconds / 60 % 60, hours = seconds / 3_600
        let two = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
    }

    /// `48 s`, `3 min 20 s`, `1 h 5 min`: in words for a sentence, with two units at most.
    package var spoken: String {
        let seconds = max(0, components.seconds)
        if seconds < 60 { return "\(seconds) s" }
        let (large, small, words) =
            seconds < 3_600
            ? (seconds / 60, seconds % 60, ("min", "s")) : (seconds / 3_600, seconds / 60 % 60, ("h", "min"))
        return small > 0 ? "\(large) \(words.0) \(small) \(words.1)" : "\(large) \(words.0)"
    }
}
