import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `report.html`: the whole report in one file that asks nobody for anything.
///
/// Page one and everything of bounded size is finished markup; hosts stand once, as JSON, and are drawn by the script when
/// somebody looks. The page's own policy lets nothing run, load or style but the one script and the one style sheet.
package struct HTMLReport {
    package static let fileName = "report.html"

    let result: AuditResult
    let summary: FleetSummary

    /// Hands the document over in pieces, so that it never stands in memory whole.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let report = HTMLReport(result: result, summary: summary)
        try write(Array(report.head.markup.utf8))
        try write(PackageResources.report_css)
        try write(Array(report.beginning.markup.utf8))
        for view in [report.overview, report.causes, report.groups, report.controls, report.hosts] {
            try write(Array(view.markup.utf8))
        }
        for view in [report.certificates, report.notAudited, report.waivers, report.method] {
            try write(Array(view.markup.utf8))
        }
        try write(
            Array(("</main>\n\(report.foot)<script type=\"application/json\" id=\"data\">\n" as HTML).markup.utf8))
        try HTMLData.write(result, summary, to: write)
        try write(Array("</script>\n<script>".utf8))
        try write(PackageResources.report_js)
        try write(Array("</script>\n</body>\n</html>\n".utf8))
    }

    // MARK: Frame

    /// Up to the style sheet.
    private var head: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="fleetaudit \(result.programVersion)">
        <title>Remote Desktop audit, \(FleetSummary.hosts(summary.hostCount)), \(Self.minute(result.started))</title>
        <style>
        """
    }

    /// Nothing may be loaded, run, sent or styled but what stands in this file, and no text may become markup.
    private static let policy: String = {
        func source(_ bytes: [UInt8]) -> String { "'sha256-" + Base64.encode(Digest.sha256(bytes).bytes) + "'" }
        return [
            "default-src 'none'", "style-src " + source(PackageResources.report_css),
            "script-src " + source(PackageResources.report_js), "base-uri 'none'", "form-action 'none'",
            "require-trusted-types-for 'script'", "trusted-types 'none'",
        ].joined(separator: "; ")
    }()

    /// From the end of the style sheet to the first view.
    private var beginning: HTML {
        let views: [(id: String, title: String, count: Int?)] = [
            ("overview", "Overview", nil), ("causes", "Causes", summary.causes.count),
            ("groups", "Groups", max(0, summary.groups.count - 1)),
            ("controls", "Controls", result.baseline.controls.count),
            ("hosts", "Hosts", summary.hostCount), ("certificates", "Certificates", nil),
            ("not-audited", "Not audited", summary.notAudited.count), ("waivers", "Waivers", summary.waivers.count),
            ("method", "Method", nil),
        ]
        let links = views.map { view -> HTML in
            let count: HTML = view.count.map { " <span class=\"n\">\($0)</span>" } ?? .empty
            return "<li><a href=\"#\(view.id)\">\(view.title)\(count)</a></li>\n"
        }
        return """
            </style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header class="bar">
            <div>
            <h1>Remote Desktop audit</h1>
            <p>\(FleetSummary.hosts(summary.hostCount)), asked \(Self.minute(result.started)), held against \
            \(result.baseline.name) \(result.baseline.version): \(result.baseline.title)</p>
            </div>
            <button type="button" id="theme" class="needs-script" hidden>Theme: as the system</button>
            </header>
            <nav aria-label="Views">
            <ul>
            \(links)</ul>
            </nav>
            <main id="main" tabindex="-1">

            """
    }

    private var foot: HTML {
        """
        <footer class="foot">
        <p>fleetaudit \(result.programVersion), run \(result.run). This file names hosts and what is wrong with them: keep it \
        as you keep an inventory of weaknesses.</p>
        </footer>

        """
    }

    // MARK: Pieces

    /// A view with its heading.
    static func view(_ id: String, _ title: String, intro: HTML = .empty, _ content: HTML) -> HTML {
        let intro: HTML = intro.markup.isEmpty ? .empty : "<p class=\"intro\">\(intro)</p>\n"
        return """
            <section class="view" id="\(id)" aria-labelledby="\(id)-title">
            <h2 id="\(id)-title" tabindex="-1">\(title)</h2>
            \(intro)<div class="sheet">
            \(content)</div>
            </section>

            """
    }

    /// A table whose columns say where their numbers stand.
    ///
    /// - Parameter columns: a title, and whether the column is one of numbers.
    static func table(
        _ columns: [(title: HTML, isNumber: Bool)], _ rows: [[HTML]], caption: HTML = .empty, kind: String = "",
        total: [HTML] = []
    ) -> HTML {
        func cells(_ row: [HTML]) -> [HTML] {
            row.enumerated().map { index, cell in
                let kind = columns[index].isNumber ? " class=\"num\"" as HTML : .empty
                return index == 0 ? "<th scope=\"row\"\(kind)>\(cell)</th>" : "<td\(kind)>\(cell)</td>"
            }
        }
        let heads = columns.map { column -> HTML in
            "<th scope=\"col\"\(column.isNumber ? " class=\"num\"" as HTML : .empty)>\(column.title)</th>"
        }
        let body = rows.map { "<tr>\(cells($0))</tr>\n" as HTML }
        let sum: HTML = total.isEmpty ? .empty : "<tfoot>\n<tr>\(cells(total))</tr>\n</tfoot>\n"
        let title: HTML = caption.markup.isEmpty ? .empty : "<caption>\(caption)</caption>\n"
        return """
            <div class="wide">
            <table class="\(kind)">
            \(title)<thead>
            <tr>\(heads)</tr>
            </thead>
            <tbody>
            \(body)</tbody>
            \(sum)</table>
            </div>

            """
    }

    static func minute(_ date: Date) -> String {
        ISO8601.text(date).prefix(16).replacing("T", with: " ") + " UTC"
    }

    static func day(_ date: Date) -> String { String(ISO8601.text(date).prefix(10)) }

    /// `62.8 %`; `-` of nothing.
    static func share(_ count: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        let tenths = (count * 1000 + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// A severity in words that carry its colour.
    static func severity(_ severity: Severity) -> HTML {
        "<span class=\"tag \(severity.rawValue)\">\(severity.rawValue)</span>"
    }
}

extension Consequence {
    /// `breaks`
    var word: String { self == .breaks ? "breaks" : "exposes" }
}
