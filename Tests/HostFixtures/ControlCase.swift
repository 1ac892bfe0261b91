import Collection
import Formats
package import Foundation
package import HostFacts
package import Lab
package import Policy
import TestSupport
import Testing

/// A host of `Tests/Fixtures/controls/<ID>.yaml` and what the control must say about it.
package struct ControlCase: Sendable, CustomStringConvertible {
    package let control: String
    /// From 1, in the file's order.
    package let number: Int
    package let outcome: Finding.Outcome
    /// A part of the sentence that explains it.
    package let because: String?
    /// Parameters of the control as in a baseline, in YAML.
    package let parameters: String?
    package let now: Date
    package let host: RecordedHost
    package let lost: Set<SectionName>
    /// Keys that the host would not show.
    package let denied: [String]

    package var description: String { "\(control) #\(number): \(outcome.rawValue)" }

    package var facts: HostFacts { Self.facts(host, lost: lost, denied: denied) }

    /// Through the same JSON and decoder as a live host.
    package static func facts(_ host: RecordedHost, lost: Set<SectionName> = [], denied: [String] = []) -> HostFacts {
        var sections: [SectionName: SectionAnswer] = [:]
        for section in SectionName.allCases where !lost.contains(section) {
            sections[section] = .data(Self.deny(denied, in: host.data(section)))
        }
        return HostFacts(HostReading(sections: sections))
    }

    private static func deny(_ keys: [String], in data: JSON) -> JSON {
        guard !keys.isEmpty, let members = data.object else { return data }
        return .object(
            members.map { part in
                guard ["keys", "lists", "children"].contains(part.key), let entries = part.value.object else {
                    return part
                }
                return .init(
                    part.key,
                    .object(
                        entries.map { entry in
                            keys.contains(entry.key)
                                ? .init(entry.key, "80070005 System.UnauthorizedAccessException") : entry
                        }))
            })
    }
}

