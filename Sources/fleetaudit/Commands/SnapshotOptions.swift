import Collection
import Console
import FoundationEssentials

/// Which snapshot is read: shared by commands that look into one.
struct SnapshotOptions: ParameterSet {
    var snapshot: String?
    var reports = "reports"

    static var parameters: ParameterList<SnapshotOptions> {
        Option(
            \.snapshot, "--snapshot", value: "path",
            help: "A snapshot, or the folder of a run (default: the newest run).", completion: .files)
        Option(
            \.reports, "-o", "--reports", value: "folder", help: "The folder of all runs, for the newest one.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
    }

    func path() throws -> String {
        guard let snapshot else {
            return try made(.badInput) { () throws(SnapshotError) in
                try RunFolder.existing("last", in: reports).snapshotPath
            }
        }
        var isFolder = false
        let isThere = FileManager.default.fileExists(atPath: snapshot, isDirectory: &isFolder)
        return isThere && isFolder ? snapshot + "/snapshot.jsonl.gz" : snapshot
    }
}

/// How results are written.
enum OutputFormat: String, ArgumentValue, CaseIterable { case text, json }
