package import FoundationEssentials

extension UpdateCatalogue {
    /// A fix, and how hosts of each line show that they have it.
    package struct Requirement: Sendable {
        package let id: String
        package let title: String
        package let cves: [String]
        /// In the order in which they are tried: the first one that concerns a host and can tell decides.
        package let clauses: [Clause]
        /// The day up to which this is known, UTC.
        package let asOf: Date

        package init(id: String, title: String, cves: [String] = [], clauses: [Clause], asOf: Date) {
            self.id = id
            self.title = title
            self.cves = cves
            self.clauses = clauses
            self.asOf = asOf
        }
    }

    package enum Clause: Sendable, Hashable {
        /// Hosts of a line have it from a build on.
        case build(line: String, atLeast: BuildVersion, kb: KBNumber?)
        /// Hosts of a line have it from a version of a file on.
        case file(line: String, file: AuditedFile, atLeast: BuildVersion, kbs: [KBNumber])
        /// Hosts of a line have it with one of these packages, or with a monthly rollup of a later month. That none of
        /// them is there proves nothing.
        case packages(line: String, kbs: [KBNumber], month: String)
        /// All builds from that one on have it, or never get it.
        case builds(atLeast: UInt32, hasFix: Bool)

        /// It can tell that a host lacks the fix; packages can't.
        package var canShowAbsence: Bool {
            switch self {
            case .build, .file, .builds(_, hasFix: false): true
            case .packages, .builds: false
            }
        }

        /// The line that it speaks of; `nil` when it speaks of builds.
        package var line: String? {
            switch self {
            case .build(let line, _, _), .file(let line, _, _, _), .packages(let line, _, _): line
            case .builds: nil
            }
        }

        /// Updates that bring the fix.
        package var kbs: [KBNumber] {
            switch self {
            case .build(_, _, let kb): kb.map { [$0] } ?? []
            case .file(_, _, _, let kbs), .packages(_, let kbs, _): kbs
            case .builds: []
            }
        }
    }

    /// A file whose version the probe reads.
    package enum AuditedFile: String, Sendable, Hashable, CaseIterable {
        case tspkg = #"System32\TSpkg.dll"#

        package func version(_ facts: HostFacts) -> Collected<BuildVersion> {
            switch self {
            case .tspkg: facts.credSSP.packageVersion
            }
        }
    }
}
