import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// A copy that travels says the same of the fleet, and nothing of its addresses, accounts and access lists.
@Suite struct RedactionTests {
    /// What must go, and the part of it by which a reader would know it.
    static let secrets: [(text: String, core: String)] = [
        ("10.20.30.40", "10.20.30.40"), ("10.20.128.0/17", "10.20.128"), ("fd00:12::beef", "fd00:12"),
        ("fe80::1ff:fe23:4567%eth0", "fe23"), ("10.9.8.7:3389", "10.9.8.7"), ("10.1.1.5-10.1.1.9", "10.1.1."),
        (#"CORP\jdoe"#, "jdoe"), (#".\localadm"#, "localadm"), ("jdoe@corp.example", "jdoe"),
        ("S-1-5-21-111-222-333-1105", "111-222"), ("S-1-12-1-44444-5-6-7", "44444"),
        (
            "O:S-1-5-21-111-222-333-500G:SYD:PAI(A;;FA;;;SY)(XA;;FX;;;BU;(@User.Team == \"zebra\" && 1 == 1))",
            "zebra"
        ),
        ("O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)", "PAI"), (#"\\filer.corp.example\share\list.txt"#, "filer"),
        (#"C:\Users\jdoe.admin\AppData"#, "jdoe"), (#"C:\Users\John Doe\AppData"#, "John"),
        ("/home/jdoe/w.yaml", "jdoe"),
        ("e4f7bace-1b95-5014-a2d1-7872cfe4064d", "7872cfe4064d"),
        ("key_e4f7bace-1b95-5014-a2d1-7872cfe4064d", "7872cfe4064d"), ("00:15:5d:01:02:0f", "5d:01"),
        ("944A20839C71F7DF658E0CCB0140C2BB4F8DCB21", "944A2083"), ("CN=secret.corp.example, O=Zebra", "secret"),
    ]

    /// Every text that a run holds, each with the secret in it.
    private static func planted(_ secret: String) throws -> (result: AuditResult, trend: RunTrend) {
        let text = "before \(secret) behind"
        let isAccount = secret.hasPrefix("CORP") || secret.hasPrefix(".")
        // What a policy's file says is no account: its backslashes are those of keys.
        let policyText = isAccount ? "nothing" : text
        let control = ControlStatement(
            id: "TST-001", title: policyText, area: "rdp", severity: .high, consequence: .exposes, why: policyText,
            symptoms: [policyText], references: [policyText], file: "Policies/x.yaml")
        let actions = [
            RemediationAction(
                summary: text, place: .host,
                steps: [
                    .registry(
                        .init(
                            location: RegistryLocation(text, text), observed: .string(text), wanted: .string(text),
                            missingKeys: [text])),
                    .firewallRule(.init(id: text, observed: text, isSwitchedOn: true)),
                    .keyFile(.init(path: text, descriptor: text, refused: [text], owner: text, hasOwner: true)),
                ],
                guardCondition: text, apply: [text], verify: text, rollback: [text], whyNoRollback: text,
                effect: .immediate, risk: text),
            RemediationAction(
                summary: text, place: .policy, policyPath: text, policyObject: text, effect: .immediate, risk: text),
        ]
        let register = try waivers(text)
        func finding(_ outcome: Finding.Outcome) -> Finding {
            Finding(
                control: control, outcome: outcome, because: text, wanted: text,
                evidence: [
                    .init(fact: "rdp.listeners", value: text, source: .policy),
                    .init(fact: "groups.administrators", value: "\(secret), S-1-5-32-544", source: nil),
                ],
                remediation: actions, waivers: outcome == .waived ? register.waivers : [],
                lapsedWaivers: outcome == .fail ? register.waivers : [])
        }
        let assets = HostAssets(
            certificates: .value([
                .init(
                    store: .remoteDesktop, thumbprint: secret, subject: text, issuer: text, notBefore: nil,
                    notAfter: ControlFixtures.now, isServed: true, isMadeForRemoteDesktop: false, isSelfIssued: false,
                    key: "RSA 2048")
            ]), updates: .failed(text), isRestartPending: .failed(text))
        let outcomes: [Finding.Outcome] = [.fail, .waived, .unknown, .notApplicable, .pass]
        var hosts = outcomes.enumerated().map { index, outcome in
            HostJudgement(
                host: host("srv-\(index)", text, .partial), findings: [finding(outcome)], waivers: register.waivers,
                marks: [MachineMark(location: RegistryLocation("k", "MachineGuid"), text: text)], assets: assets)
        }
        hosts.append(HostJudgement(host: host("srv-dead", text, .unreachable), findings: []))
        let baseline = BaselineStatement(
            name: "b", version: "1", title: policyText, controls: [control], catalogueAsOf: ControlFixtures.now)
        let result = AuditResult(
            run: "20261120-020000", started: ControlFixtures.now, judgedAt: ControlFixtures.now, baseline: baseline,
            hosts: hosts, programVersion: "0", probe: "", unchecked: ["srv-0": [text]], waivers: register)
        let ids = ["TST-001"]
        var trend = RunTrend(
            series: [
                PastRun(
                    run: "20261119-020000", started: ControlFixtures.now, judgedAt: ControlFixtures.now, baseline: "b",
                    baselineVersion: "1", figures: RunFigures(hosts))
            ], silentRuns: ["srv-dead": 5])
        for host in hosts {
            trend.differences[host.host.name] = JudgementDifference(
                before: nil, after: HostOutcomes(host, controls: ids, keepsReasons: true))
        }
        return (result, trend)
    }

    private static func host(_ name: String, _ text: String, _ state: HostState) -> AuditedHost {
        AuditedHost(
            name: name, address: text, groups: [text], role: text, site: text, state: state, reason: text, advice: text,
            transport: "winrm", authentication: "ntlm", seconds: 1, collected: ControlFixtures.now, osName: text,
            osVersion: BuildVersion(10, 0, 17763, 1))
    }

    private static func waivers(_ text: String) throws -> WaiverRegister {
        let quoted = "\"" + text.unicodeScalars.map { String(format: "\\U%08X", $0.value) }.joined() + "\""
        let folder = try TemporaryFolder()
        return try WaiverRegister(
            [
                folder.write(
                    """
                    waivers:
                      - { id: W-1, controls: [TST-001], hosts: all, reason: \(quoted), owner: \(quoted), ticket: \(quoted),
                          approver: \(quoted), expires: 2026-11-25 }

                    """, to: "w.yaml")
            ], controls: ["TST-001"], at: ControlFixtures.now)
    }

    private static func reports(_ result: AuditResult, _ trend: RunTrend) -> [(name: String, text: String)] {
        let summary = FleetSummary(result, trend: trend)
        let all =
            ReportFormat.allCases.map { ($0.fileName, $0.bytes(result, summary)) } + [
                ("plan.md", RemediationPlanPage.render(result) { _ in nil }),
                ("summary", SummaryJSON.render(result, summary, exitCode: 3, folder: nil)),
            ]
        return all.map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }

    @Test(arguments: secrets.indices)
    func `no report of a redacted run holds a secret, wherever it stood`(_ index: Int) throws {
        let (secret, core) = Self.secrets[index]
        let (result, trend) = try Self.planted(secret)
        let open = Self.reports(result, trend)
        #expect(open.count { $0.text.contains(core) } >= 8, "the secret is planted")
        for level in Redaction.Level.allCases {
            let copy = Redaction(level).redacted(result, trend)
            for report in Self.reports(copy.result, copy.trend) {
                guard let place = report.text.range(of: core, options: .caseInsensitive) else { continue }
                let from = report.text.index(place.lowerBound, offsetBy: -150, limitedBy: report.text.startIndex)
                Issue.record("\(level) \(report.name): \(report.text[(from ?? place.lowerBound)..<place.upperBound])")
            }
            #expect(copy.result.hosts.allSatisfy { RemediationScript($0)?.isBoundToMachine != true })
        }
    }

    @Test(arguments: Redaction.Level.allCases)
    func `verdicts, figures and causes are those of the original`(_ level: Redaction.Level) throws {
        let drifting = try DriftingRun()
        for (result, trend) in [
            (drifting.result, drifting.trend), (try SampleRun.mixed(), .none), (try SampleRun.hostileHosts(), .none),
        ] {
            let copy = Redaction(level).redacted(result, trend)
            let (before, after) = (FleetSummary(result, trend: trend), FleetSummary(copy.result, trend: copy.trend))
            #expect(after.figures == before.figures && after.verdict == before.verdict)
            #expect(after.verdicts == before.verdicts && after.states == before.states)
            #expect(after.newFailures == before.newFailures && after.fixed == before.fixed)
            #expect(after.causes.map(\.failureCount).sorted() == before.causes.map(\.failureCount).sorted())
            #expect(after.causes.map { $0.hosts.count }.sorted() == before.causes.map { $0.hosts.count }.sorted())
            #expect(after.certificates.counts == before.certificates.counts)
            #expect(after.waivers.map(\.findings) == before.waivers.map(\.findings))
            #expect(copy.result.hosts.map(\.verdict) == result.hosts.map(\.verdict))
            #expect(Set(copy.result.hosts.map(\.host.name)).count == Set(result.hosts.map(\.host.name)).count)
            for (first, second) in zip(
                Self.reports(copy.result, copy.trend),
                {
                    let again = Redaction(level).redacted(result, trend); return Self.reports(again.result, again.trend)
                }())
            {
                #expect(first.text == second.text, "two copies are the same bytes: \(first.name)")
            }
        }
    }

    /// What becomes of a text that a run holds of a host.
    private static func redacted(_ text: String, _ level: Redaction.Level = .addresses) throws -> String {
        let audited = AuditedHost(
            name: "srv-1", address: "", groups: [], role: nil, site: nil, state: .unreachable, reason: text, advice: "",
            transport: nil, authentication: nil, seconds: 0, collected: ControlFixtures.now, osName: nil, osVersion: nil
        )
        let host = HostJudgement(host: audited, findings: [])
        return Redaction(level).redacted(try SampleRun.result([host]), .none).result.hosts[0].host.reason
    }

    @Test(arguments: [
        "Windows 10.0.17763.9245, build 6.1.7601.0", "S-1-5-20 and S-1-5-32-544, S-1-1-0, S-1-5-18",
        "S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833", #"NT AUTHORITY\NETWORK SERVICE"#,
        #"BUILTIN\Users"#, #"HKLM\SOFTWARE\Policies\Microsoft\x"#, #"RSA\MachineKeys"#, "2026-11-20T02:00:00Z 02:00:00",
        "KB5004442", "0.0.0.0/0, 127.0.0.1, ::1", "1.3.6.1.5.5.7.3.1", "RDP-Tcp", #"C:\Users\Public\x"#,
        "@FirewallAPI.dll,-28752", "f686aace6942fb7f7ceb231212eef4a4",
        "no answer on port 5985 (tried 3 times; gave up)",
        "", "-", "a", "...", "((", "\\", "\\\\", "@", "é\u{301}", "S-1-", "::", "CN=",
    ])
    func `what is the same everywhere stays`(_ text: String) throws {
        #expect(try Self.redacted(text) == text)
    }

    @Test(arguments: [
        ("10.0.0.1 10.0.0.2 10.0.0.1.", "address-1 address-2 address-1."), ("[10.0.0.1]:5985", "[address-1]:5985"),
        (
            #"the account "CORP\svc-audit" is locked, corp\SVC-AUDIT too"#,
            #"the account "account-1" is locked, account-1 too"#
        ),
        ("D:(A;;FA;;;SY) and D:(A;;FA;;;BA), then D:(A;;FA;;;SY)", "sddl-1 and sddl-2 then sddl-1"),
        (#"read \\filer\a, then 'C:\Users\jo\x'"#, #"read path-1, then 'C:\Users\account-1\x'"#),
        ("CN=a.example, O=b", "CN=certificate-1, O=certificate-2"),
    ])
    func `equal things stay equal, and the sentence stands`(_ text: String, _ wanted: String) throws {
        #expect(try Self.redacted(text) == wanted)
    }

    @Test func `values of marked facts go whole, and wherever they are quoted`() throws {
        let marked = FactDictionary.all.filter { $0.sensitivity != nil && $0.sensitivity != .name }
        #expect(marked.count > 20)
        let control = try #require(try SampleRun.baseline().controls.first).statement
        for fact in marked {
            let finding = Finding(
                control: control, outcome: .fail, because: "\(fact.path) is Zebra Value 7", wanted: "not Zebra Value 7",
                evidence: [.init(fact: fact.path, value: "Zebra Value 7", source: nil)], remediation: [])
            let host = HostJudgement(host: .fixture("srv-1"), findings: [finding])
            let copy = Redaction(.addresses).redacted(try SampleRun.result([host]), .none).result
            for report in Self.reports(copy, .none) {
                #expect(!report.text.contains("Zebra"), "\(fact.path) \(report.name)")
            }
            let value = copy.hosts[0].findings[0].evidence[0].value
            #expect(copy.hosts[0].findings[0].because == "\(fact.path) is \(value)")
        }
    }

    @Test func `a fact without a value still says so`() throws {
        for value in ["none", "absent", "not readable (access denied)", "unknown (the host did not say)"] {
            let control = try #require(try SampleRun.baseline().controls.first).statement
            let finding = Finding(
                control: control, outcome: .unknown, because: "x", wanted: "",
                evidence: [.init(fact: "groups.administrators", value: value, source: nil)], remediation: [])
            let host = HostJudgement(host: .fixture("srv-1"), findings: [finding])
            let copy = Redaction(.names).redacted(try SampleRun.result([host]), .none).result
            #expect(copy.hosts[0].findings[0].evidence[0].value == value)
        }
    }

    @Test func `names of hosts stay unless they are to go, and then go everywhere`() throws {
        let names = ["berlin-dc-01.corp.example", "berlin-dc-02", "10.7.7.7", "odd name (2)"]
        let control = try #require(try SampleRun.baseline().controls.first).statement
        let hosts = names.enumerated().map { index, name in
            let other = names[(index + 1) % 2]
            let finding = Finding(
                control: control, outcome: .fail,
                because: "same as \(other), BERLIN-DC-01 and berlin-dc-02.corp.example; this is \(name)", wanted: "x",
                evidence: [.init(fact: "fleet.sharedMachineGuid", value: other, source: nil)], remediation: [])
            return HostJudgement(
                host: .fixture(name, groups: ["dc"], reason: "\(name) answered"), findings: [finding],
                marks: [MachineMark(location: RegistryLocation("k", "ComputerName"), text: "BERLIN-X\(index)")])
        }
        var trend = RunTrend.none
        trend.silentRuns = [names[0]: 4]
        trend.failingSince = [names[1]: [control.id: ControlFixtures.now]]
        trend.differences["gone-host"] = JudgementDifference(
            before: HostOutcomes(host: "gone-host", state: .audited, controls: [], outcomes: []), after: nil)
        let result = try SampleRun.result(hosts)
        let kept = Redaction(.addresses).redacted(result, trend)
        #expect(kept.result.hosts.map(\.host.name) == [names[0], names[1], "address-1", names[3]])
        #expect(kept.trend.silentRuns == trend.silentRuns)
        let hidden = Redaction(.names).redacted(result, trend)
        #expect(hidden.result.hosts.map(\.host.name) == ["host-1", "host-2", "host-3", "host-4"])
        #expect(hidden.trend.silentRuns == ["host-1": 4] && hidden.trend.failingSince.keys.sorted() == ["host-2"])
        #expect(hidden.result.hosts[1].findings[0].because == "same as host-1, host-1 and host-2; this is host-2")
        #expect(hidden.result.hosts[1].findings[0].evidence[0].value == "host-1")
        for report in Self.reports(hidden.result, hidden.trend) {
            for word in ["berlin", "10.7.7", "odd name", "gone-host"] {
                #expect(report.text.range(of: word, options: .caseInsensitive) == nil, "\(report.name): \(word)")
            }
        }
    }

    /// A new fact that can hold any text must be looked at: it is marked, or it is named here.
    @Test func `every fact of free text is known to be sensitive or harmless`() {
        let harmless = [
            "os.name", "os.installationType", "rdp.listener.name", "rdp.listeners", "rdp.hiddenLocalValues",
            "rdp.certificateTemplate", "certificates.bound.keyProvider", "certificates.bound.templateName",
            "certificates.bound.problems", "certificates.bound.signatureAlgorithm", "certificates.bound.keyAlgorithm",
            "certificates.bound.extendedKeyUsage", "certificates.bound.signatureDigest", "certificates.damaged",
            "machineKeys.renamedFolders", "machineKeys.servedKey.evidence", "schannel.", "updates.", "firewall.",
            "events.", "network.", "policy.", "services.", "os.role", "probe.", "rdp.reported.",
        ]
        let free = FactDictionary.all.filter { ($0.type == .text || $0.type == .list) && $0.choices.isEmpty }
        #expect(free.count > 40)
        for fact in free where fact.sensitivity == nil && !fact.path.hasSuffix(".source") {
            #expect(
                harmless.contains { $0.hasSuffix(".") ? fact.path.hasPrefix($0) : fact.path == $0 },
                "\(fact.path): mark it in FactSensitivity, or name it here")
        }
    }
}
