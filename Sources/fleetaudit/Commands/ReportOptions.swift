import Console
import FoundationEssentials
import Reports

/// One report that somebody asked for: `markdown`, or `html=/srv/www/rdp.html`.
struct ReportRequest: ArgumentValue, Hashable {
    let format: ReportFormat
    /// Where it goes; `nil`: into the run's folder, under the format's usual name. `-` is standard output.
    let path: String?

    init(_ format: ReportFormat, path: String? = nil) {
        self.format = format
        self.path = path
    }

    init(argument: String) throws(InvalidArgument) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let format = ReportFormat(rawValue: parts[0]) else {
            throw InvalidArgument("is not one of \(Self.choices.joined(separator: ", ")), with or without =PATH")
        }
        guard parts.count == 2 else {
            self.init(format)
            return
        }
        guard !parts[1].isEmpty else { throw InvalidArgument("names no path behind the =") }
        self.init(format, path: parts[1])
    }

    var argument: String { format.rawValue + (path.map { "=\($0)" } ?? "") }
    static var placeholder: String { "format[=path]" }
    static var choices: [String] { ReportFormat.allCases.map(\.rawValue) }

    var isStandardOutput: Bool { path == "-" }
}

extension Redaction.Level: ArgumentValue {}

/// What is written of a result, and how: shared by every command that writes reports.
struct ReportOptions: ParameterSet {
    var requests: [ReportRequest] = []
    var redaction: Redaction.Level?
    var byteOrderMark = true

    static var parameters: ParameterList<ReportOptions> {
        Option(
            \.requests, "--report", value: "format[=path]",
            help:
                "Write this report (repeatable) instead of the usual ones, into the run's folder or to a path; '-' is standard output.",
            completion: .words(ReportRequest.choices))
        Option(
            \.redaction, "--redact",
            help:
                "Write copies that may travel: without addresses, accounts and certificates, or without names as well.")
        Flag(\.byteOrderMark, "--csv-bom", negatable: true, help: "Begin CSV files with a byte order mark.")
    }

    func validate() throws(UsageError) {
        if requests.count(where: \.isStandardOutput) > 1 {
            throw UsageError("--report: only one report can go to standard output")
        }
        var places: Set<String> = []
        for request in requests
        where !places.insert(
            request.path.map { ReportPlace($0, of: request.format).path } ?? request.format.fileName
        ).inserted {
            throw UsageError("--report: '\(request.argument)' would overwrite another report")
        }
    }

    /// What was asked for, or what is usual.
    var asked: [ReportRequest] { requests.isEmpty ? ReportFormat.usual.map { ReportRequest($0) } : requests }

    /// Standard output holds a report, so nothing else may go there.
    var usesStandardOutput: Bool { requests.contains(where: \.isStandardOutput) }
}
