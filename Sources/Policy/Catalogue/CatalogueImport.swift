import Formats
import FoundationEssentials
package import HostFacts

/// Monthly documents as releases of servicing lines, and what was left out of them and why.
///
/// What documents say is held against what the lines are: an update counts for a line only under a product of that line
/// and with a build of it. Real documents give Windows 10 21H2 a build of 21H1 and 25H2 one of 24H2.
package struct CatalogueImport: Sendable {
    package private(set) var releases = ReleaseTable()
    /// Sentences, each once, in alphabetical order.
    package var leftOut: [String] { notes.sorted() }
    private var notes: Set<String> = []
    private let lines: [String: [UpdateCatalogue.Line]]

    /// - Parameter lines: those of the catalogue; their products decide what is read.
    package init(lines: [UpdateCatalogue.Line]) {
        var byProduct: [String: [UpdateCatalogue.Line]] = [:]
        for line in lines {
            for product in line.products { byProduct[Self.family(product), default: []].append(line) }
        }
        self.lines = byProduct
    }

    package mutating func add(_ document: SecurityDocument) {
        releases.add(UpdateCatalogue.Document(id: document.id, revised: document.revised))
        for fix in document.fixes { add(fix, of: document) }
    }

    private mutating func add(_ fix: SecurityDocument.Fix, of document: SecurityDocument) {
        let builds = Self.builds(fix.fixedBuild)
        for id in fix.products {
            guard let product = document.products[id] else { continue }
            let family = Self.family(product)
            guard let candidates = lines[family] else {
                noteUnknown(product, family, fix, builds)
                continue
            }
            for line in candidates {
                guard !builds.isEmpty else {
                    note("\(fix.kb): FixedBuild is \(Self.shown(fix.fixedBuild)), which is no build of \(line.name)")
                    continue
                }
                let own = builds.filter { $0.build == line.build }
                if own.isEmpty {
                    let named = builds.map(\.description).joined(separator: ", ")
                    note("\(fix.kb): \(named) is no build of \(line.name) (\(line.build))")
                }
                for version in own {
                    releases.add(
                        UpdateCatalogue.Release(
                            line: line.id, version: version, kb: fix.kb, kind: Self.kind(fix.subType, product, line),
                            month: document.month.description, supersedes: fix.supersedes, cves: fix.cves.sorted()))
                }
            }
        }
    }

    /// A new Windows must not be missing in silence; what only has Windows in its name is of no interest.
    private mutating func noteUnknown(
        _ product: String, _ family: String, _ fix: SecurityDocument.Fix, _ builds: [BuildVersion]
    ) {
        let isWindows = ["windows 1", "windows server", "windows 7", "windows 8", "windows rt"].contains {
            family.hasPrefix($0)
        }
        guard isWindows, !builds.isEmpty else { return }
        note("\(Self.shown(product)): no servicing line of the catalogue has this product")
    }

    /// Hostile documents may hold any number of mistakes.
    private mutating func note(_ sentence: String) {
        if notes.count < 1000 { notes.insert(sentence) }
    }

    private static func shown(_ text: String) -> String {
        text.isEmpty ? "empty" : "'\(VisibleText.shown(String(text.prefix(60))))'"
    }

    /// Builds of Windows in a text: four numbers of its versions, or build and revision. Builds of Office, Edge or .NET
    /// have other first numbers or fewer of them.
    static func builds(_ text: String) -> [BuildVersion] {
        guard text.utf8.count <= 400 else { return [] }
        let parts = text.split { $0 == "," || $0 == ";" || $0.isWhitespace }
        return Set(parts.compactMap { BuildVersion(String($0)) }).filter { version in
            guard version.hasRevision else { return false }
            return switch (version.major, version.minor) {
            case (10, 0): version.build >= 10240
            case (6, 0...3): version.build >= 6000
            default: false
            }
        }.sorted()
    }

    /// A product's name without what makes no difference to its builds: architecture, "Server Core", case, spaces.
    static func family(_ product: String) -> String {
        var words = product.lowercased().split(whereSeparator: \.isWhitespace)
        if let core = words.firstIndex(of: "(server"),
            words[core...].starts(with: ["(server", "core", "installation)"])
        {
            words.removeSubrange(core..<core + 3)
        }
        // `for x64-based Systems`, `for 32-bit Systems`
        if let start = words.firstIndex(of: "for"), words.count > start + 2, words[start + 2] == "systems" {
            words.removeSubrange(start..<start + 3)
        }
        return words.joined(separator: " ")
    }

    static func kind(
        _ subType: String, _ product: String, _ line: UpdateCatalogue.Line
    ) -> UpdateCatalogue.Release.Kind {
        let type = subType.lowercased()
        if type.contains("hotpatch") || product.lowercased().contains("hotpatch") { return .hotpatch }
        if type == "monthly rollup" { return .monthlyRollup }
        // Since Windows 10 every security update is cumulative; before, one of that name stands for itself.
        if type == "security only" { return line.countsRevisions ? .other : .securityOnly }
        if type == "security update" || type == "cumulative update" {
            return line.countsRevisions ? .cumulative : .other
        }
        return .other
    }
}
