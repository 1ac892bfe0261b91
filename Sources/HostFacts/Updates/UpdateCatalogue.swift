package import FoundationEssentials

/// What is known about builds: the least one that a fix needs, and intervals of builds that were bad.
///
/// Keyed by servicing line, not by build number: Windows 11 24H2 and Server 2025 share 26100, and since January 2026 not
/// the revisions. Data in `Policies/updates/`.
package struct UpdateCatalogue: Sendable {
    /// A product family that shares revisions.
    package struct Line: Sendable, Hashable {
        package let id: String
        package let name: String
        package let build: UInt32
        /// `InstallationType` of the hosts on it; empty: any.
        package let installationTypes: Set<String>

        package init(id: String, name: String, build: UInt32, installationTypes: Set<String>) {
            self.id = id
            self.name = name
            self.build = build
            self.installationTypes = installationTypes
        }
    }

    /// A build that a line needs.
    package struct Minimum: Sendable, Hashable {
        package let line: String
        package let version: BuildVersion
        package let kb: String?

        package init(line: String, version: BuildVersion, kb: String?) {
            self.line = line
            self.version = version
            self.kb = kb
        }
    }

    /// A fix, and from which build on each line has it.
    package struct Requirement: Sendable {
        package let id: String
        package let title: String
        package let minimums: [Minimum]

        package init(id: String, title: String, minimums: [Minimum]) {
            self.id = id
            self.title = title
            self.minimums = minimums
        }
    }

    /// An interval of builds in which something was broken: introduced <= build < fixed.
    package struct Regression: Sendable {
        package let id: String
        package let title: String
        package let line: String
        package let introduced: BuildVersion
        package let fixed: BuildVersion
        package let brokenBy: String?
        package let fixedBy: String?

        package init(
            id: String, title: String, line: String, introduced: BuildVersion, fixed: BuildVersion, brokenBy: String?,
            fixedBy: String?
        ) {
            self.id = id
            self.title = title
            self.line = line
            self.introduced = introduced
            self.fixed = fixed
            self.brokenBy = brokenBy
            self.fixedBy = fixedBy
        }
    }

    /// The day up to which the catalogue knows what was published, UTC.
    package let asOf: Date
    package let lines: [Line]
    package let requirements: [Requirement]
    package let regressions: [Regression]

    package init(asOf: Date, lines: [Line], requirements: [Requirement], regressions: [Regression]) {
        self.asOf = asOf
        self.lines = lines
        self.requirements = requirements
        self.regressions = regressions
    }

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
}
