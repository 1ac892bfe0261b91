package import Drift
import FoundationEssentials
import HostFacts
package import Policy

/// Makes the copy of a run that may travel: to a manager, an auditor, a vendor. Verdicts, counts and dates are those of the
/// original; what would be a map for an attacker is replaced by placeholders (docs/redaction.md says what goes and stays).
///
/// Two nets: values of facts that are marked as sensitive (``HostFacts/FactSensitivity``) are hidden whole, wherever they
/// stand, and all text is searched for what looks like an address, an account, a security descriptor and the like
/// (``SensitivePattern``). Commands are left out: they would be wrong with placeholders in them, and a copy that travels is
/// not what a fleet is mended by.
package struct Redaction: Sendable {
    package enum Level: String, Sendable, Hashable, CaseIterable {
        /// Addresses, accounts and members, security descriptors, certificates' names, identifiers of machines.
        case addresses
        /// The names of hosts, domains, sites and policy objects as well.
        case names
    }

    package let level: Level

    package init(_ level: Level) { self.level = level }

    /// The copy, and what is known of earlier runs in the same words. Placeholders agree between the two.
    package func redacted(_ result: AuditResult, _ trend: RunTrend) -> (result: AuditResult, trend: RunTrend) {
        var work = RedactionWork(level, result, trend)
        return (work.result(result), work.trend(trend))
    }
}

/// One copy in the making.
struct RedactionWork {
    private let level: Redaction.Level
    private var redactor = TextRedactor()
    private var hostNames: [String: String] = [:]
    private var controls: [ObjectIdentifier: ControlStatement] = [:]
    private var waivers: [ObjectIdentifier: Waiver] = [:]
    /// Digits of the number of hosts, so that their placeholders sort as their names do.
    private let width: Int

    init(_ level: Redaction.Level, _ result: AuditResult, _ trend: RunTrend) {
        self.level = level
        width = String(result.hosts.count).count
        for judgement in result.hosts { _ = hostName(judgement.host.name) }
        // Hosts of earlier runs, in the order of their names: two copies of one run are the same bytes.
        for name in trend.differences.keys.sorted() { learn([name], as: hostName(name)) }
        for judgement in result.hosts { learnNames(judgement) }
    }

    /// What a host's texts may call it or others by.
    private mutating func learnNames(_ judgement: HostJudgement) {
        let host = judgement.host
        let address = host.address.lowercased()
        if level == .names {
            let called = judgement.marks.filter { $0.location.name != "MachineGuid" }.map(\.text)
            learn([host.name, address] + called, as: hostName(host.name))
        } else if address != host.name.lowercased(), !address.isEmpty, IPAddress.ipv4(address[...]) == nil {
            redactor.names[address] = redactor.placeholder(.address, for: address)
        }
    }

    /// Also by what stands before the first dot. IP addresses are found by their looks.
    private mutating func learn(_ names: [String], as placeholder: String) {
        guard level == .names else { return }
        for name in names.map({ $0.lowercased() })
        where !name.isEmpty && IPAddress.ipv4(name[...]) == nil && !name.contains(":") {
            redactor.names[name] = placeholder
            if let label = name.split(separator: ".").first, label.count < name.count {
                redactor.names[String(label)] = placeholder
            }
        }
    }

    // MARK: - Results

    mutating func result(_ result: AuditResult) -> AuditResult {
        let hosts = result.hosts.map { judgement($0) }
        var unchecked: [String: [String]] = [:]
        for (host, what) in result.unchecked.sorted(by: { $0.key < $1.key }) {
            unchecked[hostName(host)] = what.map { redactor.text($0) }
        }
        let baseline = result.baseline
        return AuditResult(
            run: result.run, started: result.started, judgedAt: result.judgedAt,
            baseline: BaselineStatement(
                name: baseline.name, version: baseline.version,
                title: redactor.text(baseline.title, isPolicyText: true),
                controls: baseline.controls.map { control($0) },
                catalogueAsOf: baseline.catalogueAsOf),
            hosts: hosts, programVersion: result.programVersion, probe: result.probe, unchecked: unchecked,
            waivers: result.waivers.mapped { waiver($0) })
    }

