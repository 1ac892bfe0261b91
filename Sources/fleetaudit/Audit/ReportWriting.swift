import Collection
import Console
import EventLoop
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// Writes a result's reports into its run folder and says on the terminal what they say.
enum ReportWriting {
    /// Names of the files, in the order in which the terminal lists them.
    static let files = written + ["remediation/plan.md"]
    private static let written = ["report.md", "findings.csv", "hosts.csv", "results.json"]

    static func write(_ result: AuditResult, _ summary: FleetSummary, to folder: RunFolder) async throws {
        let contents = await offLoop {
            [
                MarkdownReport.render(result, summary), FindingsCSV.render(result), HostsCSV.render(result),
                ResultsJSON.render(result, summary),
            ]
        }
        for (name, bytes) in zip(written, contents) {
            try made { () throws(SnapshotError) in try folder.write(bytes, to: name) }
        }
        let scripts: Result<Void, SnapshotError> = await offLoop {
            Result { () throws(SnapshotError) in try writeScripts(result, to: folder) }
        }
        try made { () throws(SnapshotError) in try scripts.get() }
    }

    /// `remediation/<host>.ps1` for every host on which a command could mend something, and the plan for all of them.
    private static func writeScripts(_ result: AuditResult, to folder: RunFolder) throws(SnapshotError) {
        let draft = try folder.draft("remediation")
        let names = ScriptNames(hosts: result.hosts.lazy.map(\.host.name))
        var written: [String: String] = [:]
        for judgement in result.hosts {
            guard let script = RemediationScript(judgement), script.isBoundToMachine,
                let name = names[host: judgement.host.name]
            else { continue }
            try draft.add(script.text(run: result.run).utf8, as: name)
            written[judgement.host.name] = name
        }
        try draft.add(RemediationPlanPage.render(result) { written[$0] }, as: "plan.md")
        try draft.finish()
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
