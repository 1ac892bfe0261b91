import Collection
import Console
import Drift
import EventLoop
import Policy
import Reports

/// What follows every judging: reports, the summary on the terminal, and the exit code.
struct ResultTelling {
    let result: AuditResult
    let trend: RunTrend
    let failOn: JudgingOptions.FailOn
    let reports: ReportOptions
    /// Where reports without a path of their own go.
    let folder: RunFolder?
    /// What else lies in that folder.
    var otherFiles: [String] = []
    var isQuiet = false
    /// Only what was written is told: the summary was told when the run ended.
    var isBrief = false
    /// Who else is told.
    var notification: Notification?

    func tell(on output: Output) async throws -> ExitCode {
        let summary = FleetSummary(result, trend: trend)
        let code = ReportWriting.exitCode(summary, threshold: failOn.threshold)
        var files: [String] = []
        if folder != nil || !reports.requests.isEmpty {
            let (told, figures) = await shown(summary)
            let writing = ReportWriting(
                result: told, summary: figures, options: reports, exitCode: code, folder: folder)
            try await writing.write(to: output)
            files = writing.files
        }
        let page = TerminalSummary(
            result: result, summary: summary, folder: folder?.path, files: files + otherFiles,
            usesStandardError: reports.usesStandardOutput)
        if isBrief {
            if !isQuiet { told(files, on: output) }
        } else if !isQuiet {
            page.print(on: output, exitCode: code, failOn: failOn)
        } else if code != .success {
            page.printBrief(on: output, exitCode: code, failOn: failOn)
        }
        try await notification?.tell(result, summary, code, folder: folder?.path, on: output)
        return code
    }

    private func told(_ files: [String], on output: Output) {
        let page = SummaryPage(output: output, usesStandardError: reports.usesStandardOutput)
        for file in files { page.line("\(folder.map { "\($0.path)/\(file)" } ?? file)") }
        for request in reports.requests where !request.isStandardOutput {
            if let path = request.path { page.line("\(ReportPlace(path, of: request.format).path)") }
        }
    }

    /// What reports may show: all of it, or the copy that may travel.
    private func shown(_ summary: FleetSummary) async -> (AuditResult, FleetSummary) {
        guard let level = reports.redaction else { return (result, summary) }
        return await offLoop {
            let (copy, trend) = Redaction(level).redacted(result, trend)
            return (copy, FleetSummary(copy, trend: trend))
        }
    }
}
