import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// The baselines of single roles, as they are shipped.
@Suite struct RoleBaselineTests {
    private static let roles = ["admin-server", "jump-host", "rdsh", "workgroup", "workstation"]

    private static func judge(_ name: String, _ template: String, role: String? = nil) throws -> HostJudgement {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(name)
        return Evaluator(baseline: baseline, now: ControlFixtures.now).judge(
            .fixture(role: role), ControlCase.facts(try ControlFixtures.template(template)))
    }

    @Test(arguments: roles)
    func `a healthy host of a role meets the role's baseline, whatever the inventory says`(_ role: String) throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(role)
        #expect(baseline.role == role && baseline.lineage == ["rdp-hardened"])
        for inventory in [nil, role, "workstation"] {
            let judgement = try Self.judge(role, role, role: inventory)
            #expect(
                judgement.verdict == .met,
                "\(judgement.findings.filter { $0.outcome == .fail || $0.outcome == .unknown }.map(\.because))")
        }
    }

    /// What differs by role stands once: a fleet's inventory and a baseline by name must not disagree.
    @Test(arguments: roles)
    func `a role's baseline says what rdp-hardened says of hosts of that role`(_ role: String) throws {
        for template in Self.roles + ["server", "switched-off", "seven"] {
            let alone = try Self.judge(role, template).findings
            let byInventory = try Self.judge("rdp-hardened", template, role: role).findings
            #expect(alone.map(\.control.id) == byInventory.map(\.control.id))
            #expect(alone.map(\.outcome) == byInventory.map(\.outcome), "\(template)")
        }
    }

    @Test func `no two roles judge alike`() throws {
        let verdicts = try Self.roles.map { role in
            try (Self.roles + ["server"]).flatMap { try Self.judge(role, $0).findings.map(\.outcome) }
        }
        #expect(Set(verdicts).count == Self.roles.count)
        // Each asks something of its own.
        let own = [
            "admin-server": ["RDP-021"], "jump-host": ["RDP-021", "RDP-022", "RDP-023"], "rdsh": ["RDP-020"],
            "workgroup": ["USR-003"], "workstation": ["RDP-019"],
        ]
        for (role, ids) in own {
            let baseline = try PolicyFolder(ControlFixtures.policies).baseline(role)
            #expect(baseline.roles[role]?.ownControls.map(\.id) == ids)
        }
        let failures = ["jump-host": ["RDP-022"], "rdsh": ["RDP-020"], "workstation": ["RDP-019"]]
        for (role, ids) in failures {
            #expect(try Self.judge(role, "server").failures.map(\.control.id) == ids, "\(role)")
        }
    }

    /// Thresholds of a role come from its parameters.
    @Test func `a session host wants licences a month ahead, a jump host no restart that waits`() throws {
        let rdsh = try PolicyFolder(ControlFixtures.policies).baseline("rdsh")
        let licences = try #require(rdsh.controls.first { $0.id == "LIC-001" })
        #expect(rdsh.parameters(of: licences, role: "rdsh")["days"] == .integer(30))
        #expect(rdsh.parameters(of: licences, role: nil)["days"] == .integer(14))
        let jumpHost = try PolicyFolder(ControlFixtures.policies).baseline("jump-host")
        let restart = try #require(jumpHost.controls.first { $0.id == "KB-003" })
        #expect(jumpHost.parameters(of: restart, role: "jump-host")["days"] == .integer(3))
    }
}
