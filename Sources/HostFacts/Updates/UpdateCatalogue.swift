package import FoundationEssentials

/// What is known about builds: which updates made them, the least one that a fix needs, and intervals that were bad.
///
/// Keyed by servicing line, not by build number: Windows 11 24H2 and Server 2025 share 26100, and since January 2026 not
/// the revisions. Data in `Policies/updates/`.
package struct UpdateCatalogue: Sendable {
    package var lines: [Line]
    package var requirements: [Requirement]
    package var regressions: [Regression]
    package var releases: [Release]
    package var articles: [Article]
    /// Monthly documents that the releases come from.
    package var documents: [Document]
    /// The day up to which regressions are known, UTC; `nil` when nobody says.
    package var regressionsAsOf: Date?
    /// The day up to which releases are known, UTC; `nil` when nobody says.
    package var releasesAsOf: Date?

    package init(
        lines: [Line] = [], requirements: [Requirement] = [], regressions: [Regression] = [], releases: [Release] = [],
        articles: [Article] = [], documents: [Document] = [], regressionsAsOf: Date? = nil, releasesAsOf: Date? = nil
    ) {
        self.lines = lines
        self.requirements = requirements
        self.regressions = regressions
        self.releases = releases
        self.articles = articles
        self.documents = documents
        self.regressionsAsOf = regressionsAsOf
        self.releasesAsOf = releasesAsOf
    }

    /// The day up to which everything that a verdict rests on is known, UTC: the oldest of requirements and regressions.
    /// Releases are no part of it: a verdict does not get better by a longer list of builds.
    package var asOf: Date {
        (requirements.map(\.asOf) + [regressionsAsOf].compactMap(\.self)).min() ?? .distantPast
    }

    /// What this and another catalogue say together; of each day the older one.
    package func joined(with other: UpdateCatalogue) -> UpdateCatalogue {
        UpdateCatalogue(
            lines: lines + other.lines, requirements: requirements + other.requirements,
            regressions: regressions + other.regressions, releases: releases + other.releases,
            articles: articles + other.articles, documents: documents + other.documents,
            regressionsAsOf: [regressionsAsOf, other.regressionsAsOf].compactMap(\.self).min(),
            releasesAsOf: [releasesAsOf, other.releasesAsOf].compactMap(\.self).min())
    }
}

extension UpdateCatalogue {
    /// A product family that shares revisions.
    package struct Line: Sendable, Hashable {
        package let id: String
        package let name: String
        package let build: UInt32
        /// `InstallationType` of the hosts on it; empty: any.
        package let installationTypes: Set<String>
        /// What Microsoft's monthly documents call the products on it, without architecture and "Server Core".
        package let products: [String]
        /// False when nobody collects its regressions: then no bad interval is no good news.
        package let isFollowed: Bool

        package init(
            id: String, name: String, build: UInt32, installationTypes: Set<String> = [], products: [String] = [],
            isFollowed: Bool = true
        ) {
            self.id = id
            self.name = name
            self.build = build
            self.installationTypes = installationTypes
            self.products = products
            self.isFollowed = isFollowed
        }

        /// Cumulative updates with a revision that the host shows, since Windows 10; before, files and packages tell.
        package var countsRevisions: Bool { build >= 10240 }
    }

    /// An update that was released for a line.
    package struct Release: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Everything since the line began, and a new build.
            case cumulative
            /// Works without a restart, for hosts that take part; its builds are not those of the cumulative updates.
            case hotpatch
            case monthlyRollup = "monthly-rollup"
            case securityOnly = "security-only"
            case preview
            case outOfBand = "out-of-band"
            /// Something that brings a fix, not a build.
            case other
        }

        package let line: String
        package let version: BuildVersion
        package let kb: KBNumber
        package let kind: Kind
        /// `2026-02`: the first month whose document names it.
        package let month: String?
        /// As published; not everything there is true, so nothing is decided by it.
        package let supersedes: [KBNumber]
        /// CVEs of Remote Desktop that it fixes.
        package let cves: [String]

        package init(
            line: String, version: BuildVersion, kb: KBNumber, kind: Kind, month: String? = nil,
            supersedes: [KBNumber] = [], cves: [String] = []
        ) {
            self.line = line
            self.version = version
            self.kb = kb
            self.kind = kind
            self.month = month
            self.supersedes = supersedes
            self.cves = cves
        }
    }

    /// An interval of builds in which something was broken: introduced <= build < fixed.
    package struct Regression: Sendable {
        package let id: String
        package let title: String
        package let line: String
        package let introduced: BuildVersion
        package let fixed: BuildVersion
        package let brokenBy: KBNumber?
        package let fixedBy: KBNumber?

        package init(
            id: String, title: String, line: String, introduced: BuildVersion, fixed: BuildVersion, brokenBy: KBNumber?,
            fixedBy: KBNumber?
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

    /// A number that people take for an update.
    package struct Article: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Describes a change or a setting; nothing can be installed under its number.
            case guidance
            /// An update without a build: a servicing stack, a prerequisite.
            case update
        }

        package let kb: KBNumber
        package let kind: Kind
        package let title: String
        package let source: String

        package init(kb: KBNumber, kind: Kind, title: String, source: String) {
            self.kb = kb
            self.kind = kind
            self.title = title
            self.source = source
        }
    }

    /// One of Microsoft's monthly documents.
    package struct Document: Sendable, Hashable {
        /// `2026-Feb`
        package let id: String
        /// The day of the revision that was read, UTC.
        package let revised: Date

        package init(id: String, revised: Date) {
            self.id = id
            self.revised = revised
        }
    }
}
