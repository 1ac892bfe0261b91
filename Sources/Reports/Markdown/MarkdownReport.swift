import Formats
package import Policy

/// The report as Markdown: one page for a manager, then everything behind it. Long lists are folded, never cut; what a
/// large fleet leaves to the tables says how much it is, and where.
package struct MarkdownReport {
    let result: AuditResult
    let summary: FleetSummary
    private var text: [UInt8] = []

    private init(_ result: AuditResult, _ summary: FleetSummary) {
        self.result = result
        self.summary = summary
    }

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var report = MarkdownReport(result, summary)
        report.pageOne()
        report.add("---", "")
        report.groups()
        try report.flush(to: sink)
        report.causes()
        try report.flush(to: sink)
        report.controls()
        report.hosts()
        try report.flush(to: sink)
        report.notAudited()
        report.waivers()
        report.certificates()
        report.method()
        try report.flush(to: sink)
    }

    private mutating func flush<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        try sink(text)
        text.removeAll(keepingCapacity: true)
    }

    // MARK: Limits

    /// Names in a folded list; longer ones stand in the tables.
    static let listedHosts = 2_000
    /// Rows of a folded table.
    static let listedRows = 2_000

    // MARK: Pieces

    /// Each text is a line of its own.
    mutating func add(_ lines: String...) { add(lines) }

    mutating func add(_ lines: [String]) {
        for line in lines {
            text.append(contentsOf: line.utf8)
            text.append(UInt8(ascii: "\n"))
        }
    }

    mutating func block(_ commands: [String]) {
        add(MarkdownText.block(commands, language: "powershell") + [""])
    }

    /// - Parameters:
    ///   - header: names of the columns.
    ///   - alignRight: columns of numbers.
    ///   - rows: Markdown, a cell each.
    mutating func table(_ header: [String], alignRight: Set<Int> = [], _ rows: [[String]]) {
        add(Self.tableLines(header, alignRight, rows) + [""])
    }

    static func tableLines(_ header: [String], _ alignRight: Set<Int>, _ rows: [[String]]) -> [String] {
        let ruler = header.indices.map { alignRight.contains($0) ? "---:" : "---" }
        return ([header, ruler] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    }

    /// What people open when they want it.
    ///
    /// - Parameter title: plain text of any origin.
    mutating func fold(_ title: String, _ content: (inout MarkdownReport) -> Void) {
        add("<details><summary>\(HTMLText.escaped(title))</summary>", "")
        content(&self)
        add("</details>", "")
    }

    /// The first rows open, all others folded.
    ///
    /// - Parameter elsewhere: the file that holds the rows beyond ``listedRows``.
    mutating func folded(
        _ header: [String], alignRight: Set<Int> = [], _ rows: [[String]], visible: Int, elsewhere: String
    ) {
        table(header, alignRight: alignRight, Array(rows.prefix(visible)))
        let rest = rows.dropFirst(visible)
        guard !rest.isEmpty else { return }
        fold("\(rest.count) more") { report in
            report.table(header, alignRight: alignRight, Array(rest.prefix(Self.listedRows)))
            let beyond = rest.count - Self.listedRows
            if beyond > 0 { report.add("\(beyond) more stand in `\(elsewhere)`.", "") }
        }
    }

    /// Names of hosts in a paragraph: folded when they are many, elsewhere when they are too many to read.
    mutating func hostList(_ hosts: [String], atMost limit: Int, elsewhere: String) {
        guard hosts.count > 8 else {
            add("Hosts: \(Self.names(hosts))", "")
            return
        }
        guard hosts.count <= limit else {
            add("\(hosts.count) hosts: they stand in \(elsewhere).", "")
            return
        }
        fold("\(hosts.count) hosts") { $0.add(Self.names(hosts), "") }
    }

    static func names(_ hosts: [String]) -> String {
        hosts.map { MarkdownText.escaped($0) }.joined(separator: ", ")
    }
}
