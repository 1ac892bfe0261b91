import Formats
import FoundationEssentials
import HostFacts

/// Reads one file of the update catalogue.
struct CatalogueReader {
    let file: String
    private(set) var diagnostics = Diagnostics()

    init(file: String) { self.file = file }

    mutating func read(_ root: YAMLNode) -> UpdateCatalogue? {
        var fields = FieldReader(root, file: file, what: "an update catalogue")
        let asOf = fields.text("as-of", isRequired: true).flatMap { ISO8601.day($0) }
        if asOf == nil, let node = root["as-of"] {
            fields.report(node.diagnostic(file: file, code: "P140", "'as-of' is a day such as 2026-11-20"))
        }
        let lines = each(fields.value("lines", isRequired: true)) { $0.line($1) }
        let known = Set(lines.map(\.id))
        let requirements = each(fields.value("requirements")) { $0.requirement($1, lines: known) }
        let regressions = each(fields.value("regressions")) { $0.regression($1, lines: known) }
        _ = fields.texts("sources")
        diagnostics.add(fields.finish())
        guard let asOf, !diagnostics.hasErrors else { return nil }
        return UpdateCatalogue(asOf: asOf, lines: lines, requirements: requirements, regressions: regressions)
    }

    private mutating func each<Item>(
        _ node: YAMLNode?, _ read: (inout CatalogueReader, YAMLNode.Entry) -> Item?
    ) -> [Item] {
        guard let node else { return [] }
        guard let entries = node.mapping else {
            diagnostics.add(node.diagnostic(file: file, code: "P140", "this part of a catalogue maps ids to entries"))
            return []
        }
        return entries.compactMap { read(&self, $0) }
    }

    private mutating func line(_ entry: YAMLNode.Entry) -> UpdateCatalogue.Line? {
        var fields = FieldReader(entry.value, file: file, what: "a line")
        let name = fields.text("name", isRequired: true)
        let build = fields.number("build")
        let types = fields.texts("installation")
        diagnostics.add(fields.finish())
        guard let name, let build else { return nil }
        return UpdateCatalogue.Line(id: entry.name, name: name, build: build, installationTypes: Set(types))
    }

    private mutating func requirement(_ entry: YAMLNode.Entry, lines: Set<String>) -> UpdateCatalogue.Requirement? {
        var fields = FieldReader(entry.value, file: file, what: "a requirement")
        let title = fields.text("title", isRequired: true)
        let builds = fields.value("builds", isRequired: true)
        diagnostics.add(fields.finish())
        guard let title else { return nil }
        let minimums = each(builds) { reader, item -> UpdateCatalogue.Minimum? in
            reader.checkLine(item.key, item.name, lines)
            // `LINE: 17763.9245` or `LINE: { build: 17763.9245, kb: KB… }`
            var kb: String?
            if item.value.mapping != nil {
                var fields = FieldReader(item.value, file: reader.file, what: "a minimum")
                _ = fields.value("build", isRequired: true)
                kb = fields.text("kb")
                reader.diagnostics.add(fields.finish())
            }
            let version = item.value["build"] ?? item.value
            guard let build = version.scalar.flatMap({ BuildVersion($0) }) else {
                reader.diagnostics.add(
                    version.diagnostic(file: reader.file, code: "P140", "a build such as 17763.9245 is wanted here"))
                return nil
            }
            return UpdateCatalogue.Minimum(line: item.name, version: build, kb: kb)
        }
        return UpdateCatalogue.Requirement(id: entry.name, title: title, minimums: minimums)
    }

    private mutating func regression(_ entry: YAMLNode.Entry, lines: Set<String>) -> UpdateCatalogue.Regression? {
        var fields = FieldReader(entry.value, file: file, what: "a regression")
        let title = fields.text("title", isRequired: true)
        let line = fields.text("line", isRequired: true)
        let introduced = fields.value("introduced", isRequired: true)?.scalar.flatMap { BuildVersion($0) }
        let fixed = fields.value("fixed", isRequired: true)?.scalar.flatMap { BuildVersion($0) }
        let brokenBy = fields.text("broken-by")
        let fixedBy = fields.text("fixed-by")
        diagnostics.add(fields.finish())
        if let line, let node = entry.value["line"] { checkLine(node, line, lines) }
        guard let title, let line, let introduced, let fixed else {
            diagnostics.add(
                entry.key.diagnostic(file: file, code: "P140", "'introduced' and 'fixed' are builds such as 17763.8276")
            )
            return nil
        }
        return UpdateCatalogue.Regression(
            id: entry.name, title: title, line: line, introduced: introduced, fixed: fixed, brokenBy: brokenBy,
            fixedBy: fixedBy)
    }

    private mutating func checkLine(_ node: YAMLNode, _ id: String, _ lines: Set<String>) {
        guard !lines.contains(id) else { return }
        diagnostics.add(
            node.diagnostic(
                file: file, code: "P141", "there is no servicing line '\(id)'",
                help: closest(to: id, among: lines).map { "did you mean '\($0)'?" }))
    }
}
