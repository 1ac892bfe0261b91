package import HostFacts
import Synchronization

/// The stable facts of one host, ready to be kept. Made where the host is judged, on any thread: what is new is packed
/// there, and of what the history holds already nothing but a name is kept.
package struct StableFacts: Sendable {
    struct Group: Sendable {
        let hash: ContentHash
        /// `nil`: the history has it, or another host of this run brings it.
        let packed: [UInt8]?
    }

    /// Of all groups together.
    let hash: ContentHash
    /// Empty when the history holds the whole set.
    let groups: [Group]

    /// - Parameter known: what the history holds, as ``HistoryDatabase/begin(_:replacing:)`` told.
    package init(_ facts: HostFacts, known: KnownFacts) {
        var hashes: [ContentHash] = []
        var contents: [[UInt8]] = []
        hashes.reserveCapacity(FactLayout.groups.count)
        contents.reserveCapacity(FactLayout.groups.count)
        for group in FactLayout.groups {
            let bytes = StoredFacts.bytes(of: group, facts)
            hashes.append(ContentHash(of: bytes))
            contents.append(bytes)
        }
        hash = Self.hash(of: hashes)
        guard known.isNew(set: hash) else {
            groups = []
            return
        }
        groups = zip(hashes, contents).map { hash, bytes in
            Group(hash: hash, packed: known.claim(group: hash) ? PackedContent.pack(bytes) : nil)
        }
    }

    static func hash(of groups: [ContentHash]) -> ContentHash { ContentHash(of: groups.flatMap(\.bytes)) }
}

/// Which facts need not be brought again: those of the history, and those that a host of the run has brought.
package final class KnownFacts: Sendable {
    private let sets: Set<ContentHash>
    private let groups: Mutex<Set<ContentHash>>

    init(sets: Set<ContentHash>, groups: Set<ContentHash>) {
        self.sets = sets
        self.groups = Mutex(groups)
    }

    fileprivate func isNew(set: ContentHash) -> Bool { !sets.contains(set) }

    /// Whether whoever asks is the one to bring it.
    fileprivate func claim(group: ContentHash) -> Bool { groups.withLock { $0.insert(group).inserted } }
}
