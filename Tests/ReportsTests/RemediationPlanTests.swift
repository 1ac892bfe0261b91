import Formats
import Foundation
import HostFacts
import HostFixtures
import TestSupport
import Testing

@testable import Policy
@testable import Reports

/// The order of a fleet's changes: policies, canaries, a tenth, the rest; and no two peers in one step.
@Suite struct RemediationPlanTests {
    private static let controls = Result { try PolicyFolder(ControlFixtures.policies).controls }

    private static func action(
        _ summary: String, _ effect: RemediationTemplate.Effect = .newConnections,
        place: RemediationAction.Place = .host, path: String? = nil, object: String? = nil, risk: String = "",
        steps: [RemediationStep] = []
    ) -> RemediationAction {
        RemediationAction(
            summary: summary, place: place, policyPath: path, policyObject: object, steps: steps,
            effect: effect, risk: risk)
    }

    private static func finding(
        _ control: String, _ actions: [RemediationAction], evidence: [Finding.Evidence] = []
    ) throws -> Finding {
        Finding(
            control: try #require(controls.get()[control]).statement, outcome: .fail, because: "", wanted: "",
            evidence: evidence,
            remediation: actions)
    }

    private static func host(
        _ name: String, _ findings: [Finding], groups: [String] = [], role: String? = nil, site: String? = nil,
        state: HostState = .audited
    ) -> HostJudgement {
        let host = AuditedHost(
            name: name, address: name, groups: groups, role: role, site: site, state: state,
            reason: state == .audited ? "" : "no answer", advice: "", transport: "winrm", authentication: "ntlm",
            seconds: 1, collected: ControlFixtures.now, osName: nil, osVersion: nil)
        return HostJudgement(host: host, findings: findings)
    }

    private static func plan(_ hosts: [HostJudgement]) throws -> RemediationPlan {
        RemediationPlan(try SampleRun.result(hosts)) { $0 + ".ps1" }
    }

    private static func page(_ hosts: [HostJudgement]) throws -> String {
        String(decoding: RemediationPlanPage.render(try SampleRun.result(hosts)) { $0 + ".ps1" }, as: UTF8.self)
    }

    private static func nla() throws -> Finding { try finding("RDP-006", [action("Set UserAuthentication to 1")]) }
    private static func restart() throws -> Finding {
        try finding("RDP-005", [action("Set fDenyTSConnections to 0", .serviceRestart)])
    }

    private static func number(_ number: Int) -> String { String(format: "%03d", number) }

    // MARK: Waves

    @Test(arguments: [
        (1, [1]), (2, [1, 1]), (5, [1, 1, 3]), (9, [1, 1, 7]), (10, [2, 1, 7]), (11, [2, 2, 7]), (30, [2, 3, 25]),
        (200, [2, 20, 178]),
    ])
    func `canaries go first, then a tenth, then the rest`(_ count: Int, _ sizes: [Int]) throws {
        let nla = try Self.nla()
        let hosts = (0..<count).map { Self.host("srv-" + Self.number($0), [nla]) }
        let plan = try Self.plan(hosts)
        #expect(plan.waves.map(\.members.count) == sizes)
        #expect(plan.waves.map(\.kind) == Array(RemediationWave.Kind.allCases.prefix(sizes.count)))
        #expect(plan.waves.flatMap(\.members).map(\.host.name).sorted() == hosts.map(\.host.name))
    }

    @Test func `a canary is a host on which little hangs`() throws {
        let nla = try Self.nla()
        let plan = try Self.plan([
            Self.host("a-part", [nla], role: "rdsh", site: "B", state: .partial),
            Self.host("b-jump", [nla], role: "jump-host"),
            Self.host("c-admin", [nla], role: "admin-server"), Self.host("d-alone", [nla], role: "rdsh", site: "A"),
            Self.host("e-rds", [nla], role: "rdsh", site: "B"), Self.host("f-rds", [nla], role: "rdsh", site: "B"),
        ])
        #expect(plan.waves.first?.members.map(\.host.name) == ["e-rds"])
        let withClient = try Self.plan([
            Self.host("e-rds", [nla], role: "rdsh"), Self.host("w-client", [nla], role: "workstation"),
        ])
        #expect(withClient.waves.first?.members.map(\.host.name) == ["w-client"])
    }

