import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `junit.xml`: the run as test results, for CI systems.
///
/// One test suite for each host, in it one test case for each control, and one more, `AUDIT`, that says whether the host
/// could be audited at all. Jenkins makes a tree of `classname` (package, class, test), GitLab compares two pipelines by
/// `classname` and `name`, and Azure DevOps lists the cases by `name` with `classname` as their storage; none of them shows
/// the name of a suite where people look. So the class carries the host (`fleetaudit.srv-1`) and the name carries the
/// control: each of them can then tell on which host which control began to fail. A suite for each control would put ten
/// thousand equal names into one suite, and would leave no place for what concerns a host as a whole: when it was asked, how
/// long it took, and why it gave no answer.
///
/// The elements and attributes are those that `junit-10.xsd` of Jenkins' xUnit plugin knows.
package enum JUnitReport {
    /// The name of the case that says whether a host could be audited.
    package static let auditCase = "AUDIT The host could be audited"

    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to emit: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let totals = result.hosts.reduce(into: JUnitCounts()) { $0.add(JUnitCounts($1)) }
        var text = JUnitText()
        text.declaration()
        text.open(
            "testsuites",
            [
                "name": "FleetAudit \(result.baseline.name) \(result.baseline.version), run \(result.run)",
                "tests": "\(totals.tests)", "failures": "\(totals.failures)", "errors": "\(totals.errors)",
            ])
        try emit(text.takeBytes())
        var names: [ObjectIdentifier: [UInt8]] = [:]
        for judgement in result.hosts {
            suite(judgement, result, &text, &names)
            try emit(text.takeBytes())
        }
        text.close("testsuites")
        try emit(text.takeBytes())
    }

    /// - Parameter names: of cases as they are written, by control.
    private static func suite(
        _ judgement: HostJudgement, _ result: AuditResult, _ text: inout JUnitText,
        _ names: inout [ObjectIdentifier: [UInt8]]
    ) {
        let host = judgement.host
        let counts = JUnitCounts(judgement)
        let seconds = decimal(host.seconds)
        text.open(
            "testsuite",
            [
                "name": host.name, "hostname": host.address, "tests": "\(counts.tests)",
                "failures": "\(counts.failures)", "errors": "\(counts.errors)", "skipped": "\(counts.skipped)",
                "time": seconds, "timestamp": String(ISO8601.text(host.collected).dropLast()),
            ])
        properties(judgement, result, &text)
        // A dot would part package and class in Jenkins.
        let owner = "fleetaudit." + host.name.replacing(".", with: "_")
        if let gap = judgement.auditGap {
            text.open("testcase", ["name": auditCase, "classname": owner, "time": seconds])
            text.element(
                "error", ["type": host.state.rawValue, "message": gap], host.advice.isEmpty ? [] : [host.advice])
            text.close("testcase")
        } else {
            text.empty("testcase", ["name": auditCase, "classname": owner, "time": seconds])
        }
        let quotedOwner = JUnitText.quoted(owner)
        for finding in judgement.findings {
            let key = ObjectIdentifier(finding.control)
            let name = names[key] ?? JUnitText.quoted("\(finding.control.id) \(finding.control.title)")
            names[key] = name
            if finding.outcome == .pass {
                text.passedCase(name: name, classname: quotedOwner)
            } else {
                text.openCase(name: name, classname: quotedOwner)
                outcome(of: finding, &text)
                text.close("testcase")
            }
        }
        text.close("testsuite")
    }

    private static func properties(_ judgement: HostJudgement, _ result: AuditResult, _ text: inout JUnitText) {
        let host = judgement.host
        let all: KeyValuePairs<String, String?> = [
            "run": result.run, "baseline": "\(result.baseline.name) \(result.baseline.version)",
            "state": host.state.rawValue, "verdict": judgement.verdict.rawValue, "role": host.role, "site": host.site,
            "groups": host.groups.joined(separator: ", "), "os": host.osName,
            "version": host.osVersion.map { "\($0)" }, "transport": host.transport,
        ]
        text.open("properties")
        for case (let name, let value?) in all where !value.isEmpty {
            text.empty("property", ["name": name, "value": value])
        }
        text.close("properties")
    }

    /// What stands in the case of everything but a pass.
    private static func outcome(of finding: Finding, _ text: inout JUnitText) {
        let severity = finding.control.severity.rawValue
        switch finding.outcome {
        case .pass: break
        case .fail: text.element("failure", ["type": severity, "message": finding.because], account(of: finding))
        case .waived:
            let ends = finding.waivers.map { waiver in
                "waiver \(waiver.id) until \(waiver.lastDay) (\(waiver.owner), \(waiver.ticket)): \(waiver.reason)"
            }
            let message = "waived: \(severity) failure, " + ends.joined(separator: "; ")
            text.element("skipped", ["type": "waived", "message": message], account(of: finding))
        case .notApplicable: text.element("skipped", ["type": "not-applicable", "message": finding.because], [])
        case .unknown:
            text.element(
                "error", ["type": "unknown", "message": finding.because],
                ["Could not be told, which is no pass.", finding.control.why])
        }
    }

    /// What was seen, what is wanted, and what ends it.
    private static func account(of finding: Finding) -> [String] {
        var lines = ["because: \(finding.because)", "wanted: \(finding.wanted)"]
        for evidence in finding.evidence {
            lines.append(
                "seen: \(evidence.fact) = \(evidence.value)" + (evidence.source.map { " (\($0.rawValue))" } ?? ""))
        }
        for action in finding.remediation {
            var fix = "fix (\(action.place.rawValue)): \(action.summary)"
            if let policy = action.policyPath { fix += " [\(policy)]" }
            if let object = action.policyObject { fix += " [policy object \(object)]" }
            lines.append(fix + "; takes effect: \(action.effect.rawValue)")
            if !action.risk.isEmpty { lines.append("risk: \(action.risk)") }
        }
        return lines + ["why: \(finding.control.why)"]
    }

    /// Seconds to the millisecond.
    private static func decimal(_ seconds: Double) -> String {
        let thousandths = seconds.isFinite ? Int64(min(max(seconds, 0), 1e9) * 1000 + 0.5) : 0
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

extension HostJudgement {
    /// Why the host, as a whole, could not be audited, or not wholly; `nil` when it could.
    fileprivate var auditGap: String? {
        if verdict == .notJudged { return "\(host.state.rawValue): \(whyNotJudged)" }
        return host.state == .audited ? nil : "\(host.state.rawValue): \(host.reason)"
    }
}

/// How many cases of each kind.
private struct JUnitCounts {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    init() {}

    init(_ judgement: HostJudgement) {
        tests = judgement.findings.count + 1
        if judgement.auditGap != nil { errors = 1 }
        for finding in judgement.findings {
            switch finding.outcome {
            case .pass: break
            case .fail: failures += 1
            case .waived, .notApplicable: skipped += 1
            case .unknown: errors += 1
            }
        }
    }

    mutating func add(_ other: JUnitCounts) {
        tests += other.tests
        failures += other.failures
        errors += other.errors
        skipped += other.skipped
    }
}
