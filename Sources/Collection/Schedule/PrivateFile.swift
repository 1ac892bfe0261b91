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
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers }
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
}
