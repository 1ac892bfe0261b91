package import Foundation
import HostFacts
package import Policy

/// A fleet without a host: judgements that are made from numbers, the same ones each time, cheap enough to write hundreds
/// of runs.
package struct MadeUpFleet: Sendable {
    package let hosts: Int
    package let controls: Int
    package let baseline: BaselineStatement

    /// 2026-11-20T02:00:00Z
    package static let start = Date(timeIntervalSince1970: 1_795_140_000)

    package init(hosts: Int, controls: Int = 12, name: String = "made-up", version: String = "1.0") {
        self.hosts = hosts
        self.controls = controls
        baseline = BaselineStatement(
            name: name, version: version, title: "Made up",
            controls: (0..<controls).map { number in
                ControlStatement(
                    id: "MAD-\(String(1_001 + number).dropFirst())", title: "Control \(number)", area: "made",
                    severity: Severity.allCases[number % 5], consequence: number % 7 == 0 ? .breaks : nil,
                    why: "because", symptoms: ["it is slow"], references: ["CIS \(number)"], file: "made.yaml")
            }, catalogueAsOf: Self.start)
    }

    package static func name(ofRun number: Int) -> String { "run-\(String(10_000 + number).dropFirst())" }

    /// - Parameters:
    ///   - number: of the run, a night each.
    ///   - outcome: what a control concludes about a host in this run; `nil`: the host gives no answer.
    package func run(
        _ number: Int, name: String? = nil, hosts names: [String]? = nil,
        outcome: (_ host: Int, _ control: Int) -> Finding.Outcome?
    ) -> AuditResult {
        let started = Self.start.addingTimeInterval(Double(number) * 86_400)
        let names = names ?? (0..<hosts).map { "host-\(String(100_000 + $0).dropFirst())" }
        let judgements = names.enumerated().map { host, name in
            judgement(name, number, started, (0..<controls).map { outcome(host, $0) })
        }
        return AuditResult(
            run: name ?? Self.name(ofRun: number), started: started, judgedAt: started.addingTimeInterval(600),
            baseline: baseline, hosts: judgements, programVersion: "0.0-test", probe: "ab", unchecked: [:])
    }

    private func judgement(
        _ name: String, _ number: Int, _ started: Date, _ outcomes: [Finding.Outcome?]
    ) -> HostJudgement {
        let isJudged = outcomes.allSatisfy { $0 != nil }
        let host = AuditedHost(
            name: name, address: name + ".example", groups: ["all-hosts"], role: nil, site: nil,
            state: isJudged ? .audited : .unreachable, reason: isJudged ? "" : "no answer on port 5985",
            advice: "", transport: "winrm", authentication: "ntlm", seconds: 0.25 + Double(number % 10) / 100,
            collected: started.addingTimeInterval(Double(number % 7) + 1.5), osName: "Windows Server 2019",
            osVersion: BuildVersion(10, 0, 17_763, 100))
        guard isJudged else { return HostJudgement(host: host, findings: []) }
        return HostJudgement(
            host: host,
            findings: zip(baseline.controls, outcomes).map { control, outcome in
                finding(control, outcome ?? .unknown, name, number)
            })
    }

    private func finding(
        _ control: ControlStatement, _ outcome: Finding.Outcome, _ host: String, _ number: Int
    ) -> Finding {
        switch outcome {
        case .pass:
            Finding(control: control, outcome: .pass, because: "", wanted: "", evidence: [], remediation: [])
        case .unknown, .notApplicable:
            Finding(
                control: control, outcome: outcome, because: "said after \(number) days", wanted: "", evidence: [],
                remediation: [])
        case .fail, .waived:
            Finding(
                control: control, outcome: outcome, because: "\(control.id) fails for \(number) days on \(host)",
                wanted: "more than 3", evidence: [.init(fact: "made.up", value: "\(number)", source: .local)],
                remediation: [])
        }
    }
}