package enum ControlFixtures {
    /// The moment of judging when a case names none.
    package static let now = Date(timeIntervalSince1970: 1_795_140_000)  // 2026-11-20T02:00:00Z

    package static let policies = Fixture.repository + "/Policies"
    package static let controlFiles: [String: String] = {
        let folder = policies + "/controls"
        let areas = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var files: [String: String] = [:]
        for area in areas {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + area)) ?? []
            where name.hasSuffix(".yaml") { files[String(name.dropLast(5))] = area + "/" + name }
        }
        return files
    }()

    package static let cases: Result<[ControlCase], any Error> = Result { try read() }

    /// The hosts of `control-hosts/templates.yaml` as they are.
    package static func template(_ name: String) throws -> RecordedHost {
        var composer = try composer(for: "templates")
        let node = try #require(try YAML.parse(Array("like: \(name)".utf8)).root)
        let host = composer.compose("fixture", node)
        if composer.diagnostics.hasErrors { throw composer.diagnostics }
        return try #require(host)
    }

    private static func read() throws -> [ControlCase] {
        try Fixture.all("controls", suffix: ".yaml").flatMap { fixture in
            var composer = try composer(for: fixture.path)
            let id = String(fixture.name.dropLast(5))
            let items = try #require(
                try YAML.parse(Array(expanded(fixture.text).utf8)).root?.sequence, "\(fixture.name)")
            let cases = try items.enumerated().map { index, node in
                try read(node, id, index + 1, &composer)
            }
            if composer.diagnostics.hasErrors { throw composer.diagnostics }
            return cases
        }
    }

    private static let keys: Set<String> = ["outcome", "because", "parameters", "now", "lost", "denied"]
    private static let hostKeys: Set<String> = [
        "like", "recording", "registry", "firewall-rules", "certificates", "services", "machine-keys", "tspkg",
        "listeners", "active-profiles", "engine", "term-service", "events", "groups", "firewall-products",
    ]

    private static func read(
        _ node: YAMLNode, _ id: String, _ number: Int, _ composer: inout HostComposer
    ) throws -> ControlCase {
        let entries = try #require(node.mapping, "\(id) #\(number)")
        for entry in entries {
            try #require(keys.union(hostKeys).contains(entry.name), "\(id) #\(number): \(entry.name)")
        }
        var host = node
        if node["like"] == nil, node["recording"] == nil, case .mapping(let entries) = node.content {
            var like = try #require(try YAML.parse(Array("like: server".utf8)).root?.mapping)
            like += entries
            host.content = .mapping(like)
        }
        let composed = composer.compose("fixture", host)
        let lost = try (node["lost"]?.sequence ?? []).map { try #require(SectionName(rawValue: $0.scalar ?? "")) }
        return ControlCase(
            control: id, number: number,
            outcome: try #require(Finding.Outcome(rawValue: node["outcome"]?.scalar ?? ""), "\(id) #\(number)"),
            because: node["because"]?.string, parameters: node["parameters"].map(flow),
            now: try node["now"]?.scalar.map { try #require(ISO8601.date($0)) } ?? now,
            host: try #require(composed, "\(id) #\(number): \(composer.diagnostics)"), lost: Set(lost),
            denied: (node["denied"]?.sequence ?? []).compactMap(\.scalar))
    }

    private static func composer(for file: String) throws -> HostComposer {
        let templates = try YAML.parse(Array(expanded(Fixture.file("control-hosts/templates.yaml").text).utf8)).root
        return HostComposer(
            recordings: Fixture.repository + "/Inventory/lab/recordings",
            certificates: Fixture.root + "/control-hosts/certificates",
            templates: Dictionary(
                (templates?["templates"]?.mapping ?? []).map { ($0.name, $0.value) },
                uniquingKeysWith: { first, _ in first }),
            file: file)
    }

    /// The words of `control-hosts/README.md`.
    private static func expanded(_ text: String) -> String {
        let server = #"SYSTEM\CurrentControlSet\Control\Terminal Server"#
        let words = [
            ("$services", Keys.services), ("$server", server), ("$listener", server + #"\WinStations\RDP-Tcp"#),
            ("$policy", Keys.terminalServicesPolicy), ("$schannel", Keys.schannelProtocols),
            ("$firewall", Keys.firewall),
            ("$windows", Keys.currentVersion),
        ]
        return words.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// A node on one line.
    static func flow(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let style): style == .plain ? text : "'\(text.replacing("'", with: "''"))'"
        case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{ " + entries.map { "\($0.name): \(flow($0.value))" }.joined(separator: ", ") + " }"
        }
    }
}

/// One control alone, as a policy folder: what its file says, or a changed text of it.
package struct SoleControl {
    private let folder: TemporaryFolder
    private let id: String
    private let policies: PolicyFolder

    package init(_ id: String, text: String? = nil) throws {
        folder = try TemporaryFolder()
        self.id = id
        let place = try #require(ControlFixtures.controlFiles[id])
        let shipped = try String(contentsOfFile: ControlFixtures.policies + "/controls/" + place, encoding: .utf8)
        try folder.write(text ?? shipped, to: "controls/" + place)
        for name in try FileManager.default.contentsOfDirectory(atPath: ControlFixtures.policies + "/updates") {
            let part = try String(contentsOfFile: ControlFixtures.policies + "/updates/" + name, encoding: .utf8)
            try folder.write(part, to: "updates/" + name)
        }
        policies = try PolicyFolder(folder.path)
    }

    package func judge(_ subject: ControlCase) throws -> Finding {
        var text = "name: sole\nversion: '1'\ntitle: one control\ncontrols: [\(id)]\n"
        if let parameters = subject.parameters { text += "parameters: { \(id): \(parameters) }\n" }
        let baseline = try policies.baseline(folder.write(text, to: "baselines/sole-\(UUID().uuidString).yaml"))
        return try Self.judge(subject.facts, baseline, subject.now)
    }

    package func judge(_ facts: HostFacts, parameters: String? = nil, now: Date = ControlFixtures.now) throws -> Finding
    {
        var text = "name: sole\nversion: '1'\ntitle: one control\ncontrols: [\(id)]\n"
        if let parameters { text += "parameters: { \(id): \(parameters) }\n" }
        let baseline = try policies.baseline(folder.write(text, to: "baselines/sole-\(UUID().uuidString).yaml"))
        return try Self.judge(facts, baseline, now)
    }

    private static func judge(_ facts: HostFacts, _ baseline: Baseline, _ now: Date) throws -> Finding {
        let judgement = Evaluator(baseline: baseline, now: now).judge(.fixture(), facts)
        return try #require(judgement.findings.first)
    }
}

extension AuditedHost {
    package static func fixture(
        _ name: String = "fixture", groups: [String] = ["servers"], role: String? = nil, state: HostState = .audited,
        reason: String = ""
    ) -> AuditedHost {
        AuditedHost(
            name: name, address: "192.0.2.1", groups: groups, role: role, site: nil, state: state, reason: reason,
            advice: "", transport: "winrm", authentication: "ntlm", seconds: 0.4, collected: ControlFixtures.now,
            osName: "Windows Server 2019", osVersion: BuildVersion(10, 0, 17763, 9245))
    }
}
