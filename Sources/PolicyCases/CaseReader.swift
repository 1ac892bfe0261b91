package import Formats
import FoundationEssentials
import HostFacts
package import Lab
package import Policy

/// Reads the cases of a policy folder strictly: whatever is wrong in any file is told with its place, all at once.
package struct CaseReader {
    private let policies: PolicyFolder
    private var composer: HostComposer
    private var baselines: [String: Result<Baseline, Diagnostics>] = [:]
    private var diagnostics = Diagnostics()

    /// - Parameter recordings: folders of recorded hosts that come with the program; those of the policy folder's
    ///   `tests/hosts/recordings` go before.
    package init(_ policies: PolicyFolder, recordings: [String]) throws(Diagnostics) {
        self.policies = policies
        let hosts = policies.path + "/tests/hosts"
        let file = hosts + "/templates.yaml"
        var templates: [String: YAMLNode] = [:]
        if FileManager.default.fileExists(atPath: file) {
            var diagnostics = Diagnostics()
            if let root = PolicyFolder.root(of: file, &diagnostics) {
                var fields = FieldReader(KeyWords.expanded(root), file: file, what: "the file of templates")
                for entry in fields.entries("templates") {
                    templates[entry.name] = entry.value
                    var template = FieldReader(entry.value, file: file, what: "a template")
                    for key in HostComposer.keys { _ = template.value(key) }
                    diagnostics.add(template.finish())
                }
                diagnostics.add(fields.finish())
            }
            if diagnostics.hasErrors { throw diagnostics }
        }
        composer = HostComposer(
            recordings: [hosts + "/recordings"] + recordings, certificates: hosts + "/certificates",
            templates: templates, templateFile: file, file: file)
    }

    /// The files of cases in a policy folder: `tests/controls` and `tests/baselines`.
    package static func files(of policies: PolicyFolder) throws(Diagnostics) -> [String] {
        let folder = policies.path + "/tests"
        return try files(in: [folder + "/controls", folder + "/baselines"], at: folder)
    }

    /// The files of cases in a folder, and in its `controls` and `baselines`.
    package static func files(in folder: String) throws(Diagnostics) -> [String] {
        try files(in: [folder, folder + "/controls", folder + "/baselines"], at: folder)
    }

    private static func files(in folders: [String], at place: String) throws(Diagnostics) -> [String] {
        let files = folders.flatMap { folder in
            InputFolder.names(in: folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map {
                "\(folder)/\($0)"
            }
        }
        // No case at all would pass in silence.
        guard !files.isEmpty else {
            throw Diagnostics([
                Diagnostic(
                    file: place, code: "P160", message: "there are no cases here",
                    help: "cases stand in tests/controls/<ID>.yaml and tests/baselines/<name>.yaml")
            ])
        }
        return files
    }

    /// A template as it is; `nil` when there is none of the name.
    package mutating func template(_ name: String) throws(Diagnostics) -> RecordedHost? {
        let host = composer.template(name, as: "fixture")
        if composer.diagnostics.hasErrors { throw composer.diagnostics }
        return host
    }

    package mutating func read(_ files: [String]) throws(Diagnostics) -> [CaseFile] {
        let read = files.compactMap { readFile($0) }
        diagnostics.add(composer.diagnostics)
        if diagnostics.hasErrors { throw diagnostics }
        return read
    }

    private mutating func report(_ node: YAMLNode, in file: String, _ message: String, help: String? = nil) {
        diagnostics.add(node.diagnostic(file: file, code: "P160", message, help: help))
    }

    private mutating func readFile(_ file: String) -> CaseFile? {
        guard let root = PolicyFolder.root(of: file, &diagnostics), let subject = subject(of: file) else { return nil }
        guard let items = root.sequence, !items.isEmpty else {
            report(root, in: file, "cases are a list, and this is \(root.kind == "a list" ? "empty" : root.kind)")
            return nil
        }
        composer.file = file
        let cases = items.enumerated().compactMap { index, item in
            read(KeyWords.expanded(item), number: index + 1, subject, file)
        }
        return CaseFile(path: file, subject: subject, cases: cases)
    }

    /// A file has the name of what it is about.
    private mutating func subject(of file: String) -> CaseFile.Subject? {
        let name = file.split(separator: "/").last.map { String($0.dropLast(5)) } ?? ""
        if policies.controls[name] != nil { return .control(name) }
        if policies.baselineNames.contains(name) { return .baseline(name) }
        let known = policies.controls.keys.sorted() + policies.baselineNames
        diagnostics.add(
            Diagnostic(
                file: file, code: "P161", message: "'\(name)' is neither a control nor a baseline of \(policies.path)",
                help: closest(to: name, among: known).map { "did you mean '\($0)'?" }
                    ?? "a file of cases has the name of what it is about"))
        return nil
    }

    private mutating func read(
        _ node: YAMLNode, number: Int, _ subject: CaseFile.Subject, _ file: String
    ) -> PolicyCase? {
        var fields = FieldReader(node, file: file, what: "a case")
        guard node.mapping != nil else {
            diagnostics.add(fields.finish())
            return nil
        }
        let expectation: PolicyCase.Expectation?
        var parameters: YAMLNode?
        var role: String?
        let baseline: Baseline?
        switch subject {
        case .control(let id):
            let outcome = fields.choice("outcome", Finding.Outcome.self, isRequired: true)
            let because = fields.text("because")
            parameters = fields.value("parameters")
            expectation = outcome.map { .outcome($0, because: because) }
            baseline = policies.controls[id].flatMap { sole($0, parameters, file) }
        case .baseline(let name):
            role = fields.text("role")
            baseline = self.baseline(name)
            let fails = ids(fields.value("fails", isRequired: true), baseline, file)
            let unknown = ids(fields.value("unknown"), baseline, file)
            expectation = .verdicts(fails: fails, unknown: unknown)
            if let role, let baseline, let place = node["role"] { check(role, place, baseline, file) }
        }
        let now = moment(fields.value("now"), file)
        let lost = sections(fields.value("lost"), file)
        let denied = fields.texts("denied")
        let others = fields.entries("fleet")
        for key in HostComposer.keys { _ = fields.value(key) }
        diagnostics.add(fields.finish())
        let fleet = fleet(others, file)
        guard let host = composer.compose("fixture", node, like: "server"), let expectation, let baseline else {
            return nil
        }
        return PolicyCase(
            number: number, position: node.position, expectation: expectation, baseline: baseline,
            parameters: parameters, role: role, now: now, host: host, lost: lost, denied: denied,
            fleet: fleet)
    }

    /// Other hosts that were asked in the same audit.
    private mutating func fleet(_ entries: [YAMLNode.Entry], _ file: String) -> [String: RecordedHost] {
        var hosts: [String: RecordedHost] = [:]
        for entry in entries {
            var fields = FieldReader(entry.value, file: file, what: "a host of the fleet")
            for key in HostComposer.keys { _ = fields.value(key) }
            diagnostics.add(fields.finish())
            if let host = composer.compose(entry.name, entry.value, like: "server") { hosts[entry.name] = host }
        }
        return hosts
    }

    private mutating func sole(_ control: Control, _ parameters: YAMLNode?, _ file: String) -> Baseline? {
        do throws(Diagnostics) {
            return try policies.baseline(of: control, parameters: parameters, in: file)
        } catch {
            diagnostics.add(error)
            return nil
        }
    }

    private mutating func baseline(_ name: String) -> Baseline? {
        if let known = baselines[name] { return try? known.get() }
        do throws(Diagnostics) {
            let baseline = try policies.baseline(name)
            baselines[name] = .success(baseline)
            return baseline
        } catch {
            diagnostics.add(error)
            baselines[name] = .failure(error)
            return nil
        }
    }

    // MARK: Small values

    private mutating func ids(_ node: YAMLNode?, _ baseline: Baseline?, _ file: String) -> Set<String> {
        guard let node else { return [] }
        guard let items = node.sequence else {
            report(node, in: file, "a list of control ids is wanted here")
            return []
        }
        let known = baseline?.controls.map(\.id) ?? []
        for item in items where baseline != nil && !known.contains(item.string ?? "") {
            report(
                item, in: file, "'\(item.string ?? "")' is no control of \(baseline?.name ?? "")",
                help: closest(to: item.string ?? "", among: known).map { "did you mean '\($0)'?" })
        }
        return Set(items.compactMap(\.string))
    }

    private mutating func check(_ role: String, _ place: YAMLNode, _ baseline: Baseline, _ file: String) {
        let known = baseline.knownRoles
        guard !known.contains(role) else { return }
        report(
            place, in: file, "\(baseline.name) has no role '\(role)'",
            help: closest(to: role, among: known).map { "did you mean '\($0)'?" }
                ?? "there are \(known.joined(separator: ", "))")
    }

    private mutating func moment(_ node: YAMLNode?, _ file: String) -> Date {
        guard let node else { return PolicyCase.usualNow }
        if let date = node.scalar.flatMap({ ISO8601.date($0) }) { return date }
        report(node, in: file, "'now' is a moment such as 2026-11-20T02:00:00Z")
        return PolicyCase.usualNow
    }

    private mutating func sections(_ node: YAMLNode?, _ file: String) -> Set<SectionName> {
        guard let node else { return [] }
        guard let items = node.sequence else {
            report(node, in: file, "'lost' is a list of sections")
            return []
        }
        let names = SectionName.allCases.map(\.rawValue)
        return Set(
            items.compactMap { item in
                if let section = SectionName(rawValue: item.scalar ?? "") { return section }
                report(
                    item, in: file, "there is no section '\(item.scalar ?? "")'",
                    help: closest(to: item.scalar ?? "", among: names).map { "did you mean '\($0)'?" })
                return nil
            })
    }
}
