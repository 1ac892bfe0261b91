package import Formats
import FoundationEssentials
import HostFacts

/// Reads `fleet.yaml` of a lab folder, with the recordings and certificates beside it.
///
/// Without that file every recording is served as it is. A host names a recording (or another host it is like) and what differs from it; templates are hosts that are not
/// served.
package struct LabFleetReader {
    private let folder: String
    private let file: String
    private var diagnostics = Diagnostics()

    private init(folder: String) {
        self.folder = folder
        file = folder + "/fleet.yaml"
    }

    package static func read(folder: String) throws(Diagnostics) -> LabFleetDefinition {
        var reader = LabFleetReader(folder: folder)
        let definition = reader.definition()
        guard let definition, !reader.diagnostics.hasErrors else { throw reader.diagnostics }
        return definition
    }

    private mutating func definition() -> LabFleetDefinition? {
        let isFile = FileManager.default.fileExists(atPath: file)
        guard isFile || !recordings.isEmpty else {
            report(nil, "there is no fleet file here, and no recording in \(folder)/recordings")
            return nil
        }
        guard let root = isFile ? yaml(file) : try? YAML.parse(Array("hosts: {}".utf8)).root,
            let hosts = root["hosts"]?.mapping
        else {
            report(nil, "the fleet file has no 'hosts'")
            return nil
        }
        guard let judgedAt = isFile ? root["judged-at"]?.scalar.flatMap({ ISO8601.date($0) }) : Date() else {
            report(root["judged-at"] ?? root, "'judged-at' must be a moment such as 2026-11-20T02:00:00Z")
            return nil
        }
        var composer = HostComposer(
            recordings: [folder + "/recordings"], certificates: folder + "/certificates",
            templates: Dictionary(
                (root["templates"]?.mapping ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            file: file)
        var definitions: [LabHostDefinition] = []
        for entry in hosts {
            guard let host = composer.compose(entry.name, entry.value) else { continue }
            let transport: LabHostDefinition.Transport = choice(entry.value["transport"], default: .winrmHTTP)
            let behaviour: LabHostDefinition.Behaviour = choice(entry.value["behaviour"], default: .normal)
            definitions.append(
                LabHostDefinition(name: entry.name, transport: transport, behaviour: behaviour, host: host))
        }
        for name in unnamedRecordings(composer) {
            guard let host = composer.recording(name, at: root) else { continue }
            definitions.append(
                LabHostDefinition(name: name, transport: .winrmHTTP, behaviour: .normal, host: host))
        }
        diagnostics.add(composer.diagnostics)
        return LabFleetDefinition(judgedAt: judgedAt, hosts: definitions)
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode?, default: Choice
    ) -> Choice {
        guard let node, let text = node.string else { return `default` }
        if let choice = Choice(rawValue: text) { return choice }
        report(node, "'\(text)' is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return `default`
    }

    /// What `lab import` added and nothing in the fleet file speaks of: served as it is, under its own name.
    private func unnamedRecordings(_ composer: HostComposer) -> [String] {
        recordings.filter { !composer.usedRecordings.contains($0) }
    }

    private var recordings: [String] {
        InputFolder.names(in: folder + "/recordings").filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }

    private mutating func yaml(_ path: String) -> YAMLNode? {
        guard let data = FileManager.default.contents(atPath: path) else {
            report(nil, "the fleet file cannot be read")
            return nil
        }
        do throws(YAMLError) { return try YAML.parse(Array(data)).root } catch {
            diagnostics.add(error.diagnostic(file: path))
            return nil
        }
    }

    private mutating func report(_ node: YAMLNode?, _ message: String) {
        diagnostics.add(node?.diagnostic(file: file, message) ?? Diagnostic(file: file, message: message))
    }
}
