import Collection
import FoundationEssentials
import Glibc
import History

extension Checkup {
    /// The folder of all runs: who may read it, whether it can be written, whether there is room, and who holds its lock.
    /// Nothing is changed, and the lock is not touched: a run that begins at this moment must not find it taken.
    mutating func checkReports(_ path: String, hosts: Int) {
        guard let ownership = FileOwnership(path) else {
            let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            if access(parent, W_OK) == 0 {
                ok(.reports, path, "not there yet; the first run makes it")
            } else {
                fail(.reports, path, "it is not there and cannot be made in \(parent)", "make it, with mode 700")
            }
            return
        }
        guard access(path, W_OK | X_OK) == 0 else {
            fail(.reports, path, "it cannot be written", "let it belong to the account that runs fleetaudit")
            return
        }
        if ownership.isChangeableByAll || ownership.mode & 0o077 != 0 {
            warn(
                .reports, path, "others may enter it (mode \(ownership.octal)): reports are a map for an attacker",
                "chmod 700 \(path)")
        } else {
            ok(.reports, path, "only its owner may enter it")
        }
        checkSpace(path, hosts)
        checkRuns(path)
    }

    private mutating func checkSpace(_ path: String, _ hosts: Int) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return }
        let free = Int(clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize)).0)
        let needed = ReportsFolder.bytesNeeded(hosts: hosts)
        let says = "\(free >> 20) MB free, a run of \(hosts) hosts may need \(needed >> 20) MB"
        if free < needed {
            fail(.reports, "space", says, "make room, or remove old runs (docs/operations.md)")
        } else if free < 10 * needed {
            warn(.reports, "space", says, "soon there will be no room: remove old runs (docs/operations.md)")
        } else {
            ok(.reports, "space", says)
        }
    }

    /// The history is opened and counted, not read through: `fleetaudit history verify` does that.
    mutating func checkHistory(_ path: String?) async {
        guard let path, let ownership = FileOwnership(path) else { return }
        let subject = "history"
        do throws(HistoryError) {
            let runs = try await HistoryDatabase(path, for: .reading).runs()
            let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            ok(.reports, subject, "\(path): \(runs.count) runs, \((bytes >> 20) + 1) MB")
        } catch {
            fail(.reports, subject, "\(error)", "--history none audits without it")
        }
        if ownership.mode & 0o077 != 0 {
            warn(.reports, subject, "others may read it (mode \(ownership.octal))", "chmod 600 \(path)")
        }
    }

    private mutating func checkRuns(_ path: String) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
            FileManager.default.fileExists(atPath: "\(path)/\($0)/snapshot.jsonl.gz")
        }.sorted()
        if let last = names.last {
            let whole = FileManager.default.fileExists(atPath: "\(path)/\(last)/results.json")
            ok(.reports, "runs", "\(names.count), the last one \(last)\(whole ? "" : " (not judged)")")
        }
        if let holder = Self.holder(ofLock: path + "/.lock") {
            warn(.reports, "lock", "a run is under way (process \(holder)); another one would end with 75")
        }
        if !RefusedSecrets(path: path + "/.refused-secrets.json").isEmpty {
            warn(
                .reports, "refused passwords", "passwords that hosts refused are remembered, and not tried again",
                "correct them; --retry-refused tries them unchanged")
        }
    }

    /// The process that holds a lock, from the kernel's own list.
    private static func holder(ofLock path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, let list = FileManager.default.contents(atPath: "/proc/locks") else {
            return nil
        }
        // 1: FLOCK  ADVISORY  WRITE 1234 08:01:131 0 EOF
        for line in String(decoding: list, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(":\(status.st_ino)") { return String(words[4]) }
        }
        return nil
    }
}
