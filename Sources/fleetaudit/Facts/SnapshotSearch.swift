import Collection
import EventLoop
import Formats
import HostFacts

/// One host of a snapshot, by its name in the inventory.
struct SnapshotSearch {
    /// `nil`: the run was to ask it and did not come to it.
    let record: HostRecord?
    let header: SnapshotHeader

    /// Reads up to the host. Names are compared exactly first, then without regard to case.
    static func find(_ name: String, in path: String) async throws -> SnapshotSearch {
        let found: Result<SnapshotSearch, CommandFailure> = await offLoop {
            do {
                return .success(try search(name, path))
            } catch let failure as CommandFailure {
                return .failure(failure)
            } catch {
                return .failure(CommandFailure("\(error)", .internalError))
            }
        }
        return try found.get()
    }

    /// What a host shares with others of the snapshot, which is read from end to end; `nil` for one that gave no facts.
    static func place(of name: String, in path: String) async throws -> FleetPlace? {
        let found: Result<FleetPlace?, SnapshotError> = await offLoop {
            do throws(SnapshotError) {
                return .success(try FleetSurvey(snapshot: path).places[name])
            } catch {
                return .failure(error)
            }
        }
        return try made(.badInput) { () throws(SnapshotError) in try found.get() }
    }

    private static func search(_ name: String, _ path: String) throws -> SnapshotSearch {
        var similar: HostRecord?
        var names: [String] = []
        let (exact, header) = try made(.badInput) { () throws(SnapshotError) in
            var reader = try SnapshotReader(path: path)
            var exact: HostRecord?
            while exact == nil, let record = try reader.next() {
                if record.name == name { exact = record }
                if similar == nil, record.name.lowercased() == name.lowercased() { similar = record }
                names.append(record.name)
            }
            return (exact, reader.header)
        }
        if let record = exact ?? similar { return SnapshotSearch(record: record, header: header) }
        if header.plannedHosts.contains(name) { return SnapshotSearch(record: nil, header: header) }
        throw CommandFailure(
            "\(path) holds no host called '\(name)'",
            help: closest(to: name, among: names + header.plannedHosts).map { "did you mean '\($0)'?" }, .badInput)
    }
}
