import Collection
import Console
import FoundationEssentials
import Glibc

/// What a check leaves on this machine: nothing, unless it is told where.
struct KeepingOptions: ParameterSet {
    var save: String?
    var reports: String?
    var retriesRefused = false

    static var parameters: ParameterList<KeepingOptions> {
        Option(
            \.save, "--save", value: "file", help: "Keep the answers in this new file, for --before.",
            completion: .files)
        Option(
            \.reports, "-o", "--reports", value: "folder",
            help: "Keep the answers in a run folder of this folder, as collect does.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Flag(
            \.retriesRefused, "--retry-refused",
            help: "Try passwords again that an earlier run saw refused, although they have not changed.")
    }

    /// Asks the hosts, and gives the path of their snapshot to `body`; what is not to be kept is gone afterwards.
    func collecting(
        _ fleet: FleetOptions, _ schedule: ScheduleOptions, _ output: Output,
        _ body: (String) async throws -> ExitCode
    ) async throws -> ExitCode {
        if let save, FileManager.default.fileExists(atPath: save) {
            throw CommandFailure("--save: \(save) is there already", help: "give a new file", .cannotWrite)
        }
        let plan = try await fleet.plan(output, schedule)
        // Refused passwords are remembered where audits remember them, or no lock-out would be kept from happening.
        let memory =
            reports ?? (FileManager.default.fileExists(atPath: RunOptions().reports) ? RunOptions().reports : nil)
        let lock = try memory.map { try RunOptions.lock($0, for: plan) }
        let temporary = try reports == nil ? Self.makeTemporaryFolder() : nil
        defer { if let temporary { try? FileManager.default.removeItem(atPath: temporary) } }
        let now = Date()
        let parent = temporary ?? reports ?? ""
        let run = try made { () throws(SnapshotError) in try RunFolder.create(in: parent, at: now) }
        do {
            _ = try await CollectionRun(
                folder: run, plan: plan, schedule: schedule, reports: memory ?? parent, startedAt: now,
                retriesRefused: retriesRefused
            ).ask(output, resuming: nil)
        } catch let failure as CommandFailure where failure.exitCode == .interrupted && temporary != nil {
            throw CommandFailure("interrupted; no answer was kept", .interrupted)
        }
        if let save { try Self.copy(run.snapshotPath, to: save) }
        let code = try await body(run.snapshotPath)
        withExtendedLifetime(lock) {}
        return code
    }

    private static func makeTemporaryFolder() throws -> String {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/fleetaudit-check-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure(
                "no folder can be made in \(parent): \(String(cString: strerror(errno)))", .cannotWrite)
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func copy(_ path: String, to file: String) throws {
        do {
            try FileManager.default.copyItem(atPath: path, toPath: file)
        } catch {
            throw CommandFailure("--save: \(file) cannot be written", .cannotWrite)
        }
    }
}
