import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

/// Runs of a fleet for reports, made of the hosts of the controls' cases.
enum SampleRun {
    /// Text that wants to be more than text, in a host's name or in what it said.
    static let hostile: [String] = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))",
        "![x](http://e.example/p)",
        "a|b|c", "`\u{301} <b>bold</b>", "``` \n# heading", "http://evil.example/", "http:/\u{301}/x.example",
        "www.evil.example",
        "line\nbreak\r\n| cell |", "*bold* _it_ ~~no~~", "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1",
        "a;=cmd|' /C calc'!A0",
        "<!-- comment", "&lt;b&gt;", "1. one", "- item", "    indented", "\u{202e}gpj.exe", "nul\0\u{1b}[31m",
        "\u{2028}=1",
        "</details><h1>x", "\\", "`", "``", " ` ", "#", "---", "===", "> quote", "\"quoted\",\"cells\"",
        "user@host.example",
        "<http://auto.example>", "[ref]: http://r.example", "🏳️‍🌈 é", "",
    ]

    static func baseline() throws -> Baseline { try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened") }

    static func result(_ hosts: [HostJudgement], unchecked: [String: [String]] = [:]) throws -> AuditResult {
        AuditResult(
            run: "20261120-020000", started: ControlFixtures.now, judgedAt: ControlFixtures.now,
            baseline: BaselineStatement(try baseline()),
            hosts: hosts, programVersion: "0.0-test", probe: String(repeating: "ab", count: 32), unchecked: unchecked)
    }

    /// A healthy server, one host for every way a control fails, hosts that gave no answer, and one in part.
    static func mixed() throws -> AuditResult {
        let evaluator = Evaluator(baseline: try baseline(), now: ControlFixtures.now)
        var hosts: [HostJudgement] = []
        for name in ["srv-ok-1", "srv-ok-2"] {
            let facts = ControlCase.facts(try ControlFixtures.template("server"))
            hosts.append(evaluator.judge(.fixture(name, groups: ["servers", "admin"], role: "admin-server"), facts))
        }
        let wanted = [
            "RDP-006", "CERT-002", "CERT-004", "FW-001", "FW-002", "SVC-001", "TLS-006", "KEY-005", "CSP-001",
        ]
        for subject in try ControlFixtures.cases.get()
        where wanted.contains(subject.control) && subject.outcome == .fail {
            let name = "srv-\(subject.control.lowercased())-\(subject.number)"
            hosts.append(evaluator.judge(.fixture(name, role: "admin-server"), subject.facts))
        }
        let seven = ControlCase.facts(try ControlFixtures.template("seven"))
        hosts.append(evaluator.judge(.fixture("ws-seven", groups: ["clients"], role: "workstation"), seven))
        let part = ControlCase.facts(try ControlFixtures.template("server"), lost: [.firewall, .machineKeys])
        hosts.append(
            evaluator.judge(
                .fixture("srv-part", state: .partial, reason: "the answer has no closing line, 10 sections came"), part)
        )
        hosts += notJudged
        return try result(hosts, unchecked: ["srv-ok-1": ["host key"]])
    }

    static let notJudged: [HostJudgement] = [
        (HostState.failed, "the host ran the command and said nothing (exit code 0)"),
        (.unreachable, "no answer on port 5985"),
        (.refused, "sign-in refused"), (.wrongHost, "the host key changed"), (.skipped, "the account is at risk"),
    ].map { state, reason in
        HostJudgement(host: .fixture("srv-\(state.rawValue)", state: state, reason: reason), findings: [])
    }

    static func unreachable(_ count: Int) throws -> AuditResult {
        try result(
            (0..<count).map {
                HostJudgement(host: .fixture("srv-\($0)", state: .unreachable, reason: "no answer"), findings: [])
            })
    }

    /// One failing host for every hostile text: as its name, and as what it said.
    static func hostileHosts() throws -> AuditResult {
        let evaluator = Evaluator(baseline: try baseline(), now: ControlFixtures.now)
        return try result(
            try hostile.enumerated().map { index, text in
                var host = try ControlFixtures.template("server")
                let rules = Keys.firewall + #"\FirewallRules"#
                host.registry.set(
                    RegistryLocation(rules, "id" + text),
                    .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=x|"))
                host.registry.set(
                    RegistryLocation(Keys.winStations + "\\" + text.replacing("\\", with: "/") + "X", "PortNumber"),
                    .dword(1))
                let audited = AuditedHost(
                    name: text, address: text, groups: ["g" + text], role: text, site: text, state: .partial,
                    reason: text,
                    advice: text, transport: "ssh", authentication: "key", seconds: 1, collected: ControlFixtures.now,
                    osName: text, osVersion: BuildVersion(10, 0, UInt32(17763 + index)))
                return evaluator.judge(audited, ControlCase.facts(host))
            }
                + hostile.map {
                    HostJudgement(host: .fixture("dead" + $0, state: .unreachable, reason: $0), findings: [])
                },
            unchecked: Dictionary(uniqueKeysWithValues: hostile.map { ($0, [$0]) }))
    }
}
