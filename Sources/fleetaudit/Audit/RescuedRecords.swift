import Collection
import Formats
import FoundationEssentials
import Synchronization

/// Hosts that were asked and could not be put on disk (it is full): they go to the temporary folder, so that none is lost.
final class RescuedRecords: Sendable {
    private let records = Mutex<[HostRecord]>([])

    func keep(_ record: HostRecord) { records.withLock { $0.append(record) } }

    /// What the command says in the end.
    func failure(_ error: SnapshotError, run: String) -> CommandFailure {
        let rescued = records.withLock { $0 }
        guard !rescued.isEmpty else { return CommandFailure(error) }
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = "\(folder)/fleetaudit-\(run)-\(UUID().uuidString).jsonl.gz"
        let bytes = rescued.flatMap { Gzip.compress(JSON.write($0.json) + [0x0a]) }
        do throws(SnapshotError) {
            try AtomicFile.write(bytes, to: path)
            return CommandFailure(
                "\(error.problem); \(rescued.count) hosts that could not be saved there are in \(path)",
                help: "make room, then go on with --resume \(run)", .cannotWrite)
        } catch {
            return CommandFailure(
                "\(error.problem); the last \(rescued.count) hosts could not be saved anywhere",
                help: "make room, then go on with --resume \(run)", .cannotWrite)
        }
    }
}
