import Foundation
import HostFixtures
import Policy
import TestSupport
import Testing

/// What two baselines ask differently, with the reasons that they give.
@Suite struct BaselineDifferenceTests {
    private static func difference(
        _ first: String, _ second: String, roles: [String?]? = nil
    ) throws -> BaselineDifference {
        let folder = try TemporaryFolder()
        for (name, text) in [("first", first), ("second", second)] {
            try folder.write("name: \(name)\nversion: '1'\ntitle: t\n\(text)", to: "\(name).yaml")
        }
        let policies = try PolicyFolder(ControlFixtures.policies)
        let first = try policies.baseline(folder.path("first.yaml"))
        let second = try policies.baseline(folder.path("second.yaml"))
        return BaselineDifference(first, second, roles: roles ?? BaselineDifference.roles(first, second))
    }

    private static func shown(_ difference: BaselineDifference) -> [String] {
        difference.entries.map { entry in
            let kind =
                switch entry.change.kind {
                case .added(let severity): "+ \(severity)"
                case .removed(let severity): "- \(severity)"
                case .severity(let from, let to): "\(from) > \(to)"
                case .parameter(let name, let from, let to): "\(name) \(from?.text ?? "") > \(to?.text ?? "")"
                }
            let roles = entry.isForAll ? "all" : entry.roles.map { $0 ?? "none" }.joined(separator: ",")
            return "\(entry.change.control) \(kind) [\(roles)] \(entry.change.reason ?? "")"
        }
    }

    private static let root = "controls: [RDP-001, RDP-002, RDP-004, RDP-018]\n"

    @Test func `the same asked in another way is no difference`() throws {
        #expect(try Self.difference(Self.root, "extends: first\n").isEmpty)
        #expect(try Self.difference(Self.root, "controls: [RDP-018, RDP-004, RDP-002, RDP-001]\n").isEmpty)
        // A parameter that says the default says nothing new.
        #expect(try Self.difference(Self.root, "extends: first\nparameters: { RDP-004: { port: 3389 } }\n").isEmpty)
    }

    @Test func `controls, severities and parameters are told with their reasons`() throws {
        let child = """
            extends: first
            controls: [RDP-006]
            exclude: { RDP-002: nobody cares }
            parameters: { RDP-004: { port: 3390 } }
            override: { RDP-001: { reason: it is all that counts, severity: low } }

            """
        #expect(
            Self.shown(try Self.difference(Self.root, child)) == [
                "RDP-001 high > low [all] second: it is all that counts",
                "RDP-002 - high [all] second: nobody cares",
                "RDP-004 port 3389 > 3390 [all] ",
                "RDP-006 + high [all] ",
            ])
    }

    @Test func `what is taken out comes back with the reason of the one that had left it out`() throws {
        let child = "extends: second\nexclude: { RDP-002: nobody cares }\n"
        #expect(Self.shown(try Self.difference(child, Self.root)) == ["RDP-002 + high [all] first: nobody cares"])
    }

    @Test func `what differs for some roles says for which`() throws {
        let child = """
            extends: first
            roles:
              rdsh: { parameters: { RDP-004: { port: 3390 } }, exclude: { RDP-002: elsewhere } }
              kiosk: { controls: [RDP-019] }

            """
        #expect(
            Self.shown(try Self.difference(Self.root, child)) == [
                "RDP-002 - high [rdsh] role rdsh: elsewhere",
                "RDP-004 port 3389 > 3390 [rdsh] ",
                "RDP-019 + high [kiosk] ",
            ])
        #expect(Self.shown(try Self.difference(Self.root, child, roles: ["rdsh"])).count == 2)
        #expect(try Self.difference(Self.root, child, roles: ["workstation"]).isEmpty)
    }

    @Test func `a baseline of a role is compared as hosts are judged by it`() throws {
        let root = Self.root + "roles: { rdsh: { exclude: { RDP-002: elsewhere } } }\n"
        let shown = Self.shown(try Self.difference(root, "extends: first\nrole: rdsh\n"))
        // For session hosts nothing changes.
        #expect(
            shown == ["RDP-002 - high [none,admin-server,jump-host,workgroup,workstation] role rdsh: elsewhere"])
    }
}
