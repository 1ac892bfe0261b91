import EventLoop
import Formats
import Glibc

/// Appends hosts to a snapshot, each on disk before it counts.
///
/// A host is one gzip member, written and synced; hosts that come while a sync is under way share the next one. What was
/// acknowledged survives the process and the machine; what was being written when they died is cut off on reading.
package actor SnapshotWriter {
    private let thread = DedicatedThread()
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private typealias Pending = (bytes: [UInt8], continuation: CheckedContinuation<Int32, Never>)

    private let path: String
    private let descriptor: Int32
    private var length: off_t
    private var pending: [Pending] = []
    private var isFlushing = false

    /// Creates a new snapshot (0600), or goes on with one that was interrupted, behind its last whole host.
    ///
    /// - Parameter goodLength: where to go on; `nil` for a new file.
    package init(path: String, header: SnapshotHeader, goodLength: Int? = nil) throws(SnapshotError) {
        self.path = path
        let flags = O_WRONLY | O_CLOEXEC | (goodLength == nil ? O_CREAT | O_EXCL : 0)
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw Self.error("created", path, errno) }
        self.descriptor = descriptor
        length = off_t(goodLength ?? 0)
        guard ftruncate(descriptor, length) == 0, lseek(descriptor, length, SEEK_SET) == length else {
            throw Self.error("continued", path, errno)
        }
        if goodLength == nil {
            let bytes = Gzip.compress(JSON.write(header.json) + [0x0a])
            if let code = Self.write(bytes, to: descriptor, at: length) { throw Self.error("written", path, code) }
            length += off_t(bytes.count)
            syncFolder(of: path)
        }
    }

    deinit { close(descriptor) }

    /// Returns when the host is on disk.
    package func append(_ record: HostRecord) async throws(SnapshotError) { try await append([record]) }

    /// Returns when all of them are on disk, with one sync.
    package func append(_ records: [HostRecord]) async throws(SnapshotError) {
        let bytes = await offLoop { records.flatMap { Gzip.compress(JSON.write($0.json) + [0x0a], level: 1) } }
        let code = await withCheckedContinuation { continuation in
            pending.append((bytes, continuation))
            guard !isFlushing else { return }
            isFlushing = true
            Task { self.flush() }
        }
        if code != 0 { throw Self.error("written", path, code) }
    }

    /// Everything that has come since the last flush, with one sync.
    private func flush() {
        let batch = pending
        pending = []
        isFlushing = false
        let code = Self.write(batch.flatMap(\.bytes), to: descriptor, at: length)
        if code == nil {
            length += off_t(batch.reduce(0) { $0 + $1.bytes.count })
        } else {
            // Nothing of a half-written batch may stand between whole hosts.
            _ = ftruncate(descriptor, length)
            _ = lseek(descriptor, length, SEEK_SET)
        }
        for host in batch { host.continuation.resume(returning: code ?? 0) }
    }

    /// The errno of what failed.
    private static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: off_t) -> Int32? {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, offset + off_t(written))
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            written += count
        }
        return fdatasync(descriptor) == 0 ? nil : errno
    }

    private static func error(_ what: String, _ path: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) cannot be \(what): \(String(cString: strerror(code)))")
    }
}

/// A new file is only there for good when its folder is on disk as well.
private func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}
