import FoundationEssentials
import Measure
import Policy
import Reports

/// Measures what telling a fleet costs, one report after the other: CPU time, bytes, and memory beyond the result's own.
///
///     swift run -c release reports-bench [HOSTS [PART OF A NAME [LAB FOLDER [POLICIES]]]]
///     swift run -c release reports-bench HOSTS html=FILE
///
/// The second writes one report, for those who measure how it is read.
@main enum ReportsBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        func argument(_ place: Int, default value: String) -> String { arguments.dropFirst(place).first ?? value }
        do {
            let count = Int(argument(0, default: "10000")) ?? 10_000
            let fleet = try BenchFleet(
                count, lab: argument(2, default: "Inventory/lab"), policies: argument(3, default: "Policies"))
            let wanted = argument(1, default: "").split(separator: "=", maxSplits: 1).map(String.init)
            if wanted.count == 2, let format = ReportFormat(rawValue: wanted[0]) {
                var document = Data()
                format.render(fleet.result, FleetSummary(fleet.result, trend: fleet.trend)) { document += $0 }
                try document.write(to: URL(fileURLWithPath: wanted[1]))
            } else {
                measure(fleet, wanted: wanted.first ?? "")
            }
        } catch {
            print("\(error)")
        }
    }

    private static func measure(_ fleet: BenchFleet, wanted: String) {
        let controls = fleet.result.baseline.controls.count
        let start = processorTime()
        let summary = FleetSummary(fleet.result, trend: fleet.trend)
        let seconds = processorTime() - start
        print(
            "\(fleet.result.hosts.count) hosts, \(controls) controls, \(summary.failureCount) failures,",
            "\(summary.causes.count) causes; heap \(heapBytes() >> 20) MB; summary", timeText(seconds))
        var totals = (seconds: 0.0, bytes: 0, peak: 0)
        for format in ReportFormat.allCases where wanted.isEmpty || format.rawValue.contains(wanted) {
            var bytes = 0
            var least = Double.infinity
            let peak = peakBytes {
                for _ in 0..<3 {
                    bytes = 0
                    let start = processorTime()
                    format.render(fleet.result, summary) { bytes += $0.count }
                    least = min(least, processorTime() - start)
                }
            }
            show(format.fileName, least, bytes, peak)
            totals = (totals.seconds + least, totals.bytes + bytes, max(totals.peak, peak))
        }
        show("all", totals.seconds, totals.bytes, totals.peak)
    }

    private static func show(_ name: String, _ seconds: Double, _ bytes: Int, _ peak: Int) {
        print(
            padded(name, 20), padded(timeText(seconds), -10), padded("\(bytes >> 10) KB", -14),
            padded("\(peak >> 10) KB", -12))
    }
}
