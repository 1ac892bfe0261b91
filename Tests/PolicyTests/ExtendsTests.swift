import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// Baselines that extend others: what is added, left out and changed, with reasons.
@Suite struct ExtendsTests {
    /// Three controls, and baselines beside each other.
    private struct Policies {
        let folder: TemporaryFolder

        init(_ baselines: [String: String]) throws {
            folder = try TemporaryFolder()
            for number in 1...4 {
                try folder.write(
                    """
                    id: TST-00\(number)
                    title: Control \(number)
                    severity: low
                    why: Because.
                    parameters: { port: 3389, words: [a, b] }
                    check: { fact: rdp.listener.port.effective, equals: { parameter: port } }

                    """, to: "controls/rdp/TST-00\(number).yaml")
            }
            for (name, text) in baselines {
                try folder.write(
                    "name: \(name)\nversion: '1'\ntitle: About \(name)\n" + text, to: "baselines/\(name).yaml")
            }
        }

        func baseline(_ name: String) throws -> Baseline { try PolicyFolder(folder.path).baseline(name) }

        func errors(_ name: String) throws -> [String] {
            let wrong = #expect(throws: Diagnostics.self) { try PolicyFolder(folder.path).baseline(name) }
            return (wrong?.sorted ?? []).map { $0.description.replacing(folder.path + "/baselines/", with: "") }
        }
    }

    private static let root = """
        controls: [TST-001, TST-002]
        parameters: { TST-001: { port: 3390 } }
        roles:
          rdsh: { exclude: { TST-002: users sign in elsewhere }, parameters: { TST-001: { port: 3391 } } }
          workstation: { controls: [TST-003] }

        """

