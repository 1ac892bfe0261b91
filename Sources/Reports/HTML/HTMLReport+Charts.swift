import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// Pictures, made here so that they are there without a script, each with its figures as a table behind it.
extension HTMLReport {
    var charts: HTML {
        let charts = [causeChart, calendarChart].filter { !$0.markup.isEmpty }
        guard !charts.isEmpty else { return .empty }
        return "<div class=\"charts\">\n\(charts.map { "<div class=\"sheet\">\n\($0)</div>\n" as HTML })</div>\n"
    }

    /// - Parameter words: what the picture says, for those who do not see it.
    private static func figure(
        _ title: String, words: String, size: (Int, Int), _ drawing: [HTML], below: HTML = .empty, table: HTML
    ) -> HTML {
        """
        <figure>
        <figcaption>\(title)</figcaption>
        <svg viewBox="0 0 \(size.0) \(size.1)" role="img" aria-label="\(words)">
        \(drawing)</svg>
        \(below)<details>
        <summary>As a table</summary>
        \(table)</details>
        </figure>

        """
    }

    // MARK: Verdicts

    static func words(_ verdict: HostJudgement.Verdict) -> String {
        switch verdict {
        case .met: "baseline met"
        case .metWithWaivers: "met with waivers"
        case .failing: "failing"
        case .undecided: "undecided: something could not be told"
        case .notJudged: "not audited"
        }
    }

    /// All hosts as one bar, parted by verdict.
    var verdictBar: HTML {
        let counts = HostJudgement.Verdict.allCases.map { ($0, summary.verdicts[$0] ?? 0) }.filter { $0.1 > 0 }
        let whole = counts.reduce(0) { $0 + $1.1 }
        guard whole > 0 else { return .empty }
        var left = 0.0
        var bars: [HTML] = []
        for (verdict, count) in counts {
            let width = 1000 * Double(count) / Double(whole)
            bars.append(
                "<rect class=\"f-\(verdict.rawValue)\" x=\"\(left)\" y=\"0\" width=\"\(width)\" height=\"10\"/>\n")
            if left > 0 { bars.append("<path class=\"hatch\" d=\"M\(left) 0V10\"/>\n") }
            left += width
        }
        let legend = counts.map { verdict, count -> HTML in
            """
            <li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="f-\(verdict.rawValue)" width="10" \
            height="10"/></svg><a href="#verdict=\(verdict.rawValue)">\(count) \(Self.words(verdict))</a></li>

            """
        }
        return """
            <div class="share">
            <svg viewBox="0 0 1000 10" preserveAspectRatio="none" height="10" aria-hidden="true" class="strip">
            \(bars)</svg>
            <ul class="legend">
            \(legend)</ul>
            </div>

            """
    }

    // MARK: Over time

    private struct Point {
        let day: String
        let moment: Double
        let figures: RunFigures
    }

    /// Runs at most that are drawn; of more, some are left out evenly.
    private static let mostPoints = 300

    /// Shares over the runs of the series; nothing on the first run.
    var trendChart: HTML {
        var runs = summary.trend.series.map { ($0.started, $0.figures) }
        guard !runs.isEmpty else { return .empty }
        runs.append((result.started, summary.figures))
        let all = runs.filter { $0.1.judged > 0 }
            .map { Point(day: Self.day($0.0), moment: $0.0.timeIntervalSince1970, figures: $0.1) }
        guard all.count > 1, let first = all.first, let last = all.last else { return .empty }
        let step = (all.count + Self.mostPoints - 1) / Self.mostPoints
        let points = all.enumerated().filter { (all.count - 1 - $0.offset) % step == 0 }.map(\.element)
        let (width, height, left, right, top, bottom) = (460.0, 200.0, 38.0, 132.0, 8.0, 24.0)
        let span = max(last.moment - first.moment, 1)
        func x(_ point: Point) -> Double { left + (width - left - right) * (point.moment - first.moment) / span }
        func y(_ share: Double) -> Double { top + (height - top - bottom) * (1 - share) }
        let hasWaivers = points.contains { $0.figures.metWithWaivers != $0.figures.met }
        var lines: [(title: String, kind: String, count: (RunFigures) -> Int)] = [
            ("met", "line-met", \.met), ("broken", "line-broken", \.broken),
        ]
        if hasWaivers { lines.insert(("with waivers", "line-waivers", \.metWithWaivers), at: 0) }
        func share(_ line: (RunFigures) -> Int, _ figures: RunFigures) -> Double {
            Double(line(figures)) / Double(max(figures.judged, 1))
        }
        var drawing = [0, 25, 50, 75, 100].map { percent -> HTML in
            let line = y(Double(percent) / 100)
            let kind = percent == 0 ? "base" : "axis"
            return """
                <path class="\(kind)" d="M\(left) \(line)H\(width - right)"/>
                <text class="end" x="\(left - 6)" y="\(line + 4)">\(percent) %</text>

                """
        }
        for (place, point) in [(left, first), (width - right, last)] {
            let anchor = place == left ? "" : "end"
            drawing.append("<text class=\"\(anchor)\" x=\"\(place)\" y=\"\(height - 6)\">\(point.day)</text>\n")
        }
        var labels = lines.map {
            (
                $0.title, y(share($0.count, last.figures)),
                share: Self.share($0.count(last.figures), of: last.figures.judged)
            )
        }
        .sorted { $0.1 < $1.1 }
        // Names of lines that end close together are moved apart.
        for index in labels.indices.dropFirst() { labels[index].1 = max(labels[index].1, labels[index - 1].1 + 13) }
        let over = max(0, (labels.last?.1 ?? 0) - (height - bottom))
        for line in lines {
            let path = points.enumerated().map { index, point -> HTML in
                "\(index == 0 ? "M" : "L")\(x(point)) \(y(share(line.count, point.figures)))"
            }
            drawing.append("<path class=\"\(line.kind)\" d=\"\(path)\"/>\n")
        }
        for label in labels {
            drawing.append(
                "<text class=\"label\" x=\"\(width - right + 8)\" y=\"\(label.1 - over + 4)\">\(label.0) \(label.share)</text>\n"
            )
        }
        let rows = points.reversed().prefix(60).map { point in
            ["\(point.day)", "\(point.figures.judged)"]
                + lines.map { line -> HTML in
                    "\(line.count(point.figures)) (\(Self.share(line.count(point.figures), of: point.figures.judged)))"
                }
        }
        let cut = points.count > 60 ? "the last 60 of \(all.count) runs" : "\(all.count) runs"
        return Self.figure(
            "Baseline met and Remote Desktop broken, of hosts judged",
            words: "From \(first.day) to \(last.day), \(all.count) runs. Now "
                + labels.map { "\($0.0) \($0.share)" }.joined(separator: ", ") + ".",
            size: (Int(width), Int(height)), drawing,
            table: Self.table(
                [("Run", false), ("Judged", true)] + lines.map { ("\($0.title)" as HTML, true) }, rows,
                caption: "Hosts by run, \(cut)"))
    }

    // MARK: Causes

    private var causeChart: HTML {
        let causes = summary.causes.sorted { ($1.failureCount, $0.id) < ($0.failureCount, $1.id) }.prefix(10)
        guard let most = causes.first?.failureCount else { return .empty }
        let drawing = causes.enumerated().map { index, cause -> HTML in
            let top = Double(index) * 34
            let width = max(2, 420 * Double(cause.failureCount) / Double(most))
            return """
                <a href="#cause-\(cause.id)"><text class="label" x="0" y="\(top + 11)">\
                \(Self.cut("\(cause.control.id) \(cause.title)", 76))</text></a>
                <rect class="f-\(cause.control.severity.rawValue)" x="0" y="\(top + 16)" width="\(width)" height="9" rx="1"/>
                <text x="\(width + 6)" y="\(top + 24)">\(cause.failureCount), \(cause.control.severity.rawValue)</text>

                """
        }
        let covered = causes.reduce(0) { $0 + $1.failureCount }
        let rows = causes.map { cause -> [HTML] in
            [
                "\(cause.control.id) \(cause.title)", "\(cause.control.severity.rawValue)", "\(cause.hosts.count)",
                "\(cause.failureCount)",
            ]
        }
        return Self.figure(
            "Causes with the most open failures",
            words:
                "\(FleetSummary.counted(causes.count, "cause")) behind \(covered) of \(summary.failureCount) open failures",
            size: (520, causes.count * 34), drawing,
            table: Self.table(
                [("Cause", false), ("Severity", false), ("Hosts", true), ("Failures", true)], rows))
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }

    // MARK: Certificates

    /// Days of the coming year on which served certificates end, a row for each month.
    var calendarChart: HTML {
        let entries = summary.certificates.entries
        guard !entries.isEmpty else { return .empty }
        let today = Self.civil(result.judgedAt)
        let months = (0..<13).map { offset -> (year: Int, month: Int) in
            let month = today.month - 1 + offset
            return (today.year + month / 12, month % 12 + 1)
        }
        var days: [Int: Int] = [:]
        var later = 0
        for entry in entries where entry.daysLeft >= 0 {
            guard let end = entry.certificate.notAfter else { continue }
            let civil = Self.civil(end)
            if let row = months.firstIndex(where: { $0 == (civil.year, civil.month) }) {
                days[row * 32 + civil.day, default: 0] += 1
            } else {
                later += 1
            }
        }
        let most = days.values.max() ?? 1
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var drawing: [HTML] = [1, 5, 10, 15, 20, 25, 30].map {
            "<text class=\"mid\" x=\"\(56 + 15 * ($0 - 1) + 7)\" y=\"9\">\($0)</text>\n"
        }
        var rows: [[HTML]] = []
        for (row, month) in months.enumerated() {
            let top = 14 + 17 * row
            var total = 0
            var cells: [HTML] = []
            for day in 1...Self.days(in: month.month, of: month.year) {
                let x = 56 + 15 * (day - 1)
                let count = days[row * 32 + day] ?? 0
                total += count
                let level = count == 0 ? "none" : "end-\(1 + 3 * (count - 1) / max(most - 1, 1))"
                let isPast = row == 0 && day < today.day
                cells.append(
                    "<rect class=\"day \(isPast ? "past" : level)\" x=\"\(x)\" y=\"\(top)\" width=\"14\" height=\"15\"/>"
                )
                if count > 0 {
                    cells.append(
                        "<text class=\"mid day-count\" x=\"\(x + 7)\" y=\"\(top + 11)\">\(count > 99 ? "99+" : String(count))</text>"
                    )
                }
            }
            let name = "\(names[month.month - 1]) \(month.year)"
            drawing.append("<text class=\"end label\" x=\"50\" y=\"\(top + 11)\">\(name)</text>\(cells)\n")
            if total > 0 { rows.append(["\(name)", "\(total)"]) }
        }
        let counts = summary.certificates.counts
        let expired = counts[.expired] ?? 0
        rows = [["Expired", "\(expired)"]] + rows + [["Later", "\(later)"]]
        let soon = [CertificateCalendar.Span.week, .month, .quarter].reduce(0) { $0 + (counts[$1] ?? 0) }
        return Self.figure(
            "When served certificates end",
            words: "\(expired) expired, \(soon) end within 90 days, \(later) after the 13 months shown",
            size: (526, 14 + 17 * months.count), drawing,
            below: "<p class=\"small\">\(expired) expired already; \(later) end after the months shown.</p>\n",
            table: Self.table([("Month", false), ("Certificates", true)], rows))
    }

    private static func civil(_ date: Date) -> (year: Int, month: Int, day: Int) {
        let parts = day(date).split(separator: "-").compactMap { Int($0) }
        return parts.count == 3 ? (parts[0], parts[1], parts[2]) : (1, 1, 1)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
