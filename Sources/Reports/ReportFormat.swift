import Formats
package import Policy

/// Every kind of report, and how it is made.
package enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case html
    case markdown
    case findings = "findings-csv"
    case hosts = "hosts-csv"
    case certificates = "certificates-csv"
    case updates = "updates-csv"
    case actionPlan = "action-plan-csv"
    case changes = "changes-csv"
    case waivers = "waivers-csv"
    case json
    case junit
    case sarif
    case prometheus

    /// What the file is called where nobody says otherwise.
    package var fileName: String {
        switch self {
        case .markdown: "report.md"
        case .findings: "findings.csv"
        case .hosts: "hosts.csv"
        case .json: "results.json"
        case .junit: "junit.xml"
        case .sarif: "report.sarif"
        case .prometheus: "fleetaudit.prom"
        case .html: HTMLReport.fileName
        case .certificates: "certificates.csv"
        case .updates: "updates.csv"
        case .actionPlan: "action-plan.csv"
        case .changes: "changes.csv"
        case .waivers: "waivers.csv"
        }
    }

    /// Those of a run of which nobody said what to write, in the order in which the terminal lists them.
    package static let usual: [ReportFormat] = [.html, .markdown, .actionPlan, .findings, .hosts, .json]

    /// Others than the owner may read it: it holds counts and names of groups only, and programs of other users collect it.
    package var isPublic: Bool { self == .prometheus }

    /// Makes the report piece by piece, because the findings of a large fleet do not fit the memory.
    ///
    /// - Parameters:
    ///   - byteOrderMark: tells spreadsheets that a CSV file is UTF-8.
    ///   - exitCode: with which the run ends; `nil` when that is not known.
    ///   - sink: gets every piece in order, and says when no more can be taken.
    package func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true, exitCode: Int? = nil,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        switch self {
        case .markdown: try MarkdownReport.render(result, summary, to: sink)
        case .findings: try FindingsCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .hosts: try HostsCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .json: try ResultsJSON.render(result, summary, to: sink)
        case .junit: try JUnitReport.render(result, summary, to: sink)
        case .sarif: try SARIFReport.render(result, summary, to: sink)
        case .prometheus: try PrometheusReport.render(result, summary, exitCode: exitCode, to: sink)
        case .html: try HTMLReport.render(result, summary, to: sink)
        case .certificates: try CertificatesCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .updates: try UpdatesCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .actionPlan: try ActionPlanCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .changes: try ChangesCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        case .waivers: try WaiversCSV.render(result, summary, byteOrderMark: byteOrderMark, to: sink)
        }
    }
}
