import Collection
import Console
import FoundationEssentials

/// Where a run's files go.
struct RunOptions: ParameterSet {
    var reports = "reports"
    var resume: String?
    var retriesRefused = false

    static var parameters: ParameterList<RunOptions> {
        Option(
            \.reports, "-o", "--reports", value: "folder", help: "The folder of all runs; each gets a folder of its own.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Option(\.resume, "--resume", value: "run", help: "Go on with an interrupted run, by name or as 'last'.")
        Flag(
            \.retriesRefused, "--retry-refused",
            help: "Try passwords again that an earlier run saw refused, although they have not changed.")
    }

    /// A run that may begin: its folder is there, locked against another run, and has room.
    struct Opened: ~Copyable {
        let lock: ReportsFolder
        let folder: RunFolder
        let resumed: ResumedRun?
        let startedAt: Date
    }

    func open(_ plan: FleetPlan) throws -> Opened {
        let lock: ReportsFolder
        do throws(ReportsFolder.Failure) {
            // A typical host leaves 40 KB; reports of it as much again.
            lock = try ReportsFolder(path: reports, neededBytes: (4 << 20) + plan.hosts.count * (96 << 10))
        } catch {
            switch error {
            case .locked(let lock):
                throw CommandFailure(
                    "another run is writing to \(reports)", help: "its lock is \(lock.path); wait, or use another --reports", .locked)
            case .unusable(let problem): throw CommandFailure(problem)
            }
        }
        let now = Date()
        guard let resume else {
            let folder = try made { () throws(SnapshotError) in try RunFolder.create(in: reports, at: now) }
            return Opened(lock: lock, folder: folder, resumed: nil, startedAt: now)
        }
        let folder = try made { () throws(SnapshotError) in try RunFolder.existing(resume, in: reports) }
        return Opened(lock: lock, folder: folder, resumed: try ResumedRun(folder), startedAt: now)
    }
}
