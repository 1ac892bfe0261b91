import CFiles
import FoundationEssentials
import Glibc

/// A folder that is filled beside its place and put there when it is whole, so that nobody meets half of it.
package struct DraftFolder: ~Copyable {
    private let path: String
    private var draft: String { path + ".new" }

    /// - Parameter path: the folder's place. What an interrupted run left beside it goes.
    package init(_ path: String) throws(SnapshotError) {
        self.path = path
        Self.remove(path + ".new")
        guard mkdir(path + ".new", 0o700) == 0 else { throw Self.error(path, errno) }
    }

    /// A file of its own name, 0600. It need not reach the disk before the next one: the folder counts, not the file.
    package func add(_ bytes: some Sequence<UInt8>, as name: String) throws(SnapshotError) {
        let file = draft + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.error(file, errno) }
        let bytes = Array(bytes)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let code = errno
                close(descriptor)
                throw Self.error(file, code)
            }
        }
        if close(descriptor) != 0 { throw Self.error(file, errno) }
    }

    /// Puts the folder in its place, where an older one may stand.
    package consuming func finish() throws(SnapshotError) {
        let descriptor = open(draft, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        let isSynced = fleetaudit_sync_file_system(descriptor) == 0
        close(descriptor)
        guard isSynced else { throw Self.error(path, errno) }
        if rename(draft, path) == 0 { return }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw Self.error(path, errno) }
        // Both change places at once; then the older one goes.
        guard fleetaudit_exchange(draft, path) == 0 else { throw Self.error(path, errno) }
        Self.remove(draft)
    }

    private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    private static func error(_ path: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}
