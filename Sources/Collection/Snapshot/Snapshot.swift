package import Formats
package import FoundationEssentials
import Glibc

/// Why a snapshot cannot be read or written, as a sentence.
package struct SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problem: String
    package init(problem: String) { self.problem = problem }
    package var description: String { problem }
}

/// What a snapshot says about itself, in its first member.
package struct SnapshotHeader: Sendable {
    package var run: String
    package var started: Date
    /// Version of the program that wrote it.
    package var writer: String
    /// SHA-256 of the probe.
    package var probe: String
    /// The hosts that the run was meant to ask: those without a record were not asked.
    package var plannedHosts: [String]
    /// Members that this version does not know; they survive reading and writing.
    package var unknown: [JSON.Member] = []
    /// As ``HostRecord/memberOrder``.
    private var memberOrder: [String] = []

    package init(run: String, started: Date, writer: String, probe: String, plannedHosts: [String]) {
        self.run = run
        self.started = started
        self.writer = writer
        self.probe = probe
        self.plannedHosts = plannedHosts
    }

    /// The format's major number: a newer one is refused.
    package static let format: Int64 = 1

    package var json: JSON {
        let members: [JSON.Member] = [
            .init("fleetaudit", "snapshot"), .init("format", .int(Self.format)), .init("run", .string(run)),
            .init("started", .string(ISO8601.text(started))), .init("writer", .string(writer)),
            .init("probe", .string(probe)), .init("plannedHosts", .array(plannedHosts.map { .string($0) })),
        ]
        return .object((members + unknown).inOrder(memberOrder))
    }

    private static let known: Set<String> = [
        "fleetaudit", "format", "run", "started", "writer", "probe", "plannedHosts",
    ]

    package init(json: JSON) throws(SnapshotError) {
        guard json["fleetaudit"]?.string == "snapshot", let format = json["format"]?.int else {
            throw SnapshotError(problem: "this is no snapshot of fleetaudit")
        }
        guard format >= 1 else { throw SnapshotError(problem: "the snapshot's format \(format) does not exist") }
        guard format <= Self.format else {
            throw SnapshotError(
                problem:
                    "the snapshot has format \(format), and this program reads up to \(Self.format): use a newer one")
        }
        guard let run = json["run"]?.string, let started = json["started"]?.string.flatMap({ ISO8601.date($0) }) else {
            throw SnapshotError(problem: "the snapshot's header is damaged")
        }
        self.init(
            run: run, started: started, writer: json["writer"]?.string ?? "", probe: json["probe"]?.string ?? "",
            plannedHosts: json["plannedHosts"]?.array?.compactMap(\.string) ?? [])
        unknown = (json.object ?? []).filter { !Self.known.contains($0.key) }
        memberOrder = (json.object ?? []).map(\.key)
    }
}

/// Reads a snapshot host by host: memory is one host, whatever the fleet.
///
/// The file is gzip members one behind the other (any gzip tool reads it as one JSON Lines text): a header, then a host
/// each. What follows a cut-off member was never promised to be there: an interrupted run is read up to that point.
package struct SnapshotReader: ~Copyable {
    package let header: SnapshotHeader
    /// The last member was cut off: the run that wrote it was interrupted.
    package private(set) var isCut = false
    /// Kinds of lines that came by and that this version does not know (a later version's), by name; they are passed over.
    package private(set) var unknownKinds: Set<String> = []
    /// Bytes before the line that was read last.
    package private(set) var lineStart = 0
    private var members: GzipMemberReader
    private let descriptor: Int32
    private let path: String

    /// One host: ``ProbeReply/Limits`` keep what is written well below, so that no host can make a snapshot unreadable.
    /// (A number such as `1e15` is written with four times the bytes it was sent in.)
    private static let limits = JSON.Limits(bytes: 144 << 20, values: 8_000_000)

    package init(path: String) throws(SnapshotError) {
        // Without O_NONBLOCK opening a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw SnapshotError(problem: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        do throws(SnapshotError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
                throw SnapshotError(problem: "\(path) is a folder; the snapshot of a run is snapshot.jsonl.gz in it")
            }
            // A device or a pipe may never end.
            guard status.st_mode & S_IFMT == S_IFREG else { throw SnapshotError(problem: "\(path) is no regular file") }
            var members = try Self.reader(descriptor, path)
            guard let first = try Self.next(&members, path) else { throw SnapshotError(problem: "\(path) is empty") }
            let json = try Self.parse(first, path)
            header = try Self.named(path) { () throws(SnapshotError) in try SnapshotHeader(json: json) }
            self.path = path
            self.members = members
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// The next host; `nil` at the end.
    package mutating func next() throws(SnapshotError) -> HostRecord? {
        while let json = try nextLine() {
            guard let kind = json["fleetaudit"] else {
                return try Self.named(path) { () throws(SnapshotError) in try HostRecord(json: json) }
            }
            guard let name = kind.string else {
                throw SnapshotError(problem: "\(path): a line is neither a host nor of a kind with a name")
            }
            if name == "snapshot" {
                throw SnapshotError(
                    problem: "\(path) holds a second snapshot behind the first: each has a file of its own")
            }
            if unknownKinds.count < 16 { unknownKinds.insert(String(name.prefix(64))) }
        }
        return nil
    }

    private mutating func nextLine() throws(SnapshotError) -> JSON? {
        guard !isCut else { return nil }
        let bytes: [UInt8]?
        lineStart = members.offset
        do throws(GzipError) {
            bytes = try members.next()
        } catch {
            guard case .truncated = error else { throw SnapshotError(problem: "\(path) is damaged: \(error)") }
            isCut = true
            return nil
        }
        guard let bytes else { return nil }
        return try Self.parse(bytes, path)
    }

    /// With the file's name before what is wrong in it.
    private static func named<T>(_ path: String, _ body: () throws(SnapshotError) -> T) throws(SnapshotError) -> T {
        do throws(SnapshotError) { return try body() } catch {
            throw SnapshotError(problem: "\(path): \(error.problem)")
        }
    }

    /// Bytes up to the end of the last whole member: where a resumed run goes on.
    package var goodLength: Int { members.offset }

    private static func reader(_ descriptor: Int32, _ path: String) throws(SnapshotError) -> GzipMemberReader {
        do throws(GzipError) {
            return try GzipMemberReader(fileDescriptor: descriptor, limit: limits.bytes)
        } catch {
            throw SnapshotError(problem: "\(path): \(error)")
        }
    }

    private static func next(_ members: inout GzipMemberReader, _ path: String) throws(SnapshotError) -> [UInt8]? {
        do throws(GzipError) { return try members.next() } catch { throw SnapshotError(problem: "\(path): \(error)") }
    }

    private static func parse(_ bytes: [UInt8], _ path: String) throws(SnapshotError) -> JSON {
        do throws(JSONError) { return try JSON.parse(bytes, limits: limits) } catch {
            throw SnapshotError(problem: "\(path): \(error)")
        }
    }
}
