import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// One host of `results.json`.
enum HostJSON {
    static func write(
        _ judgement: HostJudgement, _ result: AuditResult, _ trend: RunTrend, _ writer: inout JSONWriter
    ) {
        let host = judgement.host
        let isJudged = judgement.verdict != .notJudged
        writer.object { writer in
            writer.member("host", host.name)
            writer.member("address", host.address)
            writer.strings("groups", host.groups)
            writer.member("state", host.state.rawValue)
            writer.member("verdict", judgement.verdict.rawValue)
            writer.member("collected", ISO8601.text(host.collected))
            writer.key("seconds")
            writer.double((host.seconds * 1000).rounded() / 1000)
            writer.member("reason", told: host.reason)
            writer.member("advice", told: host.advice)
            writer.member("site", told: host.site)
            writer.member("role", told: host.role)
            writer.member("transport", told: host.transport)
            writer.member("authentication", told: host.authentication)
            writer.member("os", told: host.osName)
            writer.member("version", told: host.osVersion.map { "\($0)" })
            if let unchecked = result.unchecked[host.name] { writer.strings("unchecked", unchecked) }
            let difference = trend.differences[host.name]
            if trend.previous != nil, let difference { writer.member("presence", difference.presence.rawValue) }
            if let runs = trend.silentRuns[host.name], runs > 0 { writer.member("silentRuns", runs) }
            if isJudged { assets(judgement.assets, &writer) }
            writer.key("findings")
            findings(judgement, difference, trend.failingSince[host.name], &writer)
        }
    }

    private static func findings(
        _ judgement: HostJudgement, _ difference: JudgementDifference?, _ since: [String: Date]?,
        _ writer: inout JSONWriter
    ) {
        let changes = difference.map {
            Dictionary($0.changes.map { ($0.control, $0.kind) }, uniquingKeysWith: { first, _ in first })
        }
        writer.array { writer in
            for finding in judgement.findings {
                let id = finding.control.id
                writer.object { writer in
                    writer.member("id", ReportIdentifier.finding(id, on: judgement.host.name))
                    writer.member("control", id)
                    writer.member("outcome", finding.outcome.rawValue)
                    writer.member("because", told: finding.because)
                    if let change = changes?[id] { writer.member("change", change.rawValue) }
                    if finding.isFailure { failure(finding, since?[id], &writer) }
                }
            }
        }
    }

    private static func failure(_ finding: Finding, _ since: Date?, _ writer: inout JSONWriter) {
        let control = finding.control
        if finding.outcome == .fail, let since { writer.member("failingSince", ISO8601.text(since)) }
        if !finding.waivers.isEmpty { writer.strings("waivers", finding.waivers.map(\.id)) }
        writer.member("title", control.title)
        writer.member("severity", control.severity.rawValue)
        writer.member("wanted", finding.wanted)
        writer.key("evidence")
        writer.array { writer in
            for evidence in finding.evidence {
                writer.object { writer in
                    writer.member("fact", evidence.fact)
                    writer.member("value", evidence.value)
                    if let source = evidence.source { writer.member("source", source.rawValue) }
                }
            }
        }
        writer.key("remediation")
        writer.array { writer in for action in finding.remediation { HostJSON.action(action, &writer) } }
        if let consequence = control.consequence { writer.member("consequence", consequence.rawValue) }
    }

    private static func action(_ action: RemediationAction, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("summary", action.summary)
            writer.member("place", action.place.rawValue)
            writer.member("effect", action.effect.rawValue)
            writer.member("policy", told: action.policyPath)
            writer.member("policyObject", told: action.policyObject)
            writer.member("risk", told: action.risk)
            writer.member("guard", told: action.guardCondition)
            if !action.apply.isEmpty { writer.strings("apply", action.apply) }
            writer.member("verify", told: action.verify)
            if !action.rollback.isEmpty { writer.strings("rollback", action.rollback) }
            writer.member("whyNoRollback", told: action.whyNoRollback)
        }
    }

    // MARK: - Assets

    /// A list that could not be had is missing, and why stands in its place: it is no empty list.
    private static func assets(_ assets: HostAssets, _ writer: inout JSONWriter) {
        if let certificates = told(assets.certificates, "certificatesUntold", &writer) {
            writer.key("certificates")
            writer.array { writer in for certificate in certificates { HostJSON.certificate(certificate, &writer) } }
        }
        if let updates = told(assets.updates, "updatesUntold", &writer) {
            writer.key("updates")
            writer.object { writer in
                for (name, state) in [("installed", InstalledUpdates.State.installed), ("staged", .staged)] {
                    writer.strings(name, updates.lazy.filter { $0.state == state }.map { "KB\($0.number)" })
                }
            }
        }
        if case .value(let isPending) = assets.isRestartPending { writer.member("restartPending", isPending) }
    }

    private static func certificate(_ certificate: HostAssets.Certificate, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("store", certificate.store.rawValue)
            writer.member("thumbprint", certificate.thumbprint)
            writer.member("subject", certificate.subject)
            writer.member("issuer", certificate.issuer)
            if let date = certificate.notBefore { writer.member("notBefore", ISO8601.text(date)) }
            if let date = certificate.notAfter { writer.member("notAfter", ISO8601.text(date)) }
            writer.member("served", certificate.isServed)
            writer.member("selfIssued", certificate.isSelfIssued)
            writer.member("madeForRemoteDesktop", certificate.isMadeForRemoteDesktop)
            writer.member("key", certificate.key)
        }
    }

    /// `nil`, and why in the document, where it could not be had.
    private static func told<Value>(_ collected: Collected<[Value]>, _ key: String, _ writer: inout JSONWriter)
        -> [Value]?
    {
        switch collected {
        case .value(let value): return value
        case .absent: return []
        case .accessDenied: writer.member(key, "access denied")
        case .unsupported(let reason), .failed(let reason): writer.member(key, reason)
        }
        return nil
    }
}