    private mutating func judgement(_ judgement: HostJudgement) -> HostJudgement {
        redactor.beginHost()
        learnValues(judgement)
        return HostJudgement(
            host: host(judgement.host), findings: judgement.findings.map { finding($0) },
            waivers: judgement.waivers.map { waiver($0) }, marks: [], assets: assets(judgement.assets))
    }

    private mutating func host(_ host: AuditedHost) -> AuditedHost {
        AuditedHost(
            name: hostName(host.name), address: address(of: host),
            groups: host.groups.map { redactor.text($0) }, role: redactor.text(host.role), site: site(host.site),
            state: host.state, reason: redactor.text(host.reason), advice: redactor.text(host.advice),
            transport: host.transport, authentication: host.authentication, seconds: host.seconds,
            collected: host.collected, osName: redactor.text(host.osName), osVersion: host.osVersion)
    }

    private mutating func hostName(_ name: String) -> String {
        if let known = hostNames[name] { return known }
        let shown =
            level == .names ? redactor.placeholders.text(.host, for: name, width: width) : redactor.text(name)
        hostNames[name] = shown
        return shown
    }

    private mutating func address(of host: AuditedHost) -> String {
        if host.address.isEmpty { return "" }
        return host.address == host.name ? hostName(host.name) : redactor.placeholder(.address, for: host.address)
    }

    private mutating func site(_ site: String?) -> String? {
        level == .names ? site.map { redactor.placeholder(.site, for: $0) } : redactor.text(site)
    }

    // MARK: - Findings

    /// Values that are hidden whole, so that no sentence quotes them.
    private mutating func learnValues(_ judgement: HostJudgement) {
        for finding in judgement.findings where finding.outcome != .pass {
            for evidence in finding.evidence { _ = value(of: evidence) }
        }
        for certificate in judgement.assets.certificates.value ?? [] { _ = self.certificate(certificate) }
        // A name with blanks or brackets is no word that could be looked up.
        let name = judgement.host.name
        if level == .names, !name.utf8.allSatisfy(SensitivePattern.isNameByte) {
            redactor.learn(name, as: hostName(name))
        }
    }

    private mutating func finding(_ finding: Finding) -> Finding {
        let control = control(finding.control)
        if finding.outcome == .pass {
            return Finding(
                control: control, outcome: .pass, because: redactor.text(finding.because), wanted: "", evidence: [],
                remediation: [])
        }
        return Finding(
            control: control, outcome: finding.outcome, because: redactor.text(finding.because),
            wanted: redactor.text(finding.wanted),
            evidence: finding.evidence.map {
                Finding.Evidence(fact: $0.fact, value: value(of: $0), source: $0.source)
            },
            remediation: finding.remediation.map { action($0) }, waivers: finding.waivers.map { waiver($0) },
            lapsedWaivers: finding.lapsedWaivers.map { waiver($0) })
    }

    /// A marked fact's value, hidden item by item; any other one as text.
    private mutating func value(of evidence: Finding.Evidence) -> String {
        let value = evidence.value
        guard let sensitivity = FactDictionary[evidence.fact]?.sensitivity, !Self.isNoValue(value),
            let kind = kind(of: sensitivity)
        else { return redactor.text(value) }
        // A security descriptor and a distinguished name hold commas of their own.
        let isOne =
            sensitivity == .descriptor || evidence.fact.hasSuffix("subject") || evidence.fact.hasSuffix("issuer")
        let items = isOne ? [value[...]] : value.split(separator: ", ")
        return items.map { item in
            // Well-known accounts are the same everywhere, and "every server" is nobody's name.
            if kind == .account, SID(String(item)) != nil { return redactor.text(String(item)) }
            if kind == .address, item.hasSuffix("/*") || item == "*" { return String(item) }
            let placeholder =
                kind == .host
                ? redactor.names[item.lowercased()] ?? redactor.placeholder(.host, for: item)
                : redactor.placeholder(kind, for: item)
            redactor.learn(item, as: placeholder)
            return placeholder
        }.joined(separator: ", ")
    }

    private func kind(of sensitivity: FactSensitivity) -> Placeholder.Kind? {
        switch sensitivity {
        case .address: .address
        case .account: .account
        case .descriptor: .descriptor
        case .certificate: .certificate
        case .thumbprint: .thumbprint
        case .machine: .identifier
        case .name: level == .names ? .host : nil
        }
    }

