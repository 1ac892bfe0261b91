import Formats
import FoundationEssentials
import HostFacts

extension CatalogueReader {
    /// `LINE: [{ build: 17763.8389, kb: KB5075904, kind: cumulative, … }]`
    mutating func releases(_ entry: YAMLNode.Entry) -> [UpdateCatalogue.Release]? {
        checkLine(entry.key, entry.name)
        guard let items = entry.value.sequence else {
            report(entry.value, "P140", "the releases of a line are a list")
            return nil
        }
        return items.compactMap { release($0, line: entry.name) }
    }

    private mutating func release(_ node: YAMLNode, line: String) -> UpdateCatalogue.Release? {
        var fields = FieldReader(node, file: file, what: "a release")
        let build = fields.value("build", isRequired: true)
        let number = kb(fields.value("kb", isRequired: true))
        let kind = fields.choice("kind", UpdateCatalogue.Release.Kind.self, isRequired: true)
        let month = fields.text("month")
        let supersedes = kbs(fields.value("supersedes"))
        let cves = fields.texts("cve")
        add(fields.finish())
        if let month, ReleaseMonth(month) == nil { report(node, "P140", "'month' is a month such as 2026-02") }
        guard let build, let version = version(build), let number, let kind else { return nil }
        return UpdateCatalogue.Release(
            line: line, version: version, kb: number, kind: kind, month: month, supersedes: supersedes, cves: cves)
    }

    /// `KB5008383: { kind: guidance, title: …, source: … }`
    mutating func article(_ entry: YAMLNode.Entry) -> UpdateCatalogue.Article? {
        let number = kb(entry.key)
        var fields = FieldReader(entry.value, file: file, what: "an article")
        let kind = fields.choice("kind", UpdateCatalogue.Article.Kind.self, isRequired: true)
        let title = fields.text("title", isRequired: true)
        let source = fields.text("source", isRequired: true)
        add(fields.finish())
        guard let number, let kind, let title, let source else { return nil }
        return UpdateCatalogue.Article(kb: number, kind: kind, title: title, source: source)
    }

    /// `2026-Feb: 2026-03-01`
    mutating func document(_ entry: YAMLNode.Entry) -> UpdateCatalogue.Document? {
        guard ReleaseMonth(document: entry.name) != nil else {
            report(entry.key, "P140", "this is no monthly document such as 2026-Feb")
            return nil
        }
        guard let day = entry.value.scalar.flatMap({ ISO8601.day($0) }) else {
            report(entry.value, "P140", "a document has the day of its revision, such as 2026-03-01")
            return nil
        }
        return UpdateCatalogue.Document(id: entry.name, revised: day)
    }
}
