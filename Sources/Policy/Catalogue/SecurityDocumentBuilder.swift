import Formats
import FoundationEssentials
import HostFacts

/// Collects what a document says, from whichever form it has.
struct SecurityDocumentBuilder {
    var id = ""
    var revised = ""
    var released = ""
    var products: [String: String] = [:]
    private var fixes: [Key: (products: Set<String>, cves: Set<String>)] = [:]
    private var isOverfull = false
    private var hasVulnerabilities = false

    /// Updates of one document at most, and CVEs of one update. Real documents have about a hundred updates; what is
    /// accepted here becomes a file that every audit reads.
    private static let limit = 10_000, cveLimit = 1_000

    private struct Key: Hashable {
        var kb: KBNumber
        var subType: String
        var fixedBuild: String
        var supersedes: [KBNumber]
    }

    /// One remedy as it stands there.
    struct Remedy {
        /// Other remedies (workarounds, known issues, release notes) name updates that fix nothing.
        var isVendorFix = false
        var description = ""
        var subType = ""
        var fixedBuild = ""
        var supersedence = ""
        var products: [String] = []
    }

    mutating func add(_ remedies: [Remedy], cve: String, title: String) {
        hasVulnerabilities = true
        guard !isOverfull else { return }
        let cves: Set<String> = Self.isCVE(cve) && Self.isRemoteDesktop(title) ? [cve] : []
        for remedy in remedies where remedy.isVendorFix {
            // The number stands in Description; where something else does, it was seen in SubType.
            let named = Self.trimmed(remedy.description), typed = Self.trimmed(remedy.subType)
            guard let kb = KBNumber(named) ?? KBNumber(typed) else { continue }
            let key = Key(
                kb: kb, subType: KBNumber(typed) == nil ? typed : "", fixedBuild: Self.trimmed(remedy.fixedBuild),
                supersedes: Self.numbers(remedy.supersedence).filter { $0 != kb })
            fixes[key, default: ([], [])].products.formUnion(remedy.products)
            fixes[key]?.cves.formUnion(cves)
            if fixes.count > Self.limit || key.supersedes.count > 100 || fixes[key]?.cves.count ?? 0 > Self.cveLimit {
                isOverfull = true
                return
            }
        }
    }

    func finish() throws(SecurityDocument.ReadError) -> SecurityDocument {
        guard !isOverfull else { throw .init("it names more updates, or more of one update, than any month can have") }
        // Without them a month would count as known of which nothing is: other namespaces, or another kind of document.
        guard hasVulnerabilities, !products.isEmpty else {
            throw .init("it holds no \(products.isEmpty ? "product" : "vulnerability")")
        }
        guard !id.isEmpty else {
            throw .init("it does not say which month it is about", help: "a monthly document has an id as 2026-Feb")
        }
        guard let month = ReleaseMonth(document: id) else {
            throw .init(
                "'\(VisibleText.shown(String(id.prefix(40))))' is no month's id", help: "expected one as 2026-Feb")
        }
        // Times there have no zone; the day is what counts.
        guard let day = ISO8601.day(String((revised.isEmpty ? released : revised).prefix(10))) else {
            throw .init("it does not say when it was revised (CurrentReleaseDate)")
        }
        return SecurityDocument(
            id: id, month: month, revised: day, products: products,
            fixes: fixes.map { key, value in
                SecurityDocument.Fix(
                    kb: key.kb, subType: key.subType, fixedBuild: key.fixedBuild, supersedes: key.supersedes,
                    products: value.products, cves: value.cves)
            })
    }

    /// KB numbers in a text, in ascending order.
    private static func numbers(_ text: String) -> [KBNumber] {
        Set(text.split { !$0.isLetter && !$0.isNumber }.compactMap { KBNumber($0) }).sorted()
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// `CVE-2026-21533`
    private static func isCVE(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].elementsEqual("CVE".utf8) && parts[1].count == 4
            && (4...19).contains(parts[2].count)
            && parts[1...].allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
    }

    private static func isRemoteDesktop(_ title: String) -> Bool {
        let title = title.lowercased()
        return ["remote desktop", "credssp", "credential security support provider"].contains { title.contains($0) }
    }
}