    /// What reports show where there is no value.
    private static func isNoValue(_ value: String) -> Bool {
        value == "none" || value == "absent" || value.hasPrefix("unknown (") || value.hasPrefix("not readable (")
    }

    private mutating func action(_ action: RemediationAction) -> RemediationAction {
        RemediationAction(
            summary: redactor.text(action.summary), place: action.place, policyPath: redactor.text(action.policyPath),
            policyObject: policyObject(action.policyObject),
            steps: action.steps.map { $0.retold { redactor.text($0) } },
            effect: action.effect, risk: redactor.text(action.risk))
    }

    private mutating func policyObject(_ name: String?) -> String? {
        level == .names ? name.map { redactor.placeholder(.policy, for: $0) } : redactor.text(name)
    }

    // MARK: - Assets

    private mutating func assets(_ assets: HostAssets) -> HostAssets {
        HostAssets(
            certificates: redacted(assets.certificates).map { $0.map { certificate($0) } },
            updates: redacted(assets.updates), isRestartPending: redacted(assets.isRestartPending))
    }

    private mutating func certificate(_ certificate: HostAssets.Certificate) -> HostAssets.Certificate {
        func hide(_ kind: Placeholder.Kind, _ text: String) -> String {
            if text.isEmpty { return text }
            let placeholder = redactor.placeholder(kind, for: text)
            redactor.learn(text, as: placeholder)
            return placeholder
        }
        return HostAssets.Certificate(
            store: certificate.store, thumbprint: hide(.thumbprint, certificate.thumbprint),
            subject: hide(.certificate, certificate.subject), issuer: hide(.certificate, certificate.issuer),
            notBefore: certificate.notBefore, notAfter: certificate.notAfter, isServed: certificate.isServed,
            isMadeForRemoteDesktop: certificate.isMadeForRemoteDesktop, isSelfIssued: certificate.isSelfIssued,
            key: redactor.text(certificate.key))
    }

    private mutating func redacted<Value>(_ collected: Collected<Value>) -> Collected<Value> {
        switch collected {
        case .value, .absent, .accessDenied: collected
        case .unsupported(let reason): .unsupported(redactor.text(reason))
        case .failed(let reason): .failed(redactor.text(reason))
        }
    }

    // MARK: - What hosts share

    private mutating func control(_ control: ControlStatement) -> ControlStatement {
        if let known = controls[ObjectIdentifier(control)] { return known }
        func text(_ text: String) -> String { redactor.text(text, isPolicyText: true) }
        let copy = ControlStatement(
            id: control.id, title: text(control.title), area: control.area, severity: control.severity,
            consequence: control.consequence, why: text(control.why), symptoms: control.symptoms.map(text),
            references: control.references.map(text), file: text(control.file))
        controls[ObjectIdentifier(control)] = copy
        return copy
    }

    /// People's names are hidden, the ticket stays: it is what the copy's reader asks by.
    private mutating func waiver(_ waiver: Waiver) -> Waiver {
        if let known = waivers[ObjectIdentifier(waiver)] { return known }
        let copy = waiver.retold(
            hosts: level == .names ? redactor.placeholder(.pattern, for: waiver.hosts) : redactor.text(waiver.hosts),
            reason: redactor.text(waiver.reason), owner: redactor.placeholder(.person, for: waiver.owner),
            ticket: redactor.text(waiver.ticket), approver: redactor.placeholder(.person, for: waiver.approver),
            file: redactor.text(waiver.file, isPolicyText: true))
        waivers[ObjectIdentifier(waiver)] = copy
        return copy
    }

    // MARK: - Earlier runs

    mutating func trend(_ trend: RunTrend) -> RunTrend {
        redactor.beginHost()
        var copy = trend
        copy.differences = [:]
        // In the order of the names, so that two copies of one run are the same bytes.
        for (host, difference) in trend.differences.sorted(by: { $0.key < $1.key }) {
            let name = hostName(host)
            copy.differences[name] = difference.retold(host: name) { redactor.text($0) }
        }
        copy.failingSince = [:]
        for (host, controls) in trend.failingSince.sorted(by: { $0.key < $1.key }) {
            copy.failingSince[hostName(host)] = controls
        }
        copy.silentRuns = [:]
        for (host, runs) in trend.silentRuns.sorted(by: { $0.key < $1.key }) { copy.silentRuns[hostName(host)] = runs }
        return copy
    }
}
