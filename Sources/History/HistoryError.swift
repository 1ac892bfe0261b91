/// Why a history cannot be read or written.
package enum HistoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process writes; `holder` names it when the system tells.
    case locked(path: String, holder: String?)
    /// What was read is not what was written.
    case damaged(path: String, String)
    /// A later release wrote it.
    case newer(path: String, version: Int, known: Int)
    /// The file is something else.
    case notHistory(path: String, String)
    /// Nothing was recorded there yet.
    case missing(path: String)
    case folderMissing(path: String)
    /// It can be read and not written.
    case readOnly(path: String)
    case diskFull(path: String)
    /// The system refuses, in its own words.
    case cannotOpen(path: String, String)
    /// Anything else that SQLite says.
    case failed(path: String, String)
    /// There is a run of that name already.
    case alreadyRecorded(run: String)
    /// No run is called so; `near` is what was probably meant.
    case noSuchRun(String, near: String?)
    /// Several runs are called so.
    case ambiguousRun(String, candidates: [String])
    case noRuns(path: String)
    case noSuchHost(String, run: String, near: String?)

    package var description: String {
        switch self {
        case .locked(let path, let holder):
            "the history \(path) is being written by \(holder ?? "another process"): try again when that has ended"
        case .damaged(let path, let what):
            "the history \(path) is damaged: \(what); a copy from before, or a new file (--history), is the way out"
        case .newer(let path, let version, let known):
            "the history \(path) was written by a later release of fleetaudit (its form is \(version), and this release knows forms up to \(known)): update fleetaudit, or name another file with --history"
        case .notHistory(let path, let what):
            "\(path) is no history of fleetaudit: \(what); name another file with --history"
        case .missing(let path): "there is no history at \(path): the first audit that keeps one makes it"
        case .folderMissing(let path): "the history \(path) cannot be made: its folder does not exist"
        case .readOnly(let path):
            "the history \(path) cannot be written: this account may only read it, or its folder; name another file with --history"
        case .diskFull(let path): "the history \(path) cannot be written: the disk is full, or a limit is reached"
        case .cannotOpen(let path, let why): "the history \(path) cannot be opened: \(why)"
        case .failed(let path, let why): "the history \(path): \(why)"
        case .alreadyRecorded(let run): "the history holds a run \(run) already"
        case .noSuchRun(let name, let near):
            "the history holds no run '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        case .ambiguousRun(let name, let candidates):
            "'\(name)' may be several runs: \(candidates.prefix(5).joined(separator: ", "))\(candidates.count > 5 ? ", …" : "")"
        case .noRuns(let path): "the history \(path) holds no run yet"
        case .noSuchHost(let host, let run, let near):
            "the run \(run) holds no host '\(host)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        }
    }

    /// What was asked for is not there, and nothing is wrong with the history.
    package var isQuestion: Bool {
        switch self {
        case .missing, .noSuchRun, .ambiguousRun, .noRuns, .noSuchHost: true
        default: false
        }
    }
}