    @Test func `every set of changes has its canary, but for single hosts whose changes are tried already`() throws {
        let (nla, restart) = (try Self.nla(), try Self.restart())
        let other = try Self.finding("TLS-006", [Self.action("Set Enabled to 0", .reboot)])
        let hosts =
            (0..<4).map { Self.host("n\($0)", [nla]) } + (0..<3).map { Self.host("r\($0)", [restart]) }
            + [Self.host("both", [nla, restart]), Self.host("single", [other])]
        let plan = try Self.plan(hosts)
        #expect(plan.sets.map(\.hosts.count) == [4, 3, 1, 1])
        #expect(plan.waves.first?.members.map(\.host.name) == ["n0", "r0", "single"])
    }

    // MARK: Peers

    @Test(arguments: [2, 3, 12])
    func `no two peers whose sessions end are in one step`(_ count: Int) throws {
        let (nla, restart) = (try Self.nla(), try Self.restart())
        let sites = ["Berlin", "Paris"]
        let hosts = sites.flatMap { site in
            (0..<count * 2).map {
                Self.host("\(site)-" + Self.number($0), [$0 < count ? restart : nla], role: "rdsh", site: site)
            }
        }
        let plan = try Self.plan(hosts)
        for wave in plan.waves {
            for step in wave.steps {
                let disruptive = step.filter { $0.peers != nil }
                #expect(Set(disruptive.map(\.host.site)).count == disruptive.count)
            }
        }
        // Hosts whose sessions stay are held up by nobody.
        let quiet = plan.waves.flatMap { wave in wave.steps.dropFirst().flatMap(\.self).filter { $0.peers == nil } }
        #expect(quiet.isEmpty)
    }

    @Test func `peers are told by role and site, else by role and group, else by nothing`() throws {
        let restart = try Self.restart()
        func peers(_ host: HostJudgement) -> PeerGroup { PeerGroup(host.host) }
        let a = Self.host("a", [restart], groups: ["all-rds", "farm-1"], role: "rdsh", site: "Berlin")
        let b = Self.host("b", [restart], groups: ["all-rds", "farm-2"], role: "rdsh", site: "Berlin")
        let c = Self.host("c", [restart], groups: ["all-rds", "farm-1"], role: "rdsh")
        let d = Self.host("d", [restart], groups: ["all-rds", "farm-2"], role: "rdsh")
        let e = Self.host("e", [restart], groups: ["all-rds", "farm-1"])
        #expect(peers(a) == peers(b) && peers(c) != peers(d) && peers(c) != peers(e) && peers(a) != peers(c))
        #expect(peers(Self.host("x", [])) == peers(Self.host("y", [])))
        let page = try Self.page([a, b, Self.host("a2", [restart], role: "rdsh", site: "Berlin")])
        #expect(page.contains("role rdsh, site Berlin"))
    }

    @Test func `workstations are not parted`() throws {
        let restart = try Self.restart()
        let plan = try Self.plan((0..<40).map { Self.host("w" + Self.number($0), [restart], role: "workstation") })
        #expect(plan.waves.map(\.steps.count) == [1, 1, 1])
    }

    @Test func `a large group of peers is dealt out evenly, and the page says so`() throws {
        let restart = try Self.restart()
        let hosts = (0..<60).map { Self.host("r" + Self.number($0), [restart], role: "rdsh", site: "Berlin") }
        let plan = try Self.plan(hosts)
        let rest = try #require(plan.waves.last)
        #expect(rest.members.count == 52 && rest.steps.count == 12)
        #expect(rest.steps.allSatisfy { (4...5).contains($0.count) })
        #expect(try Self.page(hosts).contains("- role rdsh, site Berlin: 52 hosts, at most 5 in one step"))
    }

    // MARK: Within a host, and around the scripts

