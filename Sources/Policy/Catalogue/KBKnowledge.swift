package import HostFacts

/// What the catalogue knows of one KB number.
package struct KBKnowledge: Sendable {
    package let kb: KBNumber
    /// It is no update, or one without a build.
    package let article: UpdateCatalogue.Article?
    /// Where it was released, by line and build.
    package let releases: [UpdateCatalogue.Release]
    /// Requirements that it meets.
    package let requirements: [UpdateCatalogue.Requirement]
    /// Regressions that it brought.
    package let broke: [UpdateCatalogue.Regression]
    /// Regressions that it ended.
    package let mended: [UpdateCatalogue.Regression]

    package init(_ kb: KBNumber, _ catalogue: UpdateCatalogue) {
        self.kb = kb
        article = catalogue.articles.first { $0.kb == kb }
        requirements = catalogue.requirements.filter { $0.clauses.contains { $0.kbs.contains(kb) } }
        broke = catalogue.regressions.filter { $0.brokenBy == kb }
        mended = catalogue.regressions.filter { $0.fixedBy == kb }
        var releases = catalogue.releases.filter { $0.kb == kb }
        // What requirements and regressions say of its builds, where no document names it.
        var others = broke.map { ($0.line, $0.introduced) } + mended.map { ($0.line, $0.fixed) }
        for case .build(let line, let version, kb) in requirements.flatMap(\.clauses) { others.append((line, version)) }
        for (line, version) in others where !releases.contains(where: { $0.line == line }) {
            releases.append(UpdateCatalogue.Release(line: line, version: version, kb: kb, kind: .cumulative))
        }
        let order = Dictionary(
            catalogue.lines.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        // Documents call an out-of-band update cumulative; people who wrote it down know better.
        var best: [UpdateCatalogue.Release] = []
        for release in releases.sorted(by: { $0.kind != .cumulative && $1.kind == .cumulative })
        where !best.contains(where: { $0.line == release.line && $0.version == release.version }) {
            best.append(release)
        }
        self.releases = best.sorted {
            (order[$0.line] ?? .max, $0.version) < (order[$1.line] ?? .max, $1.version)
        }
    }

    /// Nothing at all.
    package var isEmpty: Bool { article == nil && releases.isEmpty && requirements.isEmpty }

    /// Nothing can be installed under its number, as far as is known.
    package var isGuidance: Bool { article?.kind == .guidance && releases.isEmpty }
}

extension UpdateCatalogue {
    /// The next release of a line that has all that a release has; `nil` when none is known.
    package func successor(of release: Release) -> Release? {
        releases.filter { other in
            other.line == release.line && other.version > release.version && other.kb != release.kb
                && (other.kind == release.kind || release.kind != .hotpatch && other.kind.holdsEarlier)
        }.min { ($0.version, $0.kb) < ($1.version, $1.kb) }
    }

    /// What a release is published to supersede, without the numbers that the catalogue knows for other lines only.
    package func superseded(by release: Release) -> [KBNumber] {
        release.supersedes.filter { kb in
            let known = releases.filter { $0.kb == kb }
            return known.isEmpty || known.contains { $0.line == release.line }
        }
    }
}

extension UpdateCatalogue.Release.Kind {
    /// Holds everything of the releases of its line before it.
    package var holdsEarlier: Bool {
        switch self {
        case .cumulative, .monthlyRollup, .preview, .outOfBand: true
        case .hotpatch, .securityOnly, .other: false
        }
    }
}
