import Formats
package import FoundationEssentials
import Glibc

/// The folder of one run below the folder of all reports (0700: together they are a map for an attacker).
package struct RunFolder: Sendable {
    /// `20261120-020000`
    package let run: String
    package let path: String

    package var snapshotPath: String { path + "/snapshot.jsonl.gz" }

    /// A new folder for a run that begins at a moment; a second run of one second gets a letter.
    package static func create(in reports: String, at moment: Date) throws(SnapshotError) -> RunFolder {
        let stamp = ISO8601.text(moment).prefix(19).filter { $0 != "-" && $0 != ":" }.replacing("T", with: "-")
        for suffix in [""] + "bcdefghijklmnopqrstuvwxyz".map({ String($0) }) {
            let path = "\(reports)/\(stamp)\(suffix)"
            if mkdir(path, 0o700) == 0 { return RunFolder(run: stamp + suffix, path: path) }
            guard errno == EEXIST else {
                throw SnapshotError(problem: "\(path) cannot be created: \(String(cString: strerror(errno)))")
            }
        }
        throw SnapshotError(problem: "\(reports) already holds runs of this very second")
    }

    /// The folder of an earlier run, by name or as `last`.
    package static func existing(_ run: String, in reports: String) throws(SnapshotError) -> RunFolder {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: reports)) ?? []).filter { name in
            FileManager.default.fileExists(atPath: "\(reports)/\(name)/snapshot.jsonl.gz")
        }.sorted()
        let wanted = run == "last" ? names.last : names.first { $0 == run }
        guard let wanted else {
            let near = closest(to: run, among: names).map { "; did you mean \($0)?" } ?? ""
            throw SnapshotError(problem: "there is no run\(run == "last" ? "" : " \(run)") in \(reports)\(near)")
        }
        return RunFolder(run: wanted, path: "\(reports)/\(wanted)")
    }

    package func write(_ bytes: [UInt8], to name: String) throws(SnapshotError) {
        try AtomicFile.write(bytes, to: path + "/" + name)
    }
}

extension RunFolder {
    /// A folder in it, to be filled and put in place whole.
    package func draft(_ name: String) throws(SnapshotError) -> DraftFolder { try DraftFolder(path + "/" + name) }
}

/// The folder of all reports: made when missing, checked before any host is asked, and locked against a second run.
package struct ReportsFolder: ~Copyable {
    package let path: String
    private let lock: Int32

    /// Another run holds the lock.
    package struct IsLocked: Error, Sendable {
        package let path: String
    }

    package enum Failure: Error, Sendable {
        case locked(IsLocked)
        case unusable(SnapshotError)
    }

    /// - Parameter neededBytes: what the run is likely to write; less free space is told now rather than at midnight.
    package init(path: String, neededBytes: Int) throws(Failure) {
        lock = try Self.acquire(path, neededBytes)
        self.path = path
    }

    deinit { close(lock) }

    /// The locked descriptor.
    private static func acquire(_ path: String, _ neededBytes: Int) throws(Failure) -> Int32 {
        do throws(SnapshotError) { try make(path) } catch { throw .unusable(error) }
        let lockPath = path + "/.lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unusable(error(lockPath, "cannot be created", errno)) }
        do throws(Failure) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .locked(IsLocked(path: lockPath)) }
            try checkSpace(path, neededBytes)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Makes the folder when it is missing, without a lock: a new run folder in it disturbs no other run.
    package static func make(_ path: String) throws(SnapshotError) {
        var isFolder = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder else { throw SnapshotError(problem: "\(path) is no folder") }
            return
        }
        // Only the last part is made: a mistyped path should not become a tree.
        guard mkdir(path, 0o700) == 0 else { throw error(path, "cannot be created", errno) }
    }

    /// What a run of so many hosts is likely to write: a typical host leaves 40 KB, and reports of it as much again.
    package static func bytesNeeded(hosts: Int) -> Int { (4 << 20) + hosts * (96 << 10) }

    private static func checkSpace(_ path: String, _ needed: Int) throws(Failure) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { throw .unusable(error(path, "cannot be examined", errno)) }
        let free = Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
        guard free >= needed else {
            throw .unusable(
                SnapshotError(
                    problem: "\(path) has \(free >> 20) MB free, and this run may need \(needed >> 20 + 1) MB"))
        }
    }

    private static func error(_ path: String, _ what: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) \(what): \(String(cString: strerror(code)))")
    }
}
