import Glibc

/// A file that is there whole or not at all.
package enum AtomicFile {
    /// Writes to a new file beside it (0600, 0644 when it is public), syncs it, and puts it in place.
    package static func write(_ bytes: [UInt8], to path: String, isPublic: Bool = false) throws(SnapshotError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw error(path, errno) }
        // A draft that somebody left behind may be open to others.
        var failure = fchmod(descriptor, isPublic ? 0o644 : 0o600) == 0 ? nil : errno
        var written = 0
        while written < bytes.count, failure == nil {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count >= 0 { written += count } else if errno != EINTR { failure = errno }
        }
        if failure == nil, fsync(descriptor) != 0 { failure = errno }
        close(descriptor)
        if failure == nil, rename(draft, path) != 0 { failure = errno }
        if let failure {
            unlink(draft)
            throw error(path, failure)
        }
    }

    private static func error(_ path: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}
