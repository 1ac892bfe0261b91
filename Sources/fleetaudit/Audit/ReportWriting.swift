import Collection
import Console
import EventLoop
import FoundationEssentials
import Glibc
import HostFacts
import Policy
import Reports

/// Writes a result's reports where they were asked for.
struct ReportWriting {
    let result: AuditResult
    let summary: FleetSummary
    let options: ReportOptions
    let exitCode: ExitCode
    /// The run's own folder; `nil` when only reports with a path of their own can be written.
    let folder: RunFolder?

    /// Names of the files in the run's folder, in the order in which the terminal lists them.
    var files: [String] {
        options.asked.filter { $0.path == nil }.map(\.format.fileName)
            + (writesScripts ? ["remediation/plan.md"] : [])
    }

    /// Commands for hosts are no part of a copy that travels.
    private var writesScripts: Bool { folder != nil && options.redaction == nil }

    /// Every place is looked at before the first report is made: rendering takes long, and a typing error does not.
    static func check(_ options: ReportOptions) throws(CommandFailure) {
        for request in options.requests {
            guard let path = request.path, !request.isStandardOutput else { continue }
            if let problem = ReportPlace(path, of: request.format).problem {
                throw CommandFailure("--report \(request.argument): \(problem)", .cannotWrite)
            }
        }
    }

    func write(to output: Output) async throws {
        // Side by side: most of it is computing, and every report stands for itself.
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = options.asked[...]
            func begin() {
                guard let request = waiting.popFirst() else { return }
                group.addTask { try await write(request, output) }
            }
            for _ in 0..<2 { begin() }
            while try await group.next() != nil { begin() }
        }
        guard let folder, writesScripts else { return }
        let scripts: Result<Void, SnapshotError> = await offLoop {
            Result { () throws(SnapshotError) in try writeScripts(to: folder) }
        }
        try made { () throws(SnapshotError) in try scripts.get() }
    }

    private func write(_ request: ReportRequest, _ output: Output) async throws {
        if request.isStandardOutput {
            await offLoop { render(request.format) { output.write($0) } }
            return
        }
        let path: String
        if let wanted = request.path {
            path = ReportPlace(wanted, of: request.format).path
        } else if let folder {
            path = folder.path + "/" + request.format.fileName
        } else {
            throw CommandFailure(
                "--report \(request.argument): there is no folder of this run to write into",
                help: "say where, \(request.format.rawValue)=\(request.format.fileName)", .usage)
        }
        let written: Result<Void, SnapshotError> = await offLoop {
            Result { () throws(SnapshotError) in
                if ReportPlace.isDevice(path) {
                    try Device.write(to: path) { sink throws(SnapshotError) in try render(request.format, to: sink) }
                    return
                }
                var file = try AtomicFile(path, isPublic: request.format.isPublic)
                try render(request.format) { bytes throws(SnapshotError) in try file.append(bytes) }
                try file.finish()
            }
        }
        try made { () throws(SnapshotError) in try written.get() }
    }

    private func render<Failure: Error>(
        _ format: ReportFormat, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try format.render(
            result, summary, byteOrderMark: options.byteOrderMark, exitCode: Int(exitCode.rawValue), to: sink)
    }

    /// `remediation/<host>.ps1` for every host on which a command could mend something, and the plan for all of them.
    private func writeScripts(to folder: RunFolder) throws(SnapshotError) {
        let draft = try folder.draft("remediation")
        let names = ScriptNames(hosts: result.hosts.lazy.map(\.host.name))
        var written: [String: String] = [:]
        for judgement in result.hosts {
            guard let script = RemediationScript(judgement), script.isBoundToMachine,
                let name = names[host: judgement.host.name]
            else { continue }
            try draft.add(script.text(run: result.run).utf8, as: name)
            written[judgement.host.name] = name
        }
        try draft.add(RemediationPlanPage.render(result) { written[$0] }, as: "plan.md")
        try draft.finish()
    }

    /// The exit code: drift at or above the threshold, and whether anything could not be told.
    static func exitCode(_ summary: FleetSummary, threshold: Severity?) -> ExitCode {
        let hasDrift = threshold.map { threshold in
            summary.openFailures.contains { $0.key >= threshold && $0.value > 0 }
        }
        return .verdict(
            hasDrift: hasDrift ?? false, isIncomplete: !summary.notAudited.isEmpty || !summary.partlyAudited.isEmpty)
    }
}

/// Where a report with a path of its own goes.
struct ReportPlace {
    /// The file, also where a folder was named.
    let path: String
    /// Why nothing can be written there; `nil` when it looks well.
    let problem: String?

    init(_ path: String, of format: ReportFormat) {
        var isFolder = false
        var place = path
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder || path.hasSuffix("/") {
            place += (path.hasSuffix("/") ? "" : "/") + format.fileName
        }
        // A link is replaced like a file: who may write into the folder must not choose what we write over.
        self.path = place
        let folder = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? "."
        if path.hasSuffix("/"), !isFolder {
            problem = "there is no folder \(path)"
        } else if !FileManager.default.fileExists(atPath: folder.isEmpty ? "/" : folder) {
            problem = "there is no folder \(folder)"
        } else if !Self.isDevice(self.path), access(folder.isEmpty ? "/" : folder, W_OK) != 0 {
            problem = "nothing can be written into \(folder): \(String(cString: strerror(errno)))"
        } else {
            problem = nil
        }
    }

    /// A terminal, a pipe or the like: to be written to, never to be replaced.
    static func isDevice(_ path: String) -> Bool {
        // Links of the system to what is open.
        if path.hasPrefix("/dev/") || path.hasPrefix("/proc/") { return true }
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT != S_IFREG
    }
}

/// A place that cannot be replaced, only written to.
private enum Device {
    static func write(
        to path: String, _ body: (([UInt8]) throws(SnapshotError) -> Void) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        defer { close(descriptor) }
        try body { bytes throws(SnapshotError) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw Self.error(path, errno) }
            }
        }
    }

    private static func error(_ path: String, _ code: Int32) -> SnapshotError {
        SnapshotError(problem: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}
