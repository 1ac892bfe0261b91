package import HostFacts

/// Whether a host has what a KB brings, and by what that is known.
package enum KBAnswer: Sendable, Hashable {
    case yes(String)
    case no(String)
    case unknown(String)

    package var word: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .unknown: "unknown"
        }
    }

    package var because: String {
        switch self {
        case .yes(let because), .no(let because), .unknown(let because): because
        }
    }

    /// - Parameter catalogueNote: what to add when the catalogue has nothing on the number, such as how old it is.
    package static func of(
        _ knowledge: KBKnowledge, on facts: HostFacts, _ catalogue: UpdateCatalogue, catalogueNote: String
    ) -> KBAnswer {
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        guard windows.isSupported else {
            return .unknown("\(windows.name) is older than Windows 7 / Server 2008 R2, which is not supported")
        }
        if knowledge.isGuidance { return .unknown("\(knowledge.kb) is guidance, which nobody can install") }
        let evidence = PackageEvidence(facts)
        if evidence.state(of: knowledge.kb) == .installed { return .yes("its package is installed") }
        let line: UpdateCatalogue.Line
        switch catalogue.line(of: windows) {
        case .value(let found): line = found
        case let missing: return .unknown(missing.whyMissing ?? "")
        }
        let asked = Question(
            kb: knowledge.kb, line: line, windows: windows, evidence: evidence, catalogue: catalogue,
            note: facts.restartNote)
        let releases = knowledge.releases.filter { $0.line == line.id }
        if !releases.isEmpty { return asked.answer(releases) }
        let clauses = knowledge.requirements.flatMap(\.clauses).filter {
            $0.line == line.id && $0.kbs.contains(knowledge.kb)
        }
        if !clauses.isEmpty { return asked.answer(clauses) }
        if knowledge.article != nil { return asked.byPackage("it has no build") }
        guard knowledge.isEmpty else {
            return .unknown("it is no update for \(line.name), as far as the catalogue knows")
        }
        return asked.byPackage("the catalogue does not know \(knowledge.kb)\(catalogueNote)")
    }
}

private struct Question {
    let kb: KBNumber
    let line: UpdateCatalogue.Line
    let windows: WindowsVersion
    let evidence: PackageEvidence
    let catalogue: UpdateCatalogue
    /// What may soon make an old build newer.
    let note: String

    /// By the releases of the KB on the host's line.
    func answer(_ releases: [UpdateCatalogue.Release]) -> KBAnswer {
        // One number may stand for several builds of a line, when it was released again.
        guard let release = releases.min(by: { $0.version < $1.version }) else { return byPackage("it has no build") }
        guard line.countsRevisions else { return byRollup(release) }
        guard release.kind != .other else { return byPackage("it comes without a build of its own") }
        let version = windows.version
        guard version.hasRevision else { return .unknown("the host's revision is not known") }
        if releases.contains(where: { $0.version == version }) {
            return .yes("the host's build is its build \(version)")
        }
        if let hotpatch = catalogue.hotpatch(of: version, on: line) { return .unknown(hotpatch.whyUnknown(version)) }
        return version > release.version
            ? .yes("build \(version) is newer than its build \(release.version)")
            : .no("build \(version) is older than its build \(release.version)\(note)")
    }

    /// Before Windows 10: a rollup holds what came before it, and nothing else can be told from what is not there.
    private func byRollup(_ release: UpdateCatalogue.Release) -> KBAnswer {
        let later = catalogue.rollups(on: line, from: release.version)
        if release.kind != .other, let there = evidence.installed(among: later) {
            return .yes("\(there) is installed, which holds it")
        }
        return byPackage("\(line.name) does not count revisions")
    }

    /// By what a requirement says of the KB.
    func answer(_ clauses: [UpdateCatalogue.Clause]) -> KBAnswer {
        for case .packages(_, let kbs, let month) in clauses {
            if let there = evidence.installed(among: catalogue.rollups(on: line, after: kbs, of: month)) {
                return .yes("\(there) is installed, which holds it")
            }
        }
        return byPackage("the catalogue has no build for it")
    }

    /// The package is not installed, which proves nothing: `reason` says why nothing else can tell.
    func byPackage(_ reason: String) -> KBAnswer {
        if let unreadable = evidence.whyUnreadable { return .unknown("\(reason), and \(unreadable)") }
        return switch evidence.state(of: kb) {
        case .superseded: .unknown("\(reason); its package is there and superseded")
        case .staged: .unknown("\(reason); its package is staged: a restart may be pending")
        case .installed, nil: .unknown("\(reason), and that no package has its number proves nothing")
        }
    }
}
