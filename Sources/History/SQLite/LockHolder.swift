import FoundationEssentials
import Glibc

/// The process that holds SQLite's lock for writing, as the kernel tells.
struct LockHolder: Hashable, CustomStringConvertible {
    let process: Int32
    /// As the system shows it; `nil` when it does not.
    let name: String?

    var description: String { name.map { "process \(process) (\($0))" } ?? "process \(process)" }

    /// The byte of the shared index that a writer locks (WAL_WRITE_LOCK in SQLite's description of its WAL format).
    private static let writerByte: Int64 = 120

    /// `nil` when nobody holds it, or the system does not say. The file is looked at from outside: to open and close it
    /// would let go of our own locks on it.
    static func writer(of path: String) -> LockHolder? {
        var status = stat()
        guard stat(path + "-shm", &status) == 0, let process = holder(ofInode: UInt64(status.st_ino)) else {
            return nil
        }
        let name = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/comm"))).map {
            String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self)
        }
        return LockHolder(process: process, name: name)
    }

    /// The table comes in pieces and moves meanwhile, so that a line may be missed: it is looked at more than once.
    private static func holder(ofInode inode: UInt64) -> Int32? {
        for _ in 0..<5 {
            guard let table = try? Data(contentsOf: URL(fileURLWithPath: "/proc/locks")) else { return nil }
            if let process = holder(in: String(decoding: table, as: UTF8.self), inode: inode) { return process }
        }
        return nil
    }

    /// Of lines such as `3: POSIX  ADVISORY  WRITE 4242 fd:01:1234567 120 120`.
    static func holder(in table: String, inode: UInt64) -> Int32? {
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 8, words[1] == "POSIX", words[3] == "WRITE", let process = Int32(words[4]),
                process > 0,
                words[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode, let first = Int64(words[6])
            else { continue }
            let last = Int64(words[7]) ?? .max
            if first <= writerByte && writerByte <= last { return process }
        }
        return nil
    }
}
