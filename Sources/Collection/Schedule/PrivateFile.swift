import CFiles
import Glibc

/// A file with a secret: a regular one that nobody but its owner can read. What is looked at is what is read.
enum PrivateFile {
    enum Failure: Error, Hashable { case missing, unreadable, isNoFile, readableByOthers, tooLarge }

    /// Bytes; the largest key file is a fraction of it.
    static let limit = 1 << 20

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        // A pipe without a writer must not hold us up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .isNoFile }
        guard !isReadableByOthers(descriptor, status.st_mode) else { throw .readableByOthers }
        guard status.st_size <= limit else { throw .tooLarge }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            var error: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                let read = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if read < 0 { error = errno }
                count = max(0, read)
            }
            if error == EINTR { continue }
            guard error == 0 else { throw .unreadable }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw .tooLarge
    }

    /// With an access list the mode's middle bits are its mask, and not what the group may: systemd gives a service its
    /// credentials as root's files with an entry for the service's user.
    private static func isReadableByOthers(_ descriptor: Int32, _ mode: mode_t) -> Bool {
        guard mode & 0o077 != 0 else { return false }
        guard mode & 0o007 == 0 else { return true }
        let list = [UInt8](unsafeUninitializedCapacity: AccessList.mostBytes) { buffer, count in
            count = max(0, fleetaudit_access_list(descriptor, buffer.baseAddress, buffer.count))
        }
        return AccessList(list).map { $0.grantsOthers(than: geteuid()) } ?? true
    }
}

/// A POSIX access list as the kernel keeps it in `system.posix_acl_access`: version 2, then entries of a tag, rights and
/// an id, in little endian.
struct AccessList {
    /// Longer ones count as unreadable.
    static let mostBytes = 4 + 64 * 8

    private enum Tag: UInt16 {
        case owner = 1
        case user = 2
        case owningGroup = 4
        case group = 8
        case mask = 16
        case other = 32
    }

    private var entries: [(tag: Tag, rights: UInt16, id: UInt32)] = []

    /// `nil` when it is none.
    init?(_ bytes: [UInt8]) {
        func number(_ place: Int, _ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
        }
        guard bytes.count >= 4, (bytes.count - 4) % 8 == 0, number(0, 4) == 2 else { return nil }
        for place in stride(from: 4, to: bytes.count, by: 8) {
            guard let tag = Tag(rawValue: UInt16(number(place, 2))) else { return nil }
            entries.append((tag, UInt16(number(place + 2, 2)), number(place + 4, 4)))
        }
    }

    /// Whether somebody other than the owner, this user and root has any right.
    func grantsOthers(than user: UInt32) -> Bool {
        let mask = entries.first { $0.tag == .mask }?.rights ?? 7
        return entries.contains { entry in
            switch entry.tag {
            case .owner, .mask: false
            case .user: entry.id != user && entry.id != 0 && entry.rights & mask != 0
            case .owningGroup, .group: entry.rights & mask != 0
            case .other: entry.rights != 0
            }
        }
    }
}
