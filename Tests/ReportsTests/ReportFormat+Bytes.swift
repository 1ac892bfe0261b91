import Policy
import Reports

extension ReportFormat {
    /// The whole report: only tests hold one in memory.
    func bytes(_ result: AuditResult, _ summary: FleetSummary? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        render(result, summary ?? FleetSummary(result)) { bytes += $0 }
        return bytes
    }
}
