extension UpdateCatalogue {
    package func line(_ id: String) -> Line? { lines.first { $0.id == id } }

    /// The line a host is on; `failed` when the catalogue has none for it.
    package func line(of windows: WindowsVersion) -> Collected<Line> {
        let candidates = lines.filter { $0.build == windows.version.build }
        let shared = candidates.filter { !$0.installationTypes.isEmpty }
        if !shared.isEmpty {
            // Which of two lines of one build it is, only the installation type says.
            return windows.installationType.flatMap { type in
                candidates.first { $0.installationTypes.contains(type) }.map { .value($0) }
                    ?? .failed("the catalogue has no line for \(windows.name) (\(type))")
            }
        }
        return candidates.first.map { .value($0) } ?? .failed("the catalogue has no line for \(windows.name)")
    }

    /// The newest build of a line that the catalogue knows of, hotpatches left out; `nil` when it knows none.
    package func latestKnown(on line: Line) -> BuildVersion? {
        var versions = releases.filter { $0.line == line.id && $0.kind != .hotpatch }.map(\.version)
        versions += regressions.filter { $0.line == line.id }.map(\.fixed)
        for case .build(line.id, let version, _) in requirements.lazy.flatMap(\.clauses) { versions.append(version) }
        return versions.max()
    }

    /// The hotpatch that a host runs, or one that is older than its build with nothing known in between: such a host
    /// counts revisions in another way, and cannot be held against builds of cumulative updates.
    package func hotpatch(of version: BuildVersion, on line: Line) -> Release? {
        let nearest = releases.filter { $0.line == line.id && $0.version <= version }.max { $0.version < $1.version }
        guard let nearest else { return nil }
        // A requirement or a regression may know of a later cumulative build that no document named.
        guard nearest.kind == .hotpatch, !knowsCumulative(on: line, in: nearest.version...version) else { return nil }
        return nearest
    }

    /// Monthly rollups of a line that hold what these updates brought: named in a later month, and numbered later, since
    /// documents go on naming older ones.
    package func rollups(on line: Line, after kbs: [KBNumber], of month: String) -> [KBNumber] {
        releases.filter {
            $0.line == line.id && $0.kind == .monthlyRollup && ($0.month ?? "") > month
                && kbs.allSatisfy { [kb = $0.kb] earlier in earlier < kb }
        }.map(\.kb)
    }

    /// Monthly rollups of a line that hold what came with a build.
    package func rollups(on line: Line, from version: BuildVersion) -> [KBNumber] {
        releases.filter { $0.line == line.id && $0.kind == .monthlyRollup && $0.version >= version }.map(\.kb)
    }

    private func knowsCumulative(on line: Line, in range: ClosedRange<BuildVersion>) -> Bool {
        regressions.contains {
            $0.line == line.id && (range.contains($0.fixed) || range.contains($0.introduced))
        }
            || requirements.contains { requirement in
                requirement.clauses.contains { clause in
                    if case .build(line.id, let version, _) = clause { range.contains(version) } else { false }
                }
            }
    }
}
