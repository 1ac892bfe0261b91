import Collection
import Console
import FoundationEssentials

/// Where a run's files go.
struct RunOptions: ParameterSet {
    var reports = "reports"
    var resume: String?
    var retriesRefused = false
    var maxDuration: Duration?

    static var parameters: ParameterList<RunOptions> {
        Option(
            \.reports, "-o", "--reports", value: "folder",
            help: "The folder of all runs; each gets a folder of its own.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Option(
            \.resume, "--resume", value: "run",
            help: "Go on with an interrupted run of the same hosts, by name or as 'last'.")
        Flag(
            \.retriesRefused, "--retry-refused",
            help: "Try passwords again that an earlier run saw refused, although they have not changed.")
        Option(
            \.maxDuration, "--max-duration",
            help:
                "Begin no further host after this time; hosts that are being asked get 30 s more, the others are left for --resume."
        )
    }

    func validate() throws(UsageError) {
        if let maxDuration, maxDuration <= .zero {
            throw UsageError("--max-duration: no host answers in \(maxDuration.argument)")
        }
    }

    /// A run that may begin: its folder is there, locked against another run, and has room.
    struct Opened: ~Copyable {
        let lock: ReportsFolder
        let folder: RunFolder
        let resumed: ResumedRun?
        let startedAt: Date
    }

    func open(_ plan: FleetPlan) throws -> Opened {
        // Before the folder is made: there is nothing in a new one to go on with.
        let earlier = try resume.map { name in
            try made(.usage) { () throws(SnapshotError) in try RunFolder.existing(name, in: reports) }
        }
        let lock = try Self.lock(reports, for: plan)
        let now = Date()
        guard let earlier else {
            let folder = try made { () throws(SnapshotError) in try RunFolder.create(in: reports, at: now) }
            return Opened(lock: lock, folder: folder, resumed: nil, startedAt: now)
        }
        let resumed = try ResumedRun(earlier)
        try resumed.check(against: plan)
        return Opened(lock: lock, folder: earlier, resumed: resumed, startedAt: now)
    }

    /// The folder of all runs, made when it is missing, and kept from other runs while the result lives.
    static func lock(_ reports: String, for plan: FleetPlan) throws -> ReportsFolder {
        do throws(ReportsFolder.Failure) {
            return try ReportsFolder(
                path: reports, neededBytes: ReportsFolder.bytesNeeded(hosts: plan.hosts.count))
        } catch {
            switch error {
            case .locked(let lock):
                throw CommandFailure(
                    "another run is writing to \(reports)",
                    help: "its lock is \(lock.path); wait, or use another --reports", .locked)
            case .unusable(let problem): throw CommandFailure(problem)
            }
        }
    }
}
