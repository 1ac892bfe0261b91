import Glibc

/// Why a file that somebody named cannot be read: a phrase without the path, and what to do about it.
package struct InputFileError: Error, Sendable, Hashable {
    package let problem: String
    package let help: String?

    package init(problem: String, help: String? = nil) {
        self.problem = problem
        self.help = help
    }
}

/// Files that people name, read so that no path can stop the program or fill its memory.
package enum InputFile {
    /// The bytes of a regular file of at most `limit` bytes.
    ///
    /// What is no regular file (a device, a pipe, a socket) is refused before it is read: it may never end. The file is
    /// judged by its open descriptor, so that nobody can exchange it in between, and read no further than its limit.
    package static func read(
        _ path: String, limit: Int = YAML.Limits().bytes
    ) throws(InputFileError) -> [UInt8] {
        // Without O_NONBLOCK opening a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputFileError(problem: "this is no regular file")
        }
        guard status.st_size <= limit else { throw tooLarge(limit) }
        return try bytes(of: descriptor, limit: limit, expected: Int(status.st_size))
    }

    /// What comes on standard input, at most `limit` bytes; that may be a pipe, whose end is waited for.
    package static func readStandardInput(limit: Int) throws(InputFileError) -> [UInt8] {
        try bytes(of: 0, limit: limit, expected: 0)
    }

    private static func bytes(of descriptor: Int32, limit: Int, expected: Int) throws(InputFileError) -> [UInt8] {
        // Files of /proc have no size; one more byte than allowed tells that a file is too large.
        var bytes = [UInt8](repeating: 0, count: min(limit, max(expected, 4095)) + 1)
        var count = 0
        while true {
            if count == bytes.count {
                guard count <= limit else { throw tooLarge(limit) }
                bytes += [UInt8](repeating: 0, count: min(count, limit + 1 - count))
            }
            let received = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if received == 0 { break }
            if received > 0 { count += received } else if errno != EINTR { throw unreadable(errno) }
        }
        guard count <= limit else { throw tooLarge(limit) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func unreadable(_ code: Int32) -> InputFileError {
        switch code {
        case ENOENT, ENOTDIR: InputFileError(problem: "there is no such file")
        case EACCES: InputFileError(problem: "the file cannot be read", help: "check its permissions")
        default: InputFileError(problem: "the file cannot be read: \(String(cString: strerror(code)))")
        }
    }

    private static func tooLarge(_ limit: Int) -> InputFileError {
        InputFileError(
            problem: "the file is larger than \(limit >= 1 << 20 ? "\(limit >> 20) MB" : "\(limit) bytes")")
    }
}

/// Folders that people name, listed up to a limit.
package enum InputFolder {
    /// Names in a folder at most; also what a walk through folders may come by in all.
    package static let mostEntries = 10_000

    /// The names in a folder, sorted, without `.` and `..`; none when it cannot be read. One more than `limit` says that
    /// there are more.
    package static func names(in path: String, limit: Int = mostEntries) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count <= limit, let entry = readdir(folder) {
            // The entry is as long as its name, not as its type.
            let start = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
            let name = String(cString: start.assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The one absolute path without links that leads there; `nil` when nothing is there.
    package static func canonical(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
