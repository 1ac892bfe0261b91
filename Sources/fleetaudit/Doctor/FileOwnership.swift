import Formats
import Glibc

/// Who may read and change a file or folder.
struct FileOwnership {
    let mode: mode_t
    let owner: uid_t

    /// `nil` when it is not there, or cannot be examined.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = status.st_mode & 0o7777
        owner = status.st_uid
    }

    /// Somebody beside the owner, root and the owner's group may change it. (In a folder with the sticky bit others may
    /// add files, and not take the place of those that are there.)
    var isChangeableByAll: Bool { mode & 0o002 != 0 && mode & S_ISVTX == 0 }
    var isChangeableByGroup: Bool { mode & 0o020 != 0 }
    var isReadableByOthers: Bool { mode & 0o044 != 0 }
    /// Neither root's nor ours.
    var isStrange: Bool { owner != 0 && owner != geteuid() }
    /// `640`
    var octal: String { String(mode, radix: 8) }
}

extension Checkup {
    /// Files that decide what an audit does: whoever may change one of them is asked for passwords by it.
    mutating func checkChangeable(_ paths: [String], _ area: Area, _ subject: String, meaning: String) {
        let known = paths.compactMap { path in FileOwnership(path).map { (path: path, ownership: $0) } }
        var isFine = true
        for (path, ownership) in known where ownership.isChangeableByAll {
            isFine = false
            fail(area, path, "everybody may change it (mode \(ownership.octal)): \(meaning)", "chmod o-w \(path)")
        }
        for (path, ownership) in known where ownership.isChangeableByGroup && !ownership.isChangeableByAll {
            isFine = false
            warn(area, path, "its group may change it (mode \(ownership.octal)): \(meaning)", "chmod g-w \(path)")
        }
        for (path, ownership) in known where ownership.isStrange {
            isFine = false
            warn(area, path, "it belongs to user \(ownership.owner), who is neither root nor you: \(meaning)")
        }
        if isFine, !known.isEmpty {
            ok(area, subject, "\(known.count) \(known.count == 1 ? "file" : "files"), which nobody else may change")
        }
    }
}
