import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// Runs for the HTML report.
enum HTMLSample {
    static func text(_ result: AuditResult, _ trend: RunTrend = .none) -> String {
        String(decoding: bytes(result, trend), as: UTF8.self)
    }

    static func bytes(_ result: AuditResult, _ trend: RunTrend = .none) -> [UInt8] {
        var bytes: [UInt8] = []
        HTMLReport.render(result, FleetSummary(result, trend: trend)) { bytes += $0 }
        return bytes
    }

    /// The data element of a page.
    static func data(_ page: String) throws -> JSON {
        let text = try #require(inside("<script type=\"application/json\" id=\"data\">", "</script>", of: page))
        return try JSON.parse(Array(text.utf8), limits: JSON.Limits(depth: 16))
    }

    /// What stands between two marks.
    static func inside(_ start: String, _ end: String, of page: String) -> Substring? {
        guard let first = page.range(of: start),
            let last = page.range(of: end, range: first.upperBound..<page.endIndex)
        else { return nil }
        return page[first.upperBound..<last.lowerBound]
    }

    /// The page without its style sheet and its script, which are the same in every page.
    static func own(_ page: String) throws -> String {
        var page = page
        for (start, end) in [("<style>", "</style>"), ("<script>", "</script>")] {
            let text = try #require(inside(start, end, of: page))
            page.replaceSubrange(text.startIndex..<text.endIndex, with: "")
        }
        return page
    }

    /// Two earlier runs, in which other things failed than now.
    static func trend(_ result: AuditResult) -> RunTrend {
        func past(_ days: Int) -> PastRun {
            var figures = RunFigures(result.hosts)
            figures.met = max(0, figures.met - days / 10)
            figures.openFailures[.high, default: 0] += days
            let date = result.started.addingTimeInterval(-Double(days) * 86_400)
            return PastRun(
                run: "before-\(days)", started: date, judgedAt: date, baseline: result.baseline.name,
                baselineVersion: result.baseline.version, figures: figures)
        }
        let ids = result.baseline.controls.map(\.id)
        var differences: [String: JudgementDifference] = [:]
        var since: [String: [String: Date]] = [:]
        for (index, judgement) in result.hosts.enumerated() where !judgement.failures.isEmpty {
            // On every other host all of it is new.
            let isNew = index % 2 == 0
            let before = HostOutcomes(
                host: judgement.host.name, state: .audited, controls: ids,
                outcomes: judgement.findings.map { isNew && $0.outcome == .fail ? .pass : $0.outcome })
            differences[judgement.host.name] = JudgementDifference(
                before: before, after: HostOutcomes(judgement, controls: ids))
            for finding in judgement.failures {
                since[judgement.host.name, default: [:]][finding.control.id] =
                    isNew ? result.started : result.started.addingTimeInterval(-40 * 86_400)
            }
        }
        return RunTrend(
            series: [past(40), past(1)], differences: differences, failingSince: since,
            silentRuns: Dictionary(
                uniqueKeysWithValues: result.hosts.filter { $0.verdict == .notJudged }.map { ($0.host.name, 4) }),
            coverage: .init(day: 3, week: 5, month: 8))
    }

    /// The mixed run's hosts again and again, under names of their own.
    static func large(_ count: Int) throws -> AuditResult {
        let mixed = try SampleRun.mixed().hosts
        return try SampleRun.result(
            (0..<count).map { index in
                let model = mixed[index % mixed.count]
                let host = model.host
                return HostJudgement(
                    host: AuditedHost(
                        name: "\(host.name)-\(1000 + index)", address: "10.0.\(index / 250).\(index % 250)",
                        groups: index % 2 == 0 ? ["even", "all"] : ["odd"], role: host.role, site: nil,
                        state: host.state,
                        reason: host.reason, advice: host.advice, transport: host.transport,
                        authentication: host.authentication, seconds: host.seconds, collected: host.collected,
                        osName: host.osName, osVersion: host.osVersion),
                    findings: model.findings, marks: model.marks, assets: model.assets)
            })
    }

    // MARK: One text in every place

