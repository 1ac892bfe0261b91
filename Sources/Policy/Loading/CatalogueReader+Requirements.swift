import Formats
import FoundationEssentials
import HostFacts

extension CatalogueReader {
    mutating func requirement(_ entry: YAMLNode.Entry, asOf: Date) -> UpdateCatalogue.Requirement? {
        var fields = FieldReader(entry.value, file: file, what: "a requirement")
        let title = fields.text("title", isRequired: true)
        let cves = fields.texts("cve")
        let rules = fields.value("rules")
        // The short form says the same as one rule by build for each line.
        let builds = fields.value("builds", isRequired: rules == nil)
        add(fields.finish())
        var clauses = each(builds) { $0.minimum($1) }
        if let rules {
            if let items = rules.sequence {
                clauses += items.compactMap { clause($0) }
            } else {
                report(rules, "P140", "'rules' is a list")
            }
        }
        guard let title else { return nil }
        return UpdateCatalogue.Requirement(id: entry.name, title: title, cves: cves, clauses: clauses, asOf: asOf)
    }

    /// `LINE: 17763.9245` or `LINE: { build: 17763.9245, kb: KB… }`
    private mutating func minimum(_ item: YAMLNode.Entry) -> UpdateCatalogue.Clause? {
        checkLine(item.key, item.name)
        var number: KBNumber?
        if item.value.mapping != nil {
            var fields = FieldReader(item.value, file: file, what: "a minimum")
            _ = fields.value("build", isRequired: true)
            number = kb(fields.value("kb"))
            add(fields.finish())
        }
        guard let version = version(item.value["build"] ?? item.value) else { return nil }
        return .build(line: item.name, atLeast: version, kb: number)
    }

    /// `{ line: L, build: B, kb: K }`, `{ line: L, file: F, version: V, kb: [K] }`, `{ line: L, packages: [K], month: M }`
    /// or `{ build-at-least: N, verdict: pass }`.
    private mutating func clause(_ node: YAMLNode) -> UpdateCatalogue.Clause? {
        var fields = FieldReader(node, file: file, what: "a rule of a requirement")
        defer { add(fields.finish()) }
        if node["build-at-least"] != nil {
            let build = fields.number("build-at-least")
            let verdict = fields.choice("verdict", ClauseVerdict.self, isRequired: true)
            guard let build, let verdict else { return nil }
            return .builds(atLeast: build, hasFix: verdict == .pass)
        }
        guard let line = fields.text("line", isRequired: true) else { return nil }
        if let node = node["line"] { checkLine(node, line) }
        if node["packages"] != nil {
            let numbers = kbs(fields.value("packages"))
            guard let month = fields.text("month", isRequired: true) else { return nil }
            guard ReleaseMonth(month) != nil else {
                report(node, "P140", "'month' is a month such as 2019-05")
                return nil
            }
            return .packages(line: line, kbs: numbers, month: month)
        }
        if node["file"] != nil {
            let file = fields.choice("file", UpdateCatalogue.AuditedFile.self, isRequired: true)
            let least = fields.value("version", isRequired: true)
            let numbers = kbs(fields.value("kb"))
            guard let file, let least, let version = version(least) else { return nil }
            return .file(line: line, file: file, atLeast: version, kbs: numbers)
        }
        let build = fields.value("build", isRequired: true)
        let number = kb(fields.value("kb"))
        guard let build, let version = version(build) else { return nil }
        return .build(line: line, atLeast: version, kb: number)
    }

    private enum ClauseVerdict: String, CaseIterable { case pass, fail }

    mutating func version(_ node: YAMLNode) -> BuildVersion? {
        if let version = node.scalar.flatMap({ BuildVersion($0) }) { return version }
        report(node, "P140", "a build such as 17763.9245 is wanted here")
        return nil
    }
}
