import Collection
import HostFacts

/// Goes through a snapshot, some hosts side by side, and keeps only what is made of them.
struct SnapshotStream {
    let path: String
    /// Which hosts are looked at, by name and groups.
    var isWanted: @Sendable (String, [String]) -> Bool = { _, _ in true }

    /// What a snapshot said beside its hosts.
    struct Ending: Sendable {
        let header: SnapshotHeader
        let unknownKinds: Set<String>
        /// Hosts that the run was to ask and did not come to.
        let unasked: Set<String>
        /// Hosts of the snapshot, wanted or not.
        let count: Int
        /// Names of groups, for suggestions.
        let groups: Set<String>
    }

    private static let batchSize = 64

    /// - Parameters:
    ///   - transform: what is made of a host, on any thread.
    ///   - add: takes it in, in the order of the snapshot.
    @concurrent func reduce<State: Sendable, Answer: Sendable>(
        into start: State, _ transform: @escaping @Sendable (HostRecord) -> Answer,
        _ add: @Sendable (inout State, Answer) -> Void
    ) async throws(SnapshotError) -> (State, Ending) {
        var reader = try SnapshotReader(path: path)
        var state = start
        var unasked = Set(reader.header.plannedHosts)
        var groups: Set<String> = []
        var count = 0
        while true {
            var batch: [HostRecord] = []
            while batch.count < Self.batchSize, let record = try reader.next() {
                count += 1
                unasked.remove(record.name)
                groups.formUnion(record.groups)
                if isWanted(record.name, record.groups) { batch.append(record) }
            }
            if batch.isEmpty { break }
            for answer in await Self.answers(to: batch, transform) { add(&state, answer) }
        }
        return (
            state,
            Ending(
                header: reader.header, unknownKinds: reader.unknownKinds, unasked: unasked, count: count,
                groups: groups)
        )
    }

    private static func answers<Answer: Sendable>(
        to batch: [HostRecord], _ transform: @escaping @Sendable (HostRecord) -> Answer
    ) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, record) in batch.enumerated() { group.addTask { (index, transform(record)) } }
            var answers = [Answer?](repeating: nil, count: batch.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers.compactMap { $0 }
        }
    }
}
