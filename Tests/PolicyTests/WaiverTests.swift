import Formats
import Foundation
import HostFacts
import HostFixtures
import Inventory
import Policy
import TestSupport
import Testing

/// A register in a text, as a file would hold it.
func register(_ text: String, at now: Date = ControlFixtures.now) throws -> WaiverRegister {
    let folder = try TemporaryFolder()
    return try WaiverRegister(
        [folder.write(text, to: "waivers.yaml")], controls: ControlFixtures.controlFiles.keys, at: now)
}

/// One entry of a file of waivers.
func waiver(
    _ id: String = "WV-1", controls: String = "RDP-006", hosts: String = "all", expires: String = "2027-03-31",
    more: String = ""
) -> String {
    """
      - id: \(id)
        controls: \(controls)
        hosts: "\(hosts)"
        reason: Old thin clients
        owner: Ops
        ticket: CHG-1
        approver: CISO
        expires: \(expires)
        \(more)

    """
}

func waivers(_ entries: String...) -> String { "waivers:\n" + entries.joined() }

@Suite struct WaiverTests {
    private static let now = ControlFixtures.now

    /// Named hosts that fail RDP-006, judged by the harder baseline.
    private static func judge(
        _ register: WaiverRegister, _ hosts: [String] = ["srv-1"], groups: [String] = [], at moment: Date = now,
        outcome: Finding.Outcome = .fail
    ) throws -> [HostJudgement] {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let evaluator = Evaluator(baseline: baseline, now: moment, waivers: register, hostNames: Set(hosts))
        let facts = try #require(
            ControlFixtures.cases.get().first { $0.control == "RDP-006" && $0.outcome == outcome }
        ).facts
        return hosts.map { evaluator.judge(.fixture($0, groups: groups, role: "admin-server"), facts) }
    }

    private static func finding(_ judgement: HostJudgement?) throws -> Finding {
        try #require(judgement?.findings.first { $0.control.id == "RDP-006" })
    }

    // MARK: In force, day by day

    @Test(arguments: [
        ("2026-11-20T02:00:00Z", Waiver.State.inForce), ("2027-03-30T23:59:59Z", .inForce),
        ("2027-03-31T00:00:00Z", .inForce), ("2027-03-31T12:00:00Z", .inForce), ("2027-03-31T23:59:59Z", .inForce),
        ("2027-03-31T23:59:59.999Z", .inForce), ("2027-04-01T00:00:00Z", .expired),
        // A zone of the moment of judging is no zone of the day.
        ("2027-04-01T01:59:59+02:00", .inForce), ("2027-04-01T02:00:00+02:00", .expired),
        ("2027-03-31T18:00:00-06:00", .expired), ("2099-01-01T00:00:00Z", .expired),
    ])
    func `a waiver is in force until the end of its last day, UTC`(_ moment: String, _ state: Waiver.State) throws {
        let register = try register(waivers(waiver()))
        let now = try #require(ISO8601.date(moment))
        #expect(register.waivers.first?.state(at: now) == state)
        let finding = try Self.finding(Self.judge(register, at: now).first)
        #expect(finding.outcome == (state == .inForce ? .waived : .fail))
        #expect(finding.because.contains("the waiver WV-1 expired on 2027-03-31") == (state == .expired))
    }

    @Test(arguments: [
        ("2026-11-19T23:59:59Z", Waiver.State.notYet), ("2026-11-20T00:00:00Z", .inForce),
        ("2027-04-01T00:00:00Z", .expired),
    ])
    func `a waiver is not in force before it is granted`(_ moment: String, _ state: Waiver.State) throws {
        let register = try register(waivers(waiver(more: "granted: 2026-11-20")))
        let now = try #require(ISO8601.date(moment))
        #expect(register.waivers.first?.state(at: now) == state)
        let finding = try Self.finding(Self.judge(register, at: now).first)
        #expect((finding.outcome == .waived) == (state == .inForce))
        #expect(finding.because.contains("WV-1 is not in force yet") == (state == .notYet))
    }

    // MARK: What it covers

    @Test func `a waived finding keeps what was seen and what would end it`() throws {
        let open = try Self.finding(Self.judge(.empty).first)
        let waived = try Self.finding(Self.judge(register(waivers(waiver()))).first)
        #expect(open.outcome == .fail && waived.outcome == .waived && waived.waiver?.id == "WV-1")
        #expect(waived.evidence == open.evidence && !waived.evidence.isEmpty)
        #expect(waived.remediation == open.remediation && !waived.remediation.isEmpty)
        #expect(waived.because == open.because && waived.wanted == open.wanted)
        #expect(open.isFailure && waived.isFailure && open.waiver == nil)
    }

    @Test(arguments: [Finding.Outcome.pass, .unknown, .notApplicable])
    func `only a failure can be waived`(_ outcome: Finding.Outcome) throws {
        let register = try register(waivers(waiver()))
        let finding = try Self.finding(Self.judge(register, outcome: outcome).first)
        #expect(finding.outcome == outcome && finding.waivers.isEmpty)
    }

    @Test(arguments: [
        ("srv-1", true), ("srv-2", false), ("srv-*", true), ("rdsh", true), ("rdsh:&site-a", true),
        ("rdsh:!srv-1", false),
        ("site-b", false), ("all", true), ("ws-1", false),
    ])
    func `only the hosts of its pattern are covered`(_ pattern: String, _ isCovered: Bool) throws {
        let register = try register(waivers(waiver(hosts: pattern)))
        let judgement = try Self.judge(register, groups: ["rdsh", "site-a"]).first
        #expect(try Self.finding(judgement).outcome == (isCovered ? .waived : .fail))
        #expect(judgement?.waivers.count == (isCovered ? 1 : 0))
    }

    @Test func `only the controls that it names are covered`() throws {
        let register = try register(waivers(waiver(controls: "[RDP-001, KEY-005]")))
        #expect(try Self.finding(Self.judge(register).first).outcome == .fail)
    }

    @Test func `of two waivers the one that ends last is named, and both count`() throws {
        let register = try register(
            waivers(
                waiver("A", expires: "2027-01-31"), waiver("C", expires: "2027-02-28"),
                waiver("B", expires: "2027-02-28"), waiver("OLD", expires: "2026-10-31")))
        let hosts = try Self.judge(register)
        let finding = try Self.finding(hosts.first)
        #expect(finding.waivers.map(\.id) == ["B", "C", "A"] && finding.waiver?.id == "B")
        #expect(finding.lapsedWaivers.map(\.id) == ["OLD"] && !finding.because.contains("OLD"))
        let accounts = WaiverAccount.make(register, hosts, at: Self.now)
        #expect(accounts.map(\.findings) == [1, 1, 1, 1] && accounts.allSatisfy { !$0.isUnused })
    }

    @Test func `a host whose only failures are waived meets the baseline with waivers`() throws {
        let open = try Self.judge(.empty).first
        let failing = Set((open?.failures ?? []).map(\.control.id)).sorted()
        #expect(open?.verdict == .failing)
        let all = try Self.judge(register(waivers(waiver(controls: "[\(failing.joined(separator: ", "))]")))).first
        #expect(all?.verdict == .metWithWaivers && all?.failures.isEmpty == true && all?.waived.count == failing.count)
        #expect(all?.breaks(.exposes) == false && all?.breaks(.exposes, isWaivedToo: true) == true)
    }

    // MARK: The account

    @Test func `every waiver is accounted for`() throws {
        let register = try register(
            waivers(
                waiver("USED", hosts: "srv-1"), waiver("EXPIRED", hosts: "srv-2", expires: "2026-11-19"),
                waiver("SOON", hosts: "srv-3", expires: "2026-11-30"), waiver("NOBODY", hosts: "no-such"),
                waiver("NOTHING", controls: "KEY-005", hosts: "srv-1"), waiver("ALL"),
                waiver("LATER", hosts: "srv-2", more: "granted: 2026-12-01"),
                waiver("PAST", hosts: "no-such", expires: "2026-01-01"),
                waiver("LONG", hosts: "srv-1", expires: "2029-01-01")
            ))
        #expect(register.warnings.map(\.code) == ["P316"])
        let accounts = WaiverAccount.make(
            register, try Self.judge(register, ["srv-1", "srv-2", "srv-3"]), at: Self.now)
        let told = accounts.map {
            "\($0.waiver.id) \($0.stateText) \($0.hosts) \($0.findings): \($0.remarks.joined(separator: "; "))"
        }
        #expect(
            told == [
                "USED in force 1 1: ", "EXPIRED expired 1 1: expired, and other waivers cover what it covered",
                "SOON in force 1 1: ends within 11 days", "NOBODY in force 0 0: unused: names no host",
                "NOTHING in force 1 0: unused: nothing fails that it covers",
                "ALL in force 3 3: too broad: it is for every host", "LATER not yet in force 1 1: ",
                "PAST expired 0 0: expired, and nothing fails that it covered",
                "LONG in force 1 1: lasts longer than is allowed",
            ])
    }

    @Test func `failures of an expired waiver count again, unless another covers them`() throws {
        let expired = waiver("B", hosts: "srv-*", expires: "2026-11-19")
        for (text, remark) in [
            (waivers(expired), "expired: its 2 failures count again"),
            (waivers(expired, waiver("A", hosts: "srv-1")), "expired: its 1 failure counts again"),
            (waivers(expired, waiver("A")), "expired, and other waivers cover what it covered"),
        ] {
            let register = try register(text)
            let hosts = try Self.judge(register, ["srv-1", "srv-2"])
            #expect(WaiverAccount.make(register, hosts, at: Self.now)[0].remarks == [remark])
        }
    }

    @Test(arguments: [
        (5, 5, false), (6, 29, true), (6, 30, false), (7, 34, true), (20, 100, false), (21, 100, true), (0, 0, false),
        (1, 1, false),
    ])
    func `a waiver is too broad above a fifth of the fleet and five hosts`(
        _ hosts: Int, _ fleet: Int, _ isBroad: Bool
    ) throws {
        let waiver = try #require(register(waivers(waiver(hosts: "rdsh"))).waivers.first)
        let account = WaiverAccount(waiver, hosts: hosts, of: fleet, findings: 1, at: Self.now)
        #expect((account.breadth != nil) == isBroad)
    }

    @Test(arguments: [
        ("2026-11-20", 1), ("2026-11-21", 2), ("2026-12-03", 14), ("2026-12-04", nil), ("2026-11-19", nil),
    ])
    func `a waiver that ends within fourteen days is told`(_ expires: String, _ days: Int?) throws {
        let waiver = try #require(register(waivers(waiver(expires: expires))).waivers.first)
        #expect(WaiverAccount(waiver, hosts: 1, of: 1, findings: 1, at: Self.now).endsInDays == days)
    }

    // MARK: Files

    @Test func `files and folders are one register, and an id is taken once in all`() throws {
        let folder = try TemporaryFolder()
        try folder.write(waivers(waiver("A")), to: "more/a.yaml")
        try folder.write(waivers(waiver("B")), to: "more/b.yaml")
        let single = try folder.write(waivers(waiver("C")), to: "c.yaml")
        let controls = ControlFixtures.controlFiles.keys
        let paths = [single, folder.path + "/more"]
        #expect(try WaiverRegister(paths, controls: controls, at: Self.now).waivers.map(\.id) == ["C", "A", "B"])
        // The same file named twice is no contradiction.
        #expect(try WaiverRegister(paths + paths, controls: controls, at: Self.now).waivers.count == 3)
        try folder.write(waivers(waiver("A")), to: "more/d.yaml")
        try folder.write(waivers(waiver("E")), to: "more/e.yml")
        let wrong = try #require(
            #expect(throws: Diagnostics.self) { try WaiverRegister(paths, controls: controls, at: Self.now) })
        #expect(wrong.sorted.map(\.code) == ["P311", "P108"])
        #expect(wrong.sorted.first?.help?.contains("more/a.yaml:2:9") == true)
    }

    @Test(arguments: ["", "nothing", "empty/"])
    func `a path without waivers is an error`(_ path: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "empty/.keep")
        #expect(throws: Diagnostics.self) {
            try WaiverRegister([folder.path + "/" + path], controls: [], at: Self.now)
        }
    }

    @Test(arguments: [("\u{feff}", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n"), ("---\n", "\n")])
    func `a byte order mark and Windows' line ends change nothing`(_ start: String, _ end: String) throws {
        let text = start + waivers(waiver()).replacing("\n", with: end)
        let waiver = try #require(register(text).waivers.first)
        #expect(waiver.id == "WV-1" && waiver.lastDay == "2027-03-31" && waiver.approver == "CISO")
    }

    @Test(arguments: [
        "", "# nothing\n", "waivers:\n\t- id: A\n", "waivers: {}\n", "waivers: 5\n", "- id: A\n", "waivers: &a [*a]\n",
        "\u{0}", "waivers: [\(String(repeating: "[", count: 5_000))", "waivers: [\n",
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
            + "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nwaivers: *g\n",
        "waivers:\n" + String(repeating: "  - x\n", count: 10_001),
    ])
    func `a file that is none ends with an error`(_ text: String) throws {
        let wrong = try #require(#expect(throws: Diagnostics.self) { try register(text) })
        #expect(wrong.hasErrors && wrong.errorCount < 20)
    }

    @Test func `an empty list is no waiver, and no error`() throws {
        #expect(try register("waivers: []\n").isEmpty)
    }

    @Test func `what is odd is a warning`() throws {
        let text =
            "max-days: 30\n"
            + waivers(waiver(more: "granted: 2027-03-02"), waiver("OWN").replacing("CISO", with: "Ops"))
        let register = try register(text)
        #expect(register.warnings.map(\.code) == ["P317", "P316"])
        #expect(register.waivers.map(\.isTooLong) == [false, true])
    }

    @Test func `hosts that an inventory does not know are told with what was meant`() throws {
        let folder = try TemporaryFolder()
        let inventory = try InventoryLoader.load([
            folder.write("rdsh: { hosts: { srv-rds-01: , srv-rds-02: } }\n", to: "hosts.yaml")
        ])
        let register = try register(
            waivers(waiver("A", hosts: "rsdh"), waiver("B", hosts: "srv-rds-01"), waiver("C", hosts: "rdsh:!rdsh")))
        let strangers = register.strangers(in: inventory)
        #expect(strangers.map(\.code) == ["P318", "P318"] && strangers.allSatisfy { $0.severity == .warning })
        #expect(strangers.first?.help == "did you mean 'rdsh'?" && strangers.first?.message.contains("'rsdh'") == true)
        #expect(strangers.last?.message.contains("leave nobody") == true)
    }

    @Test func `the example is a register that loads without a warning, and no policy`() throws {
        let policies = ControlFixtures.policies
        let register = try WaiverRegister(
            [policies + "/waivers-example.yaml"], controls: PolicyFolder(policies).controls.keys, at: Self.now)
        #expect(!register.isEmpty && register.warnings.isEmpty)
    }
}
