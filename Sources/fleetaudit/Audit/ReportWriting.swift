import Collection
import Console
import EventLoop
import FoundationEssentials
import Policy
import Reports

/// Writes a result's reports into its run folder and says on the terminal what they say.
enum ReportWriting {
    /// Names of the files, in the order in which the terminal lists them.
    static let files = ["report.md", "findings.csv", "hosts.csv", "results.json"]

    static func write(_ result: AuditResult, _ summary: FleetSummary, to folder: RunFolder) async throws {
        let contents = await offLoop {
            [
                MarkdownReport.render(result, summary), FindingsCSV.render(result), HostsCSV.render(result),
                ResultsJSON.render(result, summary),
            ]
        }
        for (name, bytes) in zip(files, contents) {
            try made { () throws(SnapshotError) in try folder.write(bytes, to: name) }
        }
    }

    /// The exit code: drift at or above the threshold, and whether anything could not be told.
    static func exitCode(_ result: AuditResult, _ summary: FleetSummary, threshold: Severity?) -> ExitCode {
        let hasDrift = threshold.map { threshold in
            summary.openFailures.contains { $0.key >= threshold && $0.value > 0 }
        }
        return .verdict(
            hasDrift: hasDrift ?? false, isIncomplete: !summary.notAudited.isEmpty || !summary.partlyAudited.isEmpty)
    }
}
