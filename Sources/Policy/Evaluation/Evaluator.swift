package import FoundationEssentials
package import HostFacts

/// Judges one host after another against a baseline, at one moment.
package struct Evaluator: Sendable {
    private let baseline: Baseline
    private let now: Date
    private let waivers: WaiverRegister
    /// Names of the fleet's hosts, which a waiver's pattern tells from groups.
    private let hostNames: Set<String>
    /// For hosts without a role, and for those of a role of which the baseline says nothing.
    private let usual: [PreparedControl]
    private let byRole: [String: [PreparedControl]]

    package init(
        baseline: Baseline, now: Date, waivers: WaiverRegister = .empty, hostNames: Set<String> = []
    ) {
        self.baseline = baseline
        self.now = now
        self.waivers = waivers
        self.hostNames = hostNames
        func prepared(_ role: String?) -> [PreparedControl] {
            baseline.controls.map { PreparedControl($0, role: role, of: baseline, at: now) }
        }
        usual = prepared(nil)
        byRole = Dictionary(uniqueKeysWithValues: baseline.roles.keys.map { ($0, prepared($0)) })
    }

    /// - Parameter facts: `nil` when the host gave none.
    package func judge(_ host: AuditedHost, _ facts: HostFacts?) -> HostJudgement {
        guard let facts else { return waived(HostJudgement(host: host, findings: [])) }
        return judge(host, facts)
    }

    package func judge(_ host: AuditedHost, _ facts: HostFacts) -> HostJudgement { waived(unwaived(host, facts)) }

    private func waived(_ judgement: HostJudgement) -> HostJudgement {
        if waivers.isEmpty { return judgement }
        let waivers = HostWaivers(waivers, judgement.host, at: now) { hostNames.contains($0) }
        if waivers.matching.isEmpty { return judgement }
        return HostJudgement(
            host: judgement.host, findings: judgement.findings.map { waivers.applied(to: $0) },
            waivers: waivers.matching, marks: judgement.marks, assets: judgement.assets)
    }

    private func unwaived(_ host: AuditedHost, _ facts: HostFacts) -> HostJudgement {
        guard host.state.isJudged else { return HostJudgement(host: host, findings: []) }
        let prepared = baseline.role(of: host).flatMap { byRole[$0] } ?? usual
        // What we know nothing about is said once, not once for every control.
        if case .value(let windows) = facts.windows, !windows.isSupported {
            let reason = "\(windows.name) is older than Windows 7 / Server 2008 R2, which is not supported"
            return HostJudgement(
                host: host,
                findings: prepared.map { Finding(control: $0.statement, outcome: .notApplicable, because: reason) },
                assets: HostAssets(facts))
        }
        var findings: [Finding] = []
        findings.reserveCapacity(prepared.count)
        for control in prepared { findings.append(control.judge(facts)) }
        if let off = findings.first(where: \.switchesRemoteDesktopOff) {
            for index in findings.indices
            where findings[index].outcome == .fail && !findings[index].switchesRemoteDesktopOff
                && prepared[index].concernsRemoteDesktopOnly
            {
                findings[index] = findings[index].moot(since: off.control.id)
            }
        }
        return HostJudgement(
            host: host, findings: findings, marks: MachineMark.marks(of: facts), assets: HostAssets(facts))
    }
}

/// A control with all that does not depend on the host, worked out once for all hosts of a role. A class, so that looking
/// at it copies nothing.
private final class PreparedControl: Sendable {
    let control: Control
    private let context: JudgingContext
    /// What a host of the role gets when the control does not concern it.
    private let exclusion: Finding?
    private let pass: Finding
    /// It concerns hosts with Remote Desktop on, and no others.
    let concernsRemoteDesktopOnly: Bool

    var statement: ControlStatement { control.statement }

    init(_ control: Control, role: String?, of baseline: Baseline, at now: Date) {
        self.control = control
        context = JudgingContext(
            now: now, parameters: baseline.parameters(of: control, role: role), catalogue: baseline.catalogue)
        exclusion = baseline.exclusion(of: control.id, role: role).map {
            Finding(control: control.statement, outcome: .notApplicable, because: $0)
        }
        pass = Finding(control: control.statement, outcome: .pass, because: "")
        concernsRemoteDesktopOnly = control.appliesTo?.facts.contains { $0.path == "rdp.enabled.effective" } ?? false
    }

    func judge(_ facts: HostFacts) -> Finding {
        if let exclusion { return exclusion }
        if let condition = control.appliesTo {
            switch condition.truth(facts, context) {
            case .holds: break
            case .fails:
                return Finding(
                    control: statement, outcome: .notApplicable,
                    because: FailureAccount(of: condition, facts, context, isBrief: true).because)
            case .notApplicable(let reason):
                return Finding(control: statement, outcome: .notApplicable, because: reason)
            case .unknown(let reason):
                return Finding(
                    control: statement, outcome: .unknown, because: "whether it applies could not be told: \(reason)")
            }
        }
        switch control.check.truth(facts, context) {
        case .holds: return pass
        case .notApplicable(let reason): return Finding(control: statement, outcome: .notApplicable, because: reason)
        case .unknown(let reason): return Finding(control: statement, outcome: .unknown, because: reason)
        case .fails: return failure(facts)
        }
    }

    private func failure(_ facts: HostFacts) -> Finding {
        let account = FailureAccount(of: control.check, facts, context)
        let fitting = control.remediation.filter { template in
            template.onlyFor.map { account.failedFacts.contains($0) } ?? true
        }
        var needed = fitting.filter { !$0.holds(on: facts, context.parameters) }
        if needed.isEmpty { needed = fitting }
        let actions = needed.map { template in
            let owned = account.policyOwned.filter { (template.onlyFor ?? $0) == $0 }
            return template.action(
                for: facts, policyOwned: !owned.isEmpty, policyObject: Self.policyObject(behind: owned, facts),
                parameters: context.parameters)
        }
        return Finding(
            control: statement, outcome: .fail, because: account.because, wanted: account.wanted,
            evidence: account.evidence, remediation: actions)
    }
}

extension PreparedControl {
    /// The policy object behind facts that a policy decides, when it is one and the host could name it.
    private static func policyObject(behind paths: Set<String>, _ facts: HostFacts) -> String? {
        let names = paths.compactMap { path -> String? in
            guard let place = FactDictionary[path]?.setting?.places(facts)?.policy else { return nil }
            return facts.live.objectName(of: place)
        }
        return Set(names).count == 1 ? names.first : nil
    }
}

extension Finding {
    /// What ends it switches Remote Desktop off on the host.
    fileprivate var switchesRemoteDesktopOff: Bool {
        remediation.flatMap(\.steps).contains { step in
            guard case .registry(let step) = step else { return false }
            return step.location == RegistryLocation(Keys.terminalServer, "fDenyTSConnections")
                && step.wanted == .dword(1)
        }
    }

    /// Where Remote Desktop is to be off, nothing is done to let people in.
    fileprivate func moot(since id: String) -> Finding {
        let nothing = RemediationAction(
            summary: "Nothing of its own: Remote Desktop is to be off on this host (\(id)), and then this is no matter",
            place: .manual, effect: .immediate, risk: "")
        return Finding(
            control: control, outcome: outcome, because: because, wanted: wanted, evidence: evidence,
            remediation: [nothing])
    }

    init(control: ControlStatement, outcome: Outcome, because: String) {
        self.init(control: control, outcome: outcome, because: because, wanted: "", evidence: [], remediation: [])
    }
}
