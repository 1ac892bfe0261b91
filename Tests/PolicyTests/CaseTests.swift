import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import PolicyCases
import TestSupport
import Testing

/// Cases of policies: strict to read, and sharp enough to notice a changed policy.
@Suite struct CaseTests {
    /// A folder of policies with one control, one baseline and the templates that come with the program.
    private struct Policies {
        let folder: TemporaryFolder

        init(port: Int = 3389) throws {
            folder = try TemporaryFolder()
            try folder.write(
                """
                id: TST-001
                title: The port is right
                severity: low
                why: Because.
                parameters: { port: \(port) }
                applies-to: { fact: rdp.enabled.effective, equals: true }
                check: { fact: rdp.listener.port.effective, equals: { parameter: port } }

                """, to: "controls/rdp/TST-001.yaml")
            try folder.write(
                "name: base\nversion: '1'\ntitle: t\ncontrols: [TST-001]\nroles: { rdsh: { exclude: { TST-001: r } } }\n",
                to: "baselines/base.yaml")
            // The shipped server, without the files of its certificate.
            let shipped = try String(
                contentsOfFile: ControlFixtures.policies + "/tests/hosts/templates.yaml", encoding: .utf8)
            let bare = try #require(shipped.range(of: "\n  # Windows' own certificate is served"))
            try folder.write(
                shipped[..<bare.lowerBound] + "\n  server: { like: bare }\n", to: "tests/hosts/templates.yaml")
        }

        func cases(_ text: String, at place: String = "tests/controls/TST-001.yaml") throws -> [CaseFile] {
            let file = try folder.write(text, to: place)
            var reader = try CaseReader(
                PolicyFolder(folder.path), recordings: [Fixture.repository + "/Inventory/lab/recordings"])
            return try reader.read([file])
        }

        func failures(_ text: String, at place: String = "tests/controls/TST-001.yaml") throws -> [String?] {
            try cases(text, at: place).flatMap(\.cases).map { $0.judge().failure }
        }
    }

    private static let all = """
        - { outcome: pass }
        - { outcome: fail, registry: { $listener: { PortNumber: 3390 } } }
        - { outcome: pass, registry: { $listener: { PortNumber: 3390 } }, parameters: { port: 3390 } }
        - { outcome: unknown, denied: [$listener] }
        - { outcome: unknown, lost: [rdp] }
        - { outcome: not-applicable, registry: { $server: { fDenyTSConnections: 1 } } }

        """

    @Test func `cases that hold say nothing`() throws {
        let failures = try Policies().failures(Self.all)
        #expect(failures.count == 6 && failures.allSatisfy { $0 == nil }, "\(failures)")
    }

