import Formats
import Foundation
import HostFixtures
import Policy
import TestSupport
import Testing

/// The published schemas, held against a validator that is not ours.
@Suite struct SchemaTests {
    @Test(arguments: PolicySchema.allCases)
    func `a published schema is what the program prints`(_ schema: PolicySchema) throws {
        let path = Fixture.repository + "/docs/schemas/\(schema.rawValue)-1.schema.json"
        if ProcessInfo.processInfo.environment["FLEETAUDIT_RECORD"] == "1" {
            try Data(schema.text).write(to: URL(fileURLWithPath: path))
        }
        let published = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(
            published == Data(schema.text),
            "make it anew: fleetaudit policy schema \(schema.rawValue) > docs/schemas/\(schema.rawValue)-1.schema.json")
    }

    @Test(.enabled(if: Peers.hasPython)) func `every shipped control and baseline fits its schema`() async throws {
        let controls = ControlFixtures.controlFiles.values.map { ControlFixtures.policies + "/controls/" + $0 }
        let baselines = try FileManager.default.contentsOfDirectory(atPath: ControlFixtures.policies + "/baselines")
            .map { ControlFixtures.policies + "/baselines/" + $0 }
        try #require(!controls.isEmpty && !baselines.isEmpty)
        for (schema, files) in [(PolicySchema.control, controls), (.baseline, baselines)] {
            let outcome = try await Self.check(
                schema, try files.map { try String(contentsOfFile: $0, encoding: .utf8) })
            #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
        }
    }

    /// What the schema cannot know: names of files, which parameters are declared, which controls there are.
    private static let beyond: Set<String> = [
        "control-wrong-id.yaml", "control-other-file.yaml", "control-kinds.yaml", "control-parameters.yaml",
        "control-duplicate-key.yaml", "control-broken.yaml", "baseline-rules.yaml",
        "baseline-alone.yaml",
    ]

    @Test(
        .enabled(if: Peers.hasPython),
        arguments: try Fixture.all("policy-errors", suffix: ".yaml").filter {
            ($0.name.hasPrefix("control") || $0.name.hasPrefix("baseline")) && !beyond.contains($0.name)
        })
    func `a wrong policy file does not fit its schema`(_ fixture: Fixture) async throws {
        let schema = fixture.name.hasPrefix("control") ? PolicySchema.control : .baseline
        let outcome = try await Self.check(schema, [try fixture.text])
        #expect(outcome.exitCode == 1, "\(outcome.text)\(outcome.errorText)")
    }

    /// Each of these alone is refused by the loader as well (control-everything.yaml).
    @Test(
        .enabled(if: Peers.hasPython),
        arguments: [
            "{ fact: rdp.nothing, equals: 1 }", "{ fact: rdp.enabled.effective, equals: 1 }",
            "{ fact: rdp.enabled.effective }", "{ fact: rdp.enabled.effective, at-least: 1 }",
            "{ fact: rdp.listener.port.effective, at-least: 1, at-most: 2 }",
            "{ fact: rdp.listener.port.effective, equls: 1 }", "{ fact: rdp.listener.port.effective, one-of: [a] }",
            "{ fact: certificates.bound.notAfter, older-than: 30 }",
            "{ fact: certificates.bound.notAfter, after: 2027-01-15T00:00:00 }",
            "{ fact: firewall.activeProfiles, every: { at-least: 3 } }", "{ fact: firewall.activeProfiles, none: {} }",
            "{ fact: firewall.activeProfiles, count: { equals: a } }", "{ fact: os.version, at-least: ten }",
            "{ rule: rdp-reachabel }", "{ rule: build-at-least }", "{ rule: rdp-reachable, with: { nets: [] } }",
            "{ all: [] }", "{ all: [{ rule: no-rdp-block-rule }], not: { rule: no-rdp-block-rule } }", "{}", "5",
        ])
    func `a wrong condition does not fit the schema`(_ condition: String) async throws {
        let text = "id: TST-001\ntitle: t\nseverity: low\nwhy: w\ncheck: "
        #expect(try await Self.check(.control, [text + condition]).exitCode == 1)
    }

    @Test(.enabled(if: Peers.hasPython)) func `every operator in its right form fits the schema`() async throws {
        let conditions = try Fixture.file("policy-operators.yaml").text.split(separator: "\n").filter {
            $0.hasPrefix("{")
        }
        let head = "id: TST-001\ntitle: t\nseverity: low\nwhy: w\nparameters: { p: 1, build: 10.0.17763.1 }\ncheck: "
        let texts = conditions.map { head + $0 + "\n" }
        let outcome = try await Self.check(.control, texts)
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
        for name in Comparison.Operator.allCases.map(\.rawValue) + [
            "every", "some", "none", "count", "all", "any", "not", "rule",
        ] {
            #expect(conditions.contains { $0.contains("\(name): ") }, "\(name)")
        }
        // The loader says the same.
        for text in texts {
            let folder = try TemporaryFolder()
            try folder.write(text, to: "controls/rdp/TST-001.yaml")
            #expect(throws: Never.self, "\(text)") { try PolicyFolder(folder.path) }
        }
    }

    private static func check(_ schema: PolicySchema, _ texts: [String]) async throws -> ProcessOutcome {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        var files: [String] = []
        for (index, text) in texts.enumerated() {
            let root = try #require(try YAML.parse(Array(text.utf8)).root)
            files.append(try folder.write(String(decoding: JSON.write(json(root)), as: UTF8.self), to: "\(index).json"))
        }
        let schemaFile = try folder.write(String(decoding: schema.text, as: UTF8.self), to: "schema.json")
        return try await TestSupport.run(
            python, [Fixture.repository + "/Tests/Peers/schema_peer.py", "--whole", schemaFile] + files)
    }

    /// As an editor sees it: plain scalars by YAML 1.2's core schema.
    private static func json(_ node: YAMLNode) -> JSON {
        switch node.content {
        case .mapping(let entries): .object(entries.map { .init($0.name, json($0.value)) })
        case .sequence(let items): .array(items.map(json))
        case .scalar(let text, _):
            if node.isNull {
                .null
            } else if let flag = node.bool {
                .bool(flag)
            } else if let number = node.int {
                .int(Int64(number))
            } else if let number = node.double {
                .double(number)
            } else {
                .string(text)
            }
        }
    }
}
