import Formats
package import Foundation
package import HostFacts
package import Lab
package import Policy
import PolicyCases
import TestSupport
import Testing

/// A host of `Policies/tests/controls/<ID>.yaml` and what the control must say about it.
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
    /// The other hosts of its fleet, by name.
    package let fleet: [String: RecordedHost]

    package var description: String { "\(control) #\(number): \(outcome.rawValue)" }

    package var facts: HostFacts { Self.facts(host, lost: lost, denied: denied, fleet: fleet) }

    /// Through the same JSON and decoder as a live host, which was asked at ``ControlFixtures/now``.
    ///
    /// - Parameter fleet: who else was asked; without any the host is a fleet of one.
    package static func facts(
        _ host: RecordedHost, lost: Set<SectionName> = [], denied: [String] = [], fleet: [String: RecordedHost] = [:]
    ) -> HostFacts {
        host.facts(lost: lost, denied: denied, fleet: fleet)
    }
}

package enum ControlFixtures {
    /// The moment of judging when a case names none.
    package static let now = PolicyCase.usualNow

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

    package static let cases: Result<[ControlCase], any Error> = Result {
        var reader = try caseReader()
        let files = try reader.read(CaseReader.files(in: policies + "/tests/controls"))
        let cases = files.flatMap { file in file.cases.compactMap { ControlCase(file.subject.name, $0) } }
        // No case at all would pass in silence.
        try #require(!cases.isEmpty)
        return cases
    }

    /// The hosts of `Policies/tests/hosts/templates.yaml` as they are.
    package static func template(_ name: String) throws -> RecordedHost {
        var reader = try caseReader()
        return try #require(try reader.template(name))
    }

    /// The template `server`, whole on another port.
    package static func server(port: UInt32) throws -> RecordedHost {
        var host = try template("server")
        host.registry.set(RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "PortNumber"), .dword(port))
        host.setItem(.network, "listeners", [JSON(port)])
        for rule in ["TCP", "UDP"] {
            let place = RegistryLocation(
                Keys.firewall + #"\FirewallRules"#, "RemoteDesktop-UserMode-In-\(rule)")
            let text = try #require(host.registry.value(place)?.text)
            host.registry.set(place, .string(text.replacing("LPort=3389", with: "LPort=\(port)")))
        }
        return host
    }

    private static func caseReader() throws -> CaseReader {
        try CaseReader(PolicyFolder(policies), recordings: [Fixture.repository + "/Inventory/lab/recordings"])
    }
}

extension ControlCase {
    /// `nil` for a case of a whole baseline.
    fileprivate init?(_ control: String, _ subject: PolicyCase) {
        guard case .outcome(let outcome, let because) = subject.expectation else { return nil }
        self.init(
            control: control, number: subject.number, outcome: outcome, because: because,
            parameters: subject.parameters.map(Self.flow), now: subject.now, host: subject.host, lost: subject.lost,
            denied: subject.denied, fleet: subject.fleet)
    }

    /// A node on one line.
    private static func flow(_ node: YAMLNode) -> String {
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
        try Self.judge(subject.facts, baseline(subject.parameters), subject.now)
    }

    package func judge(_ facts: HostFacts, parameters: String? = nil, now: Date = ControlFixtures.now) throws -> Finding
    {
        try Self.judge(facts, baseline(parameters), now)
    }

    /// A baseline of this control alone; `parameters` as in a baseline, in YAML.
    package func baseline(_ parameters: String?) throws -> Baseline {
        var text = "name: sole\nversion: '1'\ntitle: one control\ncontrols: [\(id)]\n"
        if let parameters { text += "parameters: { \(id): \(parameters) }\n" }
        return try policies.baseline(folder.write(text, to: "baselines/sole-\(UUID().uuidString).yaml"))
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