    private func values(_ baseline: Baseline, _ id: String, role: String? = nil) throws -> [String: PolicyValue] {
        baseline.parameters(of: try #require(baseline.controls.first { $0.id == id }), role: role)
    }

    @Test func `a child has what its parent has, what it adds, and not what it leaves out`() throws {
        let policies = try Policies([
            "root": Self.root,
            "child": """
            extends: root
            controls: [TST-004]
            exclude: { TST-002: nobody needs it, TST-003: no workstations here }
            parameters: { TST-001: { words: [c] }, TST-004: { port: 1 } }
            override:
              TST-001: { reason: the helpdesk waits for it, severity: critical, parameters: { port: 3392 } }

            """,
        ])
        let child = try policies.baseline("child")
        #expect(child.controls.map(\.id) == ["TST-001", "TST-004"])
        #expect(child.lineage == ["root"] && child.role == nil)
        #expect(child.origins == ["TST-001": "root", "TST-004": "child"])
        #expect(child.controls.map(\.severity) == [.critical, .low])
        #expect(
            child.exclusions.map { "\($0.control) \($0.baseline): \($0.reason)" } == [
                "TST-002 child: nobody needs it", "TST-003 child: no workstations here",
            ])
        #expect(
            child.overrides.map { "\($0.control) \($0.baseline): \($0.reason)" } == [
                "TST-001 child: the helpdesk waits for it"
            ])
        #expect(child.overrides.first?.severity == .critical && child.overrides.first?.role == nil)
        #expect(child.overrides.first?.parameters == ["port": .integer(3392)])
        #expect(try values(child, "TST-001") == ["port": .integer(3392), "words": .list(["c"])])
        // A role is nearer to a host than any baseline.
        #expect(try values(child, "TST-001", role: "rdsh")["port"] == .integer(3391))
        #expect(try values(child, "TST-004")["port"] == .integer(1))
        // The parent stays as it is.
        let parent = try policies.baseline("root")
        #expect(parent.controls.map(\.id) == ["TST-001", "TST-002", "TST-003"])
        #expect(parent.controls.map(\.severity) == [.low, .low, .low] && parent.lineage.isEmpty)
    }

    @Test func `roles are merged, and a role's parameter is changed with a reason`() throws {
        let policies = try Policies([
            "root": Self.root,
            "child": """
            extends: root
            roles:
              rdsh:
                controls: [TST-002, TST-004]
                override: { TST-001: { reason: moved, parameters: { port: 3399 } } }
              admin-server: { exclude: { TST-001: not reached from outside } }

            """,
        ])
        let child = try policies.baseline("child")
        // What was taken out for the role is back, and one more is the role's own.
        #expect(child.roles["rdsh"]?.excluded == [:])
        #expect(child.roles["rdsh"]?.ownControls.map(\.id) == ["TST-004"])
        #expect(child.controls.map(\.id) == ["TST-001", "TST-002", "TST-004", "TST-003"])
        #expect(try values(child, "TST-001", role: "rdsh")["port"] == .integer(3399))
        #expect(try values(child, "TST-001")["port"] == .integer(3390))
        #expect(child.overrides.map(\.role) == ["rdsh"])
        #expect(child.roles["admin-server"]?.excluded == ["TST-001": "not reached from outside"])
    }

    @Test func `a control of a role may become one of every host, as it is rated`() throws {
        let policies = try Policies([
            "root": Self.root + "override: { TST-003: { reason: it matters, severity: high } }\n",
            "child": "extends: root\ncontrols: [TST-003]\n",
        ])
        let child = try policies.baseline("child")
        #expect(child.controls.map(\.id) == ["TST-001", "TST-002", "TST-003"])
        #expect(child.controls.last?.severity == .high)
        #expect(child.roles["workstation"]?.ownControls.isEmpty == true)
    }

    @Test func `a chain is followed to its end, and what was left out may come back as new`() throws {
        let policies = try Policies([
            "root": Self.root,
            "middle": "extends: root\nexclude: { TST-001: not now }\nrole: rdsh\n",
            "leaf": "extends: middle\ncontrols: [TST-001]\nparameters: { TST-001: { port: 7 } }\n",
        ])
        let leaf = try policies.baseline("leaf")
        #expect(leaf.lineage == ["middle", "root"] && leaf.role == "rdsh")
        #expect(leaf.origins["TST-001"] == "leaf" && leaf.exclusions.isEmpty)
        // Nothing of it is left from before it was left out, not for the role either.
        #expect(try values(leaf, "TST-001", role: "rdsh")["port"] == .integer(7))
    }

    @Test func `a baseline of a role judges every host as one of it`() throws {
        let policies = try Policies([
            "root": Self.root, "farm": "extends: root\nrole: rdsh\n",
        ])
        let facts = ControlCase.facts(try ControlFixtures.template("server"))
        func findings(_ name: String, role: String?) throws -> [Finding] {
            Evaluator(baseline: try policies.baseline(name), now: ControlFixtures.now)
                .judge(.fixture(role: role), facts).findings
        }
        for role in [nil, "workstation", "rdsh"] {
            let judged = try findings("farm", role: role)
            #expect(judged.map(\.outcome) == [.fail, .notApplicable, .notApplicable])
            #expect(judged.first?.wanted == "3391")
        }
        #expect(try findings("root", role: nil).map(\.outcome) == [.fail, .pass, .notApplicable])
    }

    @Test func `a parent is a name beside the child or among the policies, or a file from the child on`() throws {
        let policies = try Policies(["root": Self.root])
        func child(_ extends: String, at place: String) throws -> Baseline {
            let text = "name: child\nversion: '1'\ntitle: t\nextends: \(extends)\n"
            return try PolicyFolder(policies.folder.path).baseline(policies.folder.write(text, to: place))
        }
        for (extends, place) in [
            ("root", "elsewhere/child.yaml"), ("../baselines/root.yaml", "elsewhere/child.yaml"),
            ("\(policies.folder.path)/baselines/root.yaml", "elsewhere/deep/child.yaml"),
            ("root.yaml", "baselines/child.yaml"),
        ] {
            #expect(try child(extends, at: place).lineage == ["root"], "\(extends)")
        }
        // Beside the child comes first.
        try policies.folder.write(
            "name: other\nversion: '1'\ntitle: t\ncontrols: [TST-004]\n", to: "elsewhere/root.yaml")
        #expect(try child("root", at: "elsewhere/child.yaml").lineage == ["other"])
    }

    @Test(arguments: [
        (["a": "extends: a\n"], "a.yaml:4:10: error[P135]: the baselines extend each other: a.yaml -> a.yaml"),
        (
            ["a": "extends: b\n", "b": "extends: c\n", "c": "extends: b\n"],
            "c.yaml:4:10: error[P135]: the baselines extend each other: b.yaml -> c.yaml -> b.yaml"
        ),
        (
            ["a": "extends: b.yaml\n", "b": "extends: a\n"],
            "b.yaml:4:10: error[P135]: the baselines extend each other: a.yaml -> b.yaml -> a.yaml"
        ),
    ])
    func `a circle is told with its way, where it closes`(_ baselines: [String: String], _ words: String) throws {
        let errors = try Policies(baselines).errors("a")
        #expect(errors.count == 1 && errors[0].hasPrefix(words), "\(errors)")
    }

    @Test func `more than sixteen baselines in a row are refused`() throws {
        var baselines = ["b0": "controls: [TST-001]\n"]
        for number in 1...16 { baselines["b\(number)"] = "extends: b\(number - 1)\n" }
        let policies = try Policies(baselines)
        #expect(try policies.baseline("b15").lineage.count == 15)
        let errors = try policies.errors("b16")
        #expect(errors.count == 1 && errors[0].hasPrefix("b1.yaml:4:10: error[P135]: more than 16"), "\(errors)")
    }

    @Test func `what is wrong in a parent is told in the parent's file, beside what is wrong in the child's`() throws {
        let policies = try Policies([
            "root": "controls: [TST-001, TST-01]\n",
            "child": "extends: root\ncontrols: [TST-0004]\nexclude: { TST-002: it would be missing }\n",
        ])
        #expect(
            try policies.errors("child") == [
                "child.yaml:5:12: error[P132]: there is no control 'TST-0004' (did you mean 'TST-004'?)",
                "root.yaml:4:21: error[P132]: there is no control 'TST-01' (did you mean 'TST-001'?)",
            ])
    }

    @Test func `a changed parameter of the parent needs its reason, a new one or the same does not`() throws {
        func child(_ text: String) throws -> Policies {
            try Policies(["root": Self.root, "child": "extends: root\n" + text])
        }
        for same in ["parameters: { TST-001: { port: 3390 } }\n", "parameters: { TST-002: { port: 1 } }\n"] {
            #expect(try child(same).baseline("child").controls.count == 3)
        }
        let changed = try child("parameters: { TST-001: { port: 3389 } }\n").errors("child")
        #expect(changed.count == 1 && changed[0].contains("error[P137]: 'port' of TST-001 is 3390"), "\(changed)")
        let role = try child("roles: { rdsh: { parameters: { TST-001: { port: 1 } } } }\n").errors("child")
        #expect(role.count == 1 && role[0].contains("error[P137]: 'port' of TST-001 is 3391"), "\(role)")
        let twice = try child(
            "parameters: { TST-002: { port: 1 } }\noverride: { TST-002: { reason: r, parameters: { port: 2 } } }\n")
        #expect(try twice.errors("child").count == 1)
    }

    @Test func `a name tells one baseline`() throws {
        let policies = try Policies(["root": Self.root])
        try policies.folder.write(
            "name: root\nversion: '1'\ntitle: t\nextends: root\n", to: "elsewhere/child.yaml")
        try policies.folder.write(
            "name: root\nversion: '1'\ntitle: t\ncontrols: [TST-001]\n", to: "baselines/other.yaml")
        let folder = try PolicyFolder(policies.folder.path)
        let same = #expect(throws: Diagnostics.self) {
            try folder.baseline(policies.folder.path("elsewhere/child.yaml"))
        }
        #expect(same?.all.map(\.code) == ["P138"])
        #expect(try policies.errors("other").first?.hasPrefix("other.yaml:1:7: error[P138]") == true)
        #expect(folder.baselineNames == ["other", "root"])
    }

    @Test func `a control that was left out says by whom and why when it is spoken of`() throws {
        let policies = try Policies([
            "root": Self.root, "middle": "extends: root\nexclude: { TST-002: nobody needs it }\n",
            "leaf": "extends: middle\nexclude: { TST-002: once more }\nparameters: { TST-002: { port: 1 } }\n",
        ])
        let errors = try policies.errors("leaf")
        #expect(errors.count == 2 && errors.allSatisfy { $0.contains("nobody needs it") }, "\(errors)")
    }
}
