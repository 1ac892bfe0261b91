import Glibc

/// A file that is there whole or not at all: written beside its place, synced, and put there.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let draft: String
    private var descriptor: Int32

    /// Opens the draft (0600, 0644 when it is public).
    package init(_ path: String, isPublic: Bool = false) throws(SnapshotError) {
        self.path = path
        draft = path + ".new"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        // A draft that somebody left behind may be open to others.
        if fchmod(descriptor, isPublic ? 0o644 : 0o600) != 0 { throw give(up: errno) }
    }

    /// Without ``finish()`` nothing comes of it.
    deinit { if descriptor >= 0 { Self.drop(draft, descriptor) } }

    package mutating func append(_ bytes: [UInt8]) throws(SnapshotError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count >= 0 { written += count } else if errno != EINTR { throw give(up: errno) }
        }
    }

    /// Puts the file in its place, where an older one may stand.
    package consuming func finish() throws(SnapshotError) {
        if fsync(descriptor) != 0 { throw give(up: errno) }
        close(descriptor)
        descriptor = -1
        guard rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            throw Self.error(path, code)
        }
    }

    private mutating func give(up code: Int32) -> SnapshotError {
        Self.drop(draft, descriptor)
        descriptor = -1
        return Self.error(path, code)
    }

    private static func drop(_ draft: String, _ descriptor: Int32) {
        close(descriptor)
        unlink(draft)
    }

    private static func error(_ path: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}

extension AtomicFile {
    package static func write(_ bytes: [UInt8], to path: String, isPublic: Bool = false) throws(SnapshotError) {
        var file = try AtomicFile(path, isPublic: isPublic)
        try file.append(bytes)
        try file.finish()
    }
}