    private static func setting(_ name: String) -> RemediationStep {
        .registry(
            .init(location: RegistryLocation(Keys.lsa, name), observed: nil, wanted: .dword(1), missingKeys: []))
    }

    @Test func `a host's changes stand in the order of its script`() throws {
        let certificate = RemediationStep.certificate(
            .init(
                thumbprint: "AB", entry: RegistryLocation("k", "Blob"), blob: .binary([1]),
                current: RegistryLocation("k", "v"), observedCurrent: nil))
        let service = RemediationStep.service(
            .init(service: .termService, observedStart: .disabled, wantedStart: .manual, wasRunning: false))
        let rule = RemediationStep.firewallRule(.init(id: "r", observed: "v2.30|Active=FALSE|", isSwitchedOn: true))
        let hosts = [
            Self.host(
                "h",
                [
                    try Self.finding("TLS-006", [Self.action("Set Enabled to 0", .reboot, steps: [Self.setting("e")])]),
                    try Self.finding(
                        "RDP-006", [Self.action("Set UserAuthentication to 1", steps: [Self.setting("n")])]),
                    try Self.finding(
                        "CERT-002", [Self.action("Renew the certificate", .serviceRestart, steps: [certificate])]),
                    try Self.finding(
                        "FW-001",
                        [Self.action("Enable the rules", .immediate, risk: "rules come into force", steps: [rule])]),
                    try Self.finding("SVC-001", [Self.action("Start the service", .immediate, steps: [service])]),
                    try Self.finding(
                        "RDP-001", [Self.action("Set UserAuthentication to 1", steps: [Self.setting("n")])]),
                ])
        ]
        let set = try #require(Self.plan(hosts).sets.first)
        #expect(
            set.changes.map(\.summary) == [
                "Start the service", "Enable the rules", "Set Enabled to 0", "Set UserAuthentication to 1",
                "Renew the certificate",
            ])
        #expect(set.changes[3].controls == ["RDP-001", "RDP-006"])
        #expect(set.changes.map(\.hazard) == [nil, .ownWay, nil, nil, nil])
        let row = "| **our own way in** | Enable the rules | FW-001 | rules come into force | 1 |"
        #expect(try Self.page(hosts).contains(row))
    }

    @Test func `policies come first, by path and by the object that the host named`() throws {
        let path = "Computer Configuration > NLA"
        func change(_ object: String?) -> RemediationAction {
            Self.action(
                "Set UserAuthentication to 1 in the policy that sets it", place: .policy, path: path, object: object)
        }
        let named = try Self.finding("RDP-006", [change("SRV-RDP {1}")])
        let unnamed = try Self.finding("RDP-006", [change(nil)])
        let hosts = [
            Self.host("a", [unnamed, try Self.restart()]), Self.host("b", [named]), Self.host("c", [named]),
        ]
        let plan = try Self.plan(hosts)
        #expect(plan.policies.map(\.object) == ["SRV-RDP {1}", nil])
        #expect(plan.policies.map(\.hosts) == [["b", "c"], ["a"]] && plan.policies.allSatisfy { $0.path == path })
        #expect(plan.waves.flatMap(\.members).map(\.host.name) == ["a"])
        let page = try Self.page(hosts)
        let order = ["## First: policies", "## What the scripts do", "## How to apply", "## Wave 1"].map {
            page.firstRange(of: $0)?.lowerBound
        }
        #expect(order.allSatisfy { $0 != nil } && order.compactMap(\.self) == order.compactMap(\.self).sorted())
        #expect(page.contains("a policy, name unknown"))
    }

    @Test func `what is not in the plan is named, and what is waived is not planned`() throws {
        var waived = try Self.nla()
        waived.outcome = .waived
        let manual = try Self.finding("CERT-002", [Self.action("Renew it at its authority", place: .manual)])
        let hosts = [
            Self.host("accepted", [waived]), Self.host("dead", [], state: .unreachable), Self.host("by-hand", [manual]),
            Self.host("unsure", [try Self.nla()]),
        ]
        let result = try SampleRun.result(hosts)
        let plan = RemediationPlan(result) { _ in nil }
        #expect(plan.waves.isEmpty && plan.sets.isEmpty && plan.waivedCount == 1)
        #expect(plan.withoutScript.map(\.name) == ["unsure"] && plan.notAudited.map(\.name) == ["dead"])
        #expect(plan.manual.map(\.summary) == ["Renew it at its authority"])
        let page = String(decoding: RemediationPlanPage.render(result) { _ in nil }, as: UTF8.self)
        #expect(page.contains("| dead | unreachable | no answer |") && page.contains("Hosts: unsure"))
        #expect(!page.contains("accepted"))
    }

    // MARK: The page

    @Test func `the same run gives the same bytes, in whatever order its hosts came`() throws {
        let (nla, restart) = (try Self.nla(), try Self.restart())
        let hosts = (0..<60).map { number in
            Self.host(
                "h" + Self.number(number), number % 3 == 0 ? [nla, restart] : number % 3 == 1 ? [nla] : [restart],
                groups: ["g\(number % 4)"], role: number % 2 == 0 ? "rdsh" : nil,
                state: number % 13 == 0 ? .unreachable : .audited)
        }
        let page = try Self.page(hosts)
        for _ in 0..<5 { #expect(try Self.page(hosts.shuffled()) == page) }
    }

    @Test func `no host is left out of a long plan`() throws {
        let restart = try Self.restart()
        let hosts = (0..<3_000).map { Self.host("srv-" + Self.number($0), [restart], groups: ["g\($0 % 7)"]) }
        let page = try Self.page(hosts)
        let cells = Set(
            page.split(separator: "\n").filter { $0.hasPrefix("| srv-") }.map { $0.split(separator: " ")[1] })
        #expect(cells.count == hosts.count && page.utf8.count < 400 * hosts.count)
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `hostile names and texts are text`() async throws {
        let texts = SampleRun.hostile
        let hosts = try texts.enumerated().map { index, text in
            let finding = try Self.finding(
                "RDP-006",
                [
                    Self.action("do " + text, index % 2 == 0 ? .serviceRestart : .newConnections, risk: text),
                    Self.action("policy " + text, place: .policy, path: text),
                    Self.action("hand " + text, place: .manual, risk: text),
                ], evidence: [.init(fact: "policy.origin.x", value: text, source: nil)])
            return Self.host("h" + text, [finding], groups: ["g" + text], role: text, site: text)
        }
        let all = hosts + texts.map { Self.host("dead" + $0, [], state: .unreachable) }
        let page = try Self.page(all)
        for scalar in page.unicodeScalars {
            #expect(scalar == "\n" || scalar.value >= 0x20 && !(0x202a...0x202e).contains(scalar.value))
        }
        let python = try #require(Peers.python)
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/markdown_peer.py"], input: Data(page.utf8))
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        let seen = try JSON.parse([UInt8](outcome.standardOutput))
        for piece in seen["html"]?.array ?? [] {
            let text = piece.string ?? ""
            #expect(text.wholeMatch(of: /<\/details>\n?|<details><summary>[^<>]*<\/summary>\n?/) != nil, "\(text)")
        }
        #expect(seen["links"]?.array?.isEmpty == true && seen["images"]?.array?.isEmpty == true)
        let headings = (seen["headings"]?.array ?? []).compactMap(\.string)
        let known: Set<String> = [
            "Remediation plan", "Risks: read first", "First: policies", "What the scripts do", "How to apply",
            "Last: by hand", "Not in the plan",
        ]
        #expect(
            headings.allSatisfy {
                known.contains($0) || $0.hasPrefix("Policy ") || $0.hasPrefix("Set ") || $0.hasPrefix("Wave ")
            }, "\(headings)")
        let rows = (seen["rows"]?.array ?? []).compactMap(\.array)
        #expect(rows.filter { $0.count == 4 && $0[1].string?.hasSuffix(".ps1") == true }.count == texts.count)
        #expect(rows.allSatisfy { (2...6).contains($0.count) })
    }
}
