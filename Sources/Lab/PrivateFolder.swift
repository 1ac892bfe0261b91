import FoundationEssentials
import Glibc

/// A folder that only we can read (0700), deleted with the value.
///
/// kill -9 leaves it behind; the next lab removes it. A lock, not the process id, tells whether its owner lives: ids mean
/// nothing across containers that share a /tmp.
final class PrivateFolder: Sendable {
    let path: String
    private let lock: Int32

    /// - Parameter parent: an existing folder.
    init(in parent: String, prefix: String) throws(LabError) {
        Self.removeAbandoned(in: parent, prefix: prefix)
        var template = Array((parent + "/" + prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LabError("making the lab's folder", "\(parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw LabError("making the lab's folder", "\(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        if lock >= 0 { close(lock) }
    }

    func path(_ name: String) -> String { path + "/" + name }

    /// Makes a file that only we can read; returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws(LabError) -> String {
        let file = path(name)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw LabError("writing \(file)", String(cString: strerror(errno)))
        }
        return file
    }

    /// The first 64 KB of a file as text, empty when it cannot be read.
    static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func removeAbandoned(in parent: String, prefix: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let folder = parent + "/" + name
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            let lock = open(folder + "/lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: folder) }
            close(lock)
        }
    }
}
