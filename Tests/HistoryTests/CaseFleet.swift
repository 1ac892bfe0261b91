import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Testing

@testable import History

/// The hosts of all controls' cases as one fleet: every way to fail, to be unknown and not to apply, with every kind of
/// step that ends it.
enum CaseFleet {
    static let name = "rdp-hardened"

    struct Night: Sendable {
        let result: AuditResult
        let facts: [String: HostFacts]

        /// As a run is recorded: host by host, with facts.
        func record(in database: HistoryDatabase) async throws {
            let known = try await database.begin(result.run)
            for judgement in result.hosts {
                let facts = facts[judgement.host.name].map { StableFacts($0, known: known) }
                try await database.add([HostToRecord(judgement, facts: facts)])
            }
            try await database.commit(result)
        }
    }

    private static let hosts: Result<[(name: String, facts: HostFacts)], any Error> = Result {
        // Every way to fail, and some of the others: the whole is much to judge in a debug build.
        try ControlFixtures.cases.get().filter { $0.outcome == .fail ? $0.number < 4 : $0.number % 5 == 2 }.map {
            ("case-\($0.control)-\($0.number)", $0.facts)
        }
        .sorted { $0.0 < $1.0 }
    }

    /// The whole fleet, asked and judged so many days after the usual moment.
    static func night(
        after days: Double = 0, waivers: WaiverRegister = .empty, baseline: String = name,
        silent: Set<String> = [], edit: (String, inout HostFacts) -> Void = { _, _ in }
    ) throws -> Night {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(baseline)
        let moment = ControlFixtures.now.addingTimeInterval(days * 86_400)
        let evaluator = Evaluator(baseline: baseline, now: moment, waivers: waivers)
        var facts: [String: HostFacts] = [:]
        let judgements = try hosts.get().map { name, known in
            guard !silent.contains(name) else {
                return evaluator.judge(host(name, .unreachable, at: moment), nil)
            }
            var known = known
            edit(name, &known)
            facts[name] = known
            return evaluator.judge(host(name, .audited, at: moment), known)
        }
        let result = AuditResult(
            run: "night-\(Int(days * 10) + 1_000)", started: moment, judgedAt: moment.addingTimeInterval(61.5),
            baseline: BaselineStatement(baseline), hosts: judgements, programVersion: "0.0-test",
            probe: String(repeating: "ab", count: 32),
            unchecked: ["case-RDP-006-1": ["host key", "certificate"]], waivers: waivers)
        return Night(result: result, facts: facts)
    }

    private static func host(_ name: String, _ state: HostState, at moment: Date) -> AuditedHost {
        let isJudged = state.isJudged
        return AuditedHost(
            name: name, address: "10.0.0.\(name.count)", groups: ["servers", "g" + name.suffix(1)],
            role: name.hasSuffix("1") ? "admin-server" : nil, site: isJudged ? "north" : nil, state: state,
            reason: isJudged ? "" : "no answer on port 5985 in 5 s", advice: isJudged ? "" : "Check the power.",
            transport: "winrm", authentication: "ntlm", seconds: 0.1 + 1 / 3,
            collected: moment.addingTimeInterval(7.25),
            osName: "Windows Server 2019", osVersion: BuildVersion(10, 0, 17_763))
    }

    /// Two waivers, one of them over.
    static func waivers() throws -> WaiverRegister {
        func waiver(_ id: String, _ controls: [String], ends: Double) throws -> Waiver {
            try #require(
                Waiver(
                    id: id, controls: controls, hosts: "servers:!gx", reason: "old clients", owner: "Ops",
                    ticket: "C-1",
                    approver: "Boss", granted: ControlFixtures.now.addingTimeInterval(-9e6),
                    expires: ControlFixtures.now.addingTimeInterval(ends), isTooLong: false, file: "waivers.yaml",
                    position: .init(line: 3, column: 5)))
        }
        return WaiverRegister(
            waivers: [
                try waiver("WV-001", ["RDP-006", "TLS-004"], ends: 9e6), try waiver("WV-002", ["FW-001"], ends: -9e6),
            ],
            warnings: [
                .init(
                    .warning, file: "waivers.yaml", position: .init(line: 1, column: 1), message: "odd", help: "mend it"
                )
            ])
    }
}