    @Test func `a changed policy is told with what was expected, what came and why`() throws {
        #expect(
            try Policies(port: 3391).failures(Self.all).prefix(3) == [
                "expected pass, came fail: rdp.listener.port.effective is 3389", nil, nil,
            ])
        let policies = try Policies()
        #expect(
            try policies.failures("- { outcome: fail }\n") == [
                "expected fail, came pass: rdp.listener.port.effective is 3389"
            ])
        #expect(
            try policies.failures("- { outcome: unknown, because: nobody knows, lost: [rdp] }\n").first??.hasPrefix(
                "expected unknown because of 'nobody knows', came unknown: ") == true)
    }

    @Test func `a case of a baseline names exactly what fails and what cannot be told`() throws {
        let policies = try Policies()
        let place = "tests/baselines/base.yaml"
        let other = "registry: { $listener: { PortNumber: 1 } }"
        #expect(
            try policies.failures(
                """
                - { fails: [] }
                - { fails: [TST-001], \(other) }
                - { fails: [], role: rdsh, \(other) }
                - { fails: [], unknown: [TST-001], lost: [rdp] }
                - { fails: [], \(other) }
                - { fails: [TST-001] }
                - { fails: [], lost: [rdp] }

                """, at: place
            ).map { $0?.split(separator: ":").first.map(String.init) } == [
                nil, nil, nil, nil, "expected TST-001 not fail, came fail", "expected TST-001 fail, came pass",
                "expected TST-001 not unknown, came unknown",
            ])
    }

    @Test func `outcomes that no case shows are found`() throws {
        let policies = try Policies()
        let controls = try Array(PolicyFolder(policies.folder.path).controls.values)
        #expect(
            try CaseGap.gaps(in: policies.cases(Self.all), of: controls, catalogue: UpdateCatalogue(lines: [])).isEmpty)
        let some = try CaseGap.gaps(
            in: policies.cases("- { outcome: fail }\n"), of: controls, catalogue: UpdateCatalogue(lines: []))
        #expect(some.map(\.outcomes) == [[.pass, .unknown, .notApplicable]])
        #expect(CaseGap.gaps(in: [], of: controls, catalogue: UpdateCatalogue(lines: [])).map(\.outcomes.count) == [4])
    }

    @Test func `everything that is wrong in a file of cases is told at once, with its place`() throws {
        let text = """
            - { outcome: passes }
            - { because: nothing }
            - { outcome: pass, paramters: {} }
            - { outcome: pass, parameters: { prot: 1 } }
            - { outcome: pass, parameters: { port: many } }
            - { outcome: pass, now: yesterday }
            - { outcome: pass, lost: [rpd] }
            - { outcome: pass, like: sever }
            - { outcome: pass, recording: nothing }
            - { outcome: pass, registry: [] }
            - { outcome: pass, services: { Nothing: running } }
            - { outcome: pass, machine-keys: { folders: x } }
            - { outcome: pass, listeners: [70000] }
            - { outcome: pass, active-profiles: [home] }
            - { outcome: pass, certificates: [{ file: none.der, serves: bound }] }
            - outcome
            - { outcome: pass, registry: { $listener: { PortNumber: [1] } }, role: rdsh }

            """
        let policies = try Policies()
        let wrong = try #require(#expect(throws: Diagnostics.self) { try policies.cases(text) })
        let lines = wrong.sorted.filter { $0.file.hasSuffix("controls/TST-001.yaml") }.compactMap(\.position?.line)
        #expect(wrong.all.allSatisfy { $0.position != nil })
        #expect(Set(lines) == Set(1...17), "\(wrong)")
        #expect(lines.count == 19, "\(wrong)")
        #expect(wrong.description.contains("did you mean 'parameters'?"))
    }

    @Test(arguments: [
        ("- { fails: [TST-01] }\n", "did you mean 'TST-001'?"), ("- { fails: TST-001 }\n", "a list of control ids"),
        ("- {}\n", "needs 'fails'"), ("- { fails: [], role: rsdh }\n", "did you mean 'rdsh'?"),
        ("- { fails: [], outcome: pass }\n", "unknown key 'outcome'"), ("[]\n", "empty"),
        ("a: b\n", "cases are a list"),
    ])
    func `a wrong case of a baseline is refused`(_ text: String, _ words: String) throws {
        let policies = try Policies()
        let wrong = try #require(
            #expect(throws: Diagnostics.self) { try policies.cases(text, at: "tests/baselines/base.yaml") })
        #expect(wrong.description.contains(words), "\(wrong)")
    }

    @Test func `a file is named after what it is about`() throws {
        let policies = try Policies()
        let wrong = try #require(
            #expect(throws: Diagnostics.self) { try policies.cases(Self.all, at: "tests/controls/TST-01.yaml") })
        #expect(wrong.all.map(\.code) == ["P161"] && wrong.description.contains("did you mean 'TST-001'?"))
    }

    @Test func `a mistake in a template is told in the file of templates`() throws {
        let policies = try Policies()
        try policies.folder.write(
            "templates:\n  server: { recording: win10-1903-family, registry: 5 }\n  other: { regitsry: {} }\n",
            to: "tests/hosts/templates.yaml")
        let key = try #require(#expect(throws: Diagnostics.self) { try policies.cases(Self.all) })
        #expect(key.all.count == 1 && key.description.contains("templates.yaml:3:12: error[P104]"), "\(key)")
        try policies.folder.write(
            "templates:\n  server: { recording: win10-1903-family, registry: 5 }\n", to: "tests/hosts/templates.yaml")
        let shape = try #require(#expect(throws: Diagnostics.self) { try policies.cases(Self.all) })
        #expect(
            shape.sorted.count == 1 && shape.description.contains("templates.yaml:2:53: error: 'registry'"), "\(shape)")
        // Templates that refer to each other end.
        try policies.folder.write("templates:\n  server: { like: server }\n", to: "tests/hosts/templates.yaml")
        #expect(throws: Diagnostics.self) { try policies.cases(Self.all) }
    }

    @Test func `a folder without cases is an error`() throws {
        let policies = try Policies()
        let folder = try PolicyFolder(policies.folder.path)
        let none = try #require(#expect(throws: Diagnostics.self) { try CaseReader.files(of: folder) })
        #expect(none.all.map(\.code) == ["P160"])
        _ = try policies.cases(Self.all)
        #expect(try CaseReader.files(of: folder).count == 1)
    }

    @Test func `the cases that come with the program hold, also those of whole baselines`() throws {
        let policies = try PolicyFolder(ControlFixtures.policies)
        var reader = try CaseReader(policies, recordings: [Fixture.repository + "/Inventory/lab/recordings"])
        let files = try reader.read(CaseReader.files(of: policies))
        let baselines = files.filter { if case .baseline = $0.subject { true } else { false } }
        #expect(Set(baselines.map(\.subject.name)).isSuperset(of: ["rdp-connectivity", "rdp-hardened"]))
        for file in baselines {
            for subject in file.cases { #expect(subject.judge().failure == nil, "\(file.path):\(subject.position)") }
        }
    }
}
