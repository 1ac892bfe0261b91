import Formats
import FoundationEssentials
import HostFacts

/// Reads the files of the update catalogue: first the servicing lines of all of them, then what is said about the lines.
struct CatalogueReader {
    let file: String
    private(set) var diagnostics = Diagnostics()
    private var lines: Set<String> = []

    init(file: String) { self.file = file }

    /// The lines that a file declares; nothing else of it is looked at.
    mutating func readLines(_ root: YAMLNode) -> [UpdateCatalogue.Line] {
        each(root["lines"]) { $0.line($1) }
    }

    /// Everything else, with the lines of all files.
    mutating func read(_ root: YAMLNode, lines: Set<String>) -> UpdateCatalogue? {
        self.lines = lines
        var fields = FieldReader(root, file: file, what: "an update catalogue")
        _ = fields.value("lines")
        let hasStatements = ["requirements", "regressions", "releases"].contains { root[$0] != nil }
        let asOf = fields.text("as-of", isRequired: hasStatements).flatMap { ISO8601.day($0) }
        if asOf == nil, let node = root["as-of"] {
            fields.report(node.diagnostic(file: file, code: "P140", "'as-of' is a day such as 2026-11-20"))
        }
        var catalogue = UpdateCatalogue()
        let day = asOf ?? .distantPast
        catalogue.requirements = each(fields.value("requirements")) { $0.requirement($1, asOf: day) }
        catalogue.regressions = each(fields.value("regressions")) { $0.regression($1) }
        catalogue.releases = each(fields.value("releases")) { reader, entry in
            reader.releases(entry)
        }.flatMap(\.self)
        catalogue.articles = each(fields.value("articles")) { $0.article($1) }
        catalogue.documents = each(fields.value("documents")) { $0.document($1) }
        if root["regressions"] != nil { catalogue.regressionsAsOf = asOf }
        // A few releases by hand are no list that anybody keeps complete.
        if root["documents"] != nil { catalogue.releasesAsOf = asOf }
        _ = fields.texts("sources")
        diagnostics.add(fields.finish())
        return diagnostics.hasErrors ? nil : catalogue
    }

    mutating func add(_ others: Diagnostics) { diagnostics.add(others) }

    mutating func report(_ node: YAMLNode, _ code: String, _ message: String, help: String? = nil) {
        diagnostics.add(node.diagnostic(file: file, code: code, message, help: help))
    }

    mutating func each<Item>(
        _ node: YAMLNode?, _ read: (inout CatalogueReader, YAMLNode.Entry) -> Item?
    ) -> [Item] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.mapping else {
            report(node, "P140", "this part of a catalogue maps ids to entries")
            return []
        }
        return entries.compactMap { read(&self, $0) }
    }

    mutating func checkLine(_ node: YAMLNode, _ id: String) {
        guard !lines.contains(id) else { return }
        report(
            node, "P141", "there is no servicing line '\(id)'",
            help: closest(to: id, among: lines).map { "did you mean '\($0)'?" })
    }

    /// `KB5004442`; anything else there is reported.
    mutating func kb(_ node: YAMLNode?) -> KBNumber? {
        guard let node else { return nil }
        if let text = node.scalar, let number = KBNumber(text) { return number }
        report(node, "P142", "this is no KB number such as KB5004442")
        return nil
    }

    /// One KB number, or a list of them.
    mutating func kbs(_ node: YAMLNode?) -> [KBNumber] {
        guard let node else { return [] }
        return (node.sequence ?? [node]).compactMap { kb($0) }
    }

    private mutating func line(_ entry: YAMLNode.Entry) -> UpdateCatalogue.Line? {
        var fields = FieldReader(entry.value, file: file, what: "a line")
        let name = fields.text("name", isRequired: true)
        let build = fields.number("build")
        let types = fields.texts("installation")
        let products = fields.texts("products")
        let followed = fields.value("followed")
        if let followed, followed.bool == nil {
            fields.report(followed.diagnostic(file: file, code: "P103", "'followed' must be true or false"))
        }
        diagnostics.add(fields.finish())
        guard let name, let build else { return nil }
        return UpdateCatalogue.Line(
            id: entry.name, name: name, build: build, installationTypes: Set(types), products: products,
            isFollowed: followed?.bool ?? true)
    }

    private mutating func regression(_ entry: YAMLNode.Entry) -> UpdateCatalogue.Regression? {
        var fields = FieldReader(entry.value, file: file, what: "a regression")
        let title = fields.text("title", isRequired: true)
        let line = fields.text("line", isRequired: true)
        let introduced = fields.value("introduced", isRequired: true)?.scalar.flatMap { BuildVersion($0) }
        let fixed = fields.value("fixed", isRequired: true)?.scalar.flatMap { BuildVersion($0) }
        let brokenBy = kb(fields.value("broken-by"))
        let fixedBy = kb(fields.value("fixed-by"))
        diagnostics.add(fields.finish())
        if let line, let node = entry.value["line"] { checkLine(node, line) }
        guard let title, let line, let introduced, let fixed else {
            report(entry.key, "P140", "'introduced' and 'fixed' are builds such as 17763.8276")
            return nil
        }
        return UpdateCatalogue.Regression(
            id: entry.name, title: title, line: line, introduced: introduced, fixed: fixed, brokenBy: brokenBy,
            fixedBy: fixedBy)
    }
}