    /// A run in which a text of somebody else's stands wherever one can.
    static func everywhere(_ text: String) throws -> AuditResult {
        let control = ControlStatement(
            id: "XX-001", title: "Title " + text, area: "xx", severity: .high, consequence: .breaks, why: "why " + text,
            symptoms: ["symptom " + text], references: ["reference " + text], file: "x.yaml")
        let other = ControlStatement(
            id: "XX-002", title: "Other", area: "xx", severity: .low, consequence: nil, why: "why", symptoms: [],
            references: [], file: "x.yaml")
        func action(_ place: RemediationAction.Place) -> RemediationAction {
            RemediationAction(
                summary: "summary " + text, place: place, policyPath: "path " + text, policyObject: "object " + text,
                guardCondition: "guard " + text, apply: ["apply " + text, "second " + text], verify: "verify " + text,
                rollback: ["rollback " + text], whyNoRollback: "no way " + text, effect: .reboot, risk: "risk " + text)
        }
        let failing = Finding(
            control: control, outcome: .fail, because: "because " + text, wanted: "wanted " + text,
            evidence: [.init(fact: "fact " + text, value: text, source: .policy)],
            remediation: [action(.policy), action(.host), action(.manual)])
        let unknown = Finding(
            control: other, outcome: .unknown, because: "unknown " + text, wanted: "", evidence: [], remediation: [])
        let elsewhere = Finding(
            control: other, outcome: .notApplicable, because: "elsewhere " + text, wanted: "", evidence: [],
            remediation: [])
        func host(_ name: String, _ state: HostState) -> AuditedHost {
            AuditedHost(
                name: name, address: "address " + text, groups: ["group " + text], role: "role " + text,
                site: "site " + text,
                state: state, reason: "reason " + text, advice: "advice " + text, transport: "ssh",
                authentication: "key",
                seconds: 1, collected: ControlFixtures.now, osName: "system " + text, osVersion: nil)
        }
        let certificate = HostAssets.Certificate(
            store: .personal, thumbprint: "AB", subject: "subject " + text, issuer: "issuer " + text, notBefore: nil,
            notAfter: ControlFixtures.now.addingTimeInterval(86_400 * 9), isServed: true, isMadeForRemoteDesktop: false,
            isSelfIssued: false, key: "key " + text)
        let assets = HostAssets(
            certificates: .value([certificate]), updates: .value([]), isRestartPending: .value(false))
        let folder = try TemporaryFolder()
        // Every scalar by its number: what YAML would fold or refuse comes through.
        let quoted = "\"w" + text.unicodeScalars.map { String(format: "\\U%08X", $0.value) }.joined() + "\""
        let entry = """
            waivers:
            - { id: WV-001, controls: [XX-002], hosts: 'x*', reason: \(quoted), owner: \(quoted), ticket: \(quoted), approver: \(quoted), expires: 2026-11-30 }

            """
        let register =
            text.unicodeScalars.contains { $0.value < 0x20 } || text.isEmpty
            ? WaiverRegister.empty
            : try WaiverRegister([folder.write(entry, to: "w.yaml")], controls: ["XX-002"], at: ControlFixtures.now)
        let name = text.isEmpty ? "empty" : text
        return AuditResult(
            run: "run " + text, started: ControlFixtures.now, judgedAt: ControlFixtures.now,
            baseline: BaselineStatement(
                name: "name " + text, version: "version " + text, title: "title " + text, controls: [control, other],
                catalogueAsOf: ControlFixtures.now),
            hosts: [
                HostJudgement(host: host(name, .audited), findings: [failing, unknown], assets: assets),
                HostJudgement(host: host("second", .audited), findings: [failing, elsewhere], assets: assets),
                HostJudgement(host: host("silent " + text, .unreachable), findings: []),
            ],
            programVersion: "program " + text, probe: "probe " + text, unchecked: ["second": ["unchecked " + text]],
            waivers: register)
    }

    /// Noncharacters, which no literal may hold.
    private static func scalars(_ values: UInt32...) -> String {
        String(String.UnicodeScalarView(values.compactMap { Unicode.Scalar($0) }))
    }

    /// Texts that want to be more than text.
    static let hostile: [String] =
        SampleRun.hostile + [
            "</script><script>alert(1)</script>", "</SCRIPT >", "<!--<script>", "<![CDATA[ x ]]>", "]]>", "--><b>",
            "</style><b>x", "</title><b>x", "</textarea></select></option><b>x", "\" onmouseover=\"alert(1)",
            "' onfocus='alert(1)' autofocus='", "javascript:alert(1)", "data:text/html,<b>x", "&#60;b&#62;", "&lt", "&",
            "\\u003c/script\\u003e", "${alert(1)}", "{{7*7}}", "a=b&c=d#host=x", "%3Cb%3E", "\u{2028}\u{2029}",
            "\u{85}",
            "\u{202e}\u{2066}\u{2069}\u{200f}", scalars(0xfffe, 0xffff), scalars(0xfdd0, 0x1ffff),
            "\u{fffd}\u{fffd}\u{fffd}",
            "\u{1f}\u{7f}\u{9f}", "\0", "...", "..", "../../etc/passwd", "C:\\Windows\\System32", "\\\\server\\share",
            String(repeating: "x", count: 300), String(repeating: "é", count: 300), "__proto__", "constructor", "hosts",
            "main", "<svg/onload=alert(1)>", "<base href=//e.example>", "<meta http-equiv=refresh content=0>",
            "<noscript><b>", "<template><b>", "<math><mi//xlink:href=javascript:alert(1)>",
        ]
}
