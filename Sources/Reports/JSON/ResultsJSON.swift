import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `results.json`: the whole result for programs (docs/schemas/results-1.schema.json).
package enum ResultsJSON {
    package static let format: Int64 = 1

    package static func render(_ result: AuditResult, _ summary: FleetSummary) -> [UInt8] {
        var writer = JSONWriter(style: [.pretty])
        writer.object { writer in
            writer.member("fleetaudit", "results")
            writer.member("format", format)
            writer.member("run", result.run)
            writer.member("started", ISO8601.text(result.started))
            writer.member("judgedAt", ISO8601.text(result.judgedAt))
            writer.member("program", result.programVersion)
            writer.member("probe", result.probe)
            writer.member("baseline", baseline(result.baseline))
            writer.member("summary", figures(result, summary))
            writer.member("causes", .array(summary.causes.map(cause)))
            if !summary.waivers.isEmpty { writer.member("waivers", .array(summary.waivers.map(account))) }
            writer.key("hosts")
            writer.array { writer in
                for judgement in result.hosts { writer.value(host(judgement, result)) }
            }
        }
        return writer.takeBytes() + [0x0a]
    }

    private static func baseline(_ baseline: Baseline) -> JSON {
        [
            "name": .string(baseline.name), "version": .string(baseline.version), "title": .string(baseline.title),
            "controls": .array(baseline.controls.map { .string($0.id) }),
            "catalogueAsOf": .string(ISO8601.text(baseline.catalogue.asOf)),
        ]
    }

    private static func figures(_ result: AuditResult, _ summary: FleetSummary) -> JSON {
        var members: [JSON.Member] = [
            .init("verdict", .string(summary.verdict)), .init("hosts", JSON(summary.hostCount)),
            .init("judged", JSON(summary.judged)), .init("broken", JSON(summary.broken)),
            .init("exposed", JSON(summary.exposed)), .init("unknownAnswers", JSON(summary.unknowns)),
            .init(
                "verdicts",
                .object(HostJudgement.Verdict.allCases.map { .init($0.rawValue, JSON(summary.verdicts[$0] ?? 0)) })),
            .init("states", .object(HostState.allCases.map { .init($0.rawValue, JSON(summary.states[$0] ?? 0)) })),
            .init("openFailures", severities(summary.openFailures)),
        ]
        if !result.waivers.isEmpty {
            members += [
                .init("waived", severities(summary.waived)),
                .init(
                    "withoutWaivers",
                    [
                        "broken": JSON(summary.withoutWaivers.broken), "exposed": JSON(summary.withoutWaivers.exposed),
                        "openFailures": severities(summary.withoutWaivers.failures),
                    ]),
            ]
        }
        return .object(members)
    }

    private static func severities(_ counts: [Severity: Int]) -> JSON {
        .object(Severity.allCases.reversed().map { .init($0.rawValue, JSON(counts[$0] ?? 0)) })
    }

    private static func account(_ account: WaiverAccount) -> JSON {
        let waiver = account.waiver
        var members: [JSON.Member] = [
            .init("id", .string(waiver.id)), .init("state", .string(account.state.rawValue)),
            .init("controls", .array(waiver.controls.map { .string($0) })), .init("pattern", .string(waiver.hosts)),
            .init("reason", .string(waiver.reason)), .init("owner", .string(waiver.owner)),
            .init("ticket", .string(waiver.ticket)), .init("approver", .string(waiver.approver)),
            .init("lastDay", .string(waiver.lastDay)), .init("hosts", JSON(account.hosts)),
            .init("findings", JSON(account.findings)), .init("unused", .bool(account.isUnused)),
            .init("tooBroad", .bool(account.breadth != nil)), .init("tooLong", .bool(waiver.isTooLong)),
        ]
        if let granted = waiver.granted {
            members.append(.init("granted", .string(String(ISO8601.text(granted).prefix(10)))))
        }
        if let days = account.endsInDays { members.append(.init("endsInDays", JSON(days))) }
        return .object(members)
    }

    private static func cause(_ cause: Cause) -> JSON {
        [
            "id": .string(cause.id),
            "control": .string(cause.control.id),
            "policyOwned": .bool(cause.isPolicyOwned),
            "hosts": .array(cause.hosts.map { .string($0.host.name) }),
        ]
    }

    private static func host(_ judgement: HostJudgement, _ result: AuditResult) -> JSON {
        let host = judgement.host
        var members: [JSON.Member] = [
            .init("host", .string(host.name)), .init("address", .string(host.address)),
            .init("groups", .array(host.groups.map { .string($0) })), .init("state", .string(host.state.rawValue)),
            .init("verdict", .string(judgement.verdict.rawValue)),
            .init("collected", .string(ISO8601.text(host.collected))),
            .init("seconds", .double((host.seconds * 1000).rounded() / 1000)),
        ]
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { members.append(.init(key, .string(text))) }
        }
        add("reason", host.reason)
        add("advice", host.advice)
        add("site", host.site)
        add("role", host.role)
        add("transport", host.transport)
        add("authentication", host.authentication)
        add("os", host.osName)
        add("version", host.osVersion.map { "\($0)" })
        if let unchecked = result.unchecked[host.name] {
            members.append(.init("unchecked", .array(unchecked.map { .string($0) })))
        }
        members.append(.init("findings", .array(judgement.findings.map { finding($0, host.name) })))
        return .object(members)
    }

    private static func finding(_ finding: Finding, _ host: String) -> JSON {
        let control = finding.control
        var members: [JSON.Member] = [
            .init("id", .string(ReportIdentifier.make(host, control.id))), .init("control", .string(control.id)),
            .init("outcome", .string(finding.outcome.rawValue)),
        ]
        if !finding.because.isEmpty { members.append(.init("because", .string(finding.because))) }
        guard finding.isFailure else { return .object(members) }
        if !finding.waivers.isEmpty {
            members.append(.init("waivers", .array(finding.waivers.map { .string($0.id) })))
        }
        members += [
            .init("title", .string(control.title)), .init("severity", .string(control.severity.rawValue)),
            .init("wanted", .string(finding.wanted)),
            .init(
                "evidence",
                .array(
                    finding.evidence.map { evidence in
                        var parts: [JSON.Member] = [
                            .init("fact", .string(evidence.fact)), .init("value", .string(evidence.value)),
                        ]
                        if let source = evidence.source { parts.append(.init("source", .string(source.rawValue))) }
                        return .object(parts)
                    })),
            .init("remediation", .array(finding.remediation.map(action))),
        ]
        if let consequence = control.consequence { members.append(.init("consequence", .string(consequence.rawValue))) }
        return .object(members)
    }

    private static func action(_ action: RemediationAction) -> JSON {
        var members: [JSON.Member] = [
            .init("summary", .string(action.summary)), .init("place", .string(action.place.rawValue)),
            .init("effect", .string(action.effect.rawValue)),
        ]
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { members.append(.init(key, .string(text))) }
        }
        add("policy", action.policyPath)
        add("policyObject", action.policyObject)
        add("risk", action.risk)
        add("guard", action.guardCondition)
        if !action.apply.isEmpty { members.append(.init("apply", .array(action.apply.map { .string($0) }))) }
        add("verify", action.verify)
        if !action.rollback.isEmpty { members.append(.init("rollback", .array(action.rollback.map { .string($0) }))) }
        add("whyNoRollback", action.whyNoRollback)
        return .object(members)
    }
}
