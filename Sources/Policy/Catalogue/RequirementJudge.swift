import HostFacts

/// Whether a host has what a requirement wants, by the first of its clauses that concerns the host and can tell.
struct RequirementJudge {
    enum Verdict: Hashable {
        case has(String)
        case lacks(String)
        case unknown(String)
    }

    let catalogue: UpdateCatalogue
    let line: UpdateCatalogue.Line
    let windows: WindowsVersion

    func judge(_ requirement: UpdateCatalogue.Requirement, _ facts: HostFacts) -> Verdict {
        var reasons: [String] = []
        for clause in requirement.clauses {
            switch verdict(clause, requirement, facts) {
            case .has(let because)?: return .has(because)
            case .lacks(let because)?: return .lacks(because)
            case .unknown(let because)?: reasons.append(because)
            case nil: continue
            }
        }
        guard !reasons.isEmpty else {
            return .unknown("\(requirement.title): the catalogue names no build for \(line.name)")
        }
        return .unknown(reasons.joined(separator: "; "))
    }

    /// `nil` when the clause is about other hosts.
    private func verdict(
        _ clause: UpdateCatalogue.Clause, _ requirement: UpdateCatalogue.Requirement, _ facts: HostFacts
    ) -> Verdict? {
        switch clause {
        case .build(line.id, let least, let kb): byBuild(least, kb, requirement, facts)
        case .file(line.id, let file, let least, _): byFile(file, least, requirement, facts)
        case .packages(line.id, let kbs, let month): byPackages(kbs, newerThan: month, facts)
        case .builds(let build, let hasFix):
            if windows.version.build < build {
                nil
            } else if hasFix {
                .has("\(windows.name) has it from the start")
            } else {
                .lacks("\(windows.name) never gets it: \(requirement.title)")
            }
        case .build, .file, .packages: nil
        }
    }

    private func byBuild(
        _ least: BuildVersion, _ kb: KBNumber?, _ requirement: UpdateCatalogue.Requirement, _ facts: HostFacts
    ) -> Verdict {
        let version = windows.version
        guard version.hasRevision else {
            // Before Windows 10 only what was installed can tell: rollups hold everything of those before them.
            let rollups = catalogue.rollups(on: line, from: least)
            if let there = PackageEvidence(facts).installed(among: rollups + (kb.map { [$0] } ?? [])) {
                return .has("\(there) is installed")
            }
            return .unknown("\(line.name) does not count revisions, so its build cannot tell")
        }
        if let hotpatch = catalogue.hotpatch(of: version, on: line) { return .unknown(hotpatch.whyUnknown(version)) }
        guard version >= least else {
            let name = kb.map { " (\($0))" } ?? ""
            return .lacks("build \(version) is older than \(least)\(name): \(requirement.title)\(facts.restartNote)")
        }
        return .has("build \(version) has the fix")
    }

    private func byFile(
        _ file: UpdateCatalogue.AuditedFile, _ least: BuildVersion, _ requirement: UpdateCatalogue.Requirement,
        _ facts: HostFacts
    ) -> Verdict {
        switch file.version(facts) {
        case .value(let version):
            version >= least
                ? .has("\(file.rawValue) is \(version)")
                : .lacks("\(file.rawValue) is \(version), older than \(least): \(requirement.title)")
        case let missing: .unknown("the version of \(file.rawValue) is not known: \(missing.whyMissing ?? "")")
        }
    }

    private func byPackages(_ kbs: [KBNumber], newerThan month: String, _ facts: HostFacts) -> Verdict {
        let evidence = PackageEvidence(facts)
        let rollups = catalogue.rollups(on: line, after: kbs, of: month)
        if let there = evidence.installed(among: kbs + rollups) { return .has("\(there) is installed") }
        return .unknown(
            evidence.whyUnreadable
                ?? "\(kbs.map(\.description).joined(separator: ", ")) is not among its packages, which proves nothing")
    }
}

extension HostFacts {
    /// The build counts from the restart on: an update may be installed already. Begins with a semicolon; empty when
    /// nothing is known to wait for one.
    var restartNote: String {
        if case .value(true) = isRebootPending { "; a restart is pending, which may change the build" } else { "" }
    }
}

/// Packages of the component store: evidence that an update is there, never that it is not.
struct PackageEvidence {
    private let packages: Collected<[UInt32: InstalledUpdates.State]>

    init(_ facts: HostFacts) { packages = facts.updates.packages }

    /// The first of these updates that is installed.
    func installed(among kbs: [KBNumber]) -> KBNumber? {
        kbs.first { state(of: $0) == .installed }
    }

    func state(of kb: KBNumber) -> InstalledUpdates.State? { packages.value?[kb.number] }

    /// Why nothing can be told from packages; `nil` when they were read, and when there are none.
    var whyUnreadable: String? {
        packages.isAbsent ? nil : packages.whyMissing.map { "its packages are not known: \($0)" }
    }
}
