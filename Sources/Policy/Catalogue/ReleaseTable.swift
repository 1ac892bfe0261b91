import Formats
package import FoundationEssentials
package import HostFacts

/// Releases of all lines, joined from any number of documents: the order does not matter, and the same document again
/// changes nothing.
package struct ReleaseTable: Sendable, Hashable {
    private struct Key: Hashable {
        var line: String
        var version: BuildVersion
        var kb: KBNumber
    }

    private struct Entry: Hashable {
        var kind: UpdateCatalogue.Release.Kind
        var month: String?
        var supersedes: Set<KBNumber>
        var cves: Set<String>
    }

    private var entries: [Key: Entry] = [:]
    private var revisions: [String: Date] = [:]

    package init() {}

    /// What an earlier import wrote.
    package init(_ catalogue: UpdateCatalogue) {
        for document in catalogue.documents { add(document) }
        for release in catalogue.releases { add(release) }
    }

    package mutating func add(_ document: UpdateCatalogue.Document) {
        revisions[document.id] = max(revisions[document.id] ?? .distantPast, document.revised)
    }

    package mutating func add(_ release: UpdateCatalogue.Release) {
        let key = Key(line: release.line, version: release.version, kb: release.kb)
        let new = Entry(
            kind: release.kind, month: release.month, supersedes: Set(release.supersedes), cves: Set(release.cves))
        guard let old = entries[key] else {
            entries[key] = new
            return
        }
        entries[key] = Entry(
            kind: Self.stronger(old.kind, new.kind),
            month: [old.month, new.month].compactMap(\.self).min(),
            supersedes: old.supersedes.union(new.supersedes), cves: old.cves.union(new.cves))
    }

    package mutating func add(_ other: ReleaseTable) {
        for document in other.documents { add(document) }
        for release in other.releases { add(release) }
    }

    /// In the order of their months.
    package var documents: [UpdateCatalogue.Document] {
        revisions.map { UpdateCatalogue.Document(id: $0.key, revised: $0.value) }.sorted {
            (ReleaseMonth(document: $0.id)?.description ?? "", $0.id)
                < (ReleaseMonth(document: $1.id)?.description ?? "", $1.id)
        }
    }

    /// By line, then by build.
    package var releases: [UpdateCatalogue.Release] {
        let hotpatched = Set(entries.filter { $0.value.kind == .hotpatch }.map { Place($0.key) })
        return entries.map { key, entry in
            // A build belongs to one cadence: what else is published with a hotpatch's build is for hotpatched hosts
            // (KB5074204 of December 2025, called "Security Only" and "Security Update").
            UpdateCatalogue.Release(
                line: key.line, version: key.version, kb: key.kb,
                kind: hotpatched.contains(Place(key)) ? .hotpatch : entry.kind, month: entry.month,
                supersedes: entry.supersedes.sorted(), cves: entry.cves.sorted())
        }.sorted { ($0.line, $0.version, $0.kb) < ($1.line, $1.version, $1.kb) }
    }

    private struct Place: Hashable {
        var line: String
        var version: BuildVersion

        init(_ key: Key) { (line, version) = (key.line, key.version) }
    }

    /// The day up to which the newest month is known: that of its revision, but no day after its end, however late it was
    /// revised.
    package var asOf: Date? {
        revisions.compactMap { id, revised in
            ReleaseMonth(document: id).map { min(revised, $0.lastDay) }
        }.max()
    }

    /// Months between the first and the last one that nobody imported.
    package var missingMonths: [ReleaseMonth] {
        let months = Set(revisions.keys.compactMap { ReleaseMonth(document: $0) })
        guard var month = months.min(), let last = months.max() else { return [] }
        var missing: [ReleaseMonth] = []
        while month < last {
            if !months.contains(month) { missing.append(month) }
            month = month.next
        }
        return missing
    }

    /// Documents contradict each other; the same one has to win in whatever order they come.
    private static func stronger(
        _ left: UpdateCatalogue.Release.Kind, _ right: UpdateCatalogue.Release.Kind
    ) -> UpdateCatalogue.Release.Kind {
        let order: [UpdateCatalogue.Release.Kind] = [
            .hotpatch, .securityOnly, .monthlyRollup, .preview, .outOfBand, .cumulative, .other,
        ]
        return order.first { $0 == left || $0 == right } ?? left
    }
}
