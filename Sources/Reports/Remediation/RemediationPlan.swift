package import HostFacts
package import Policy

/// What is to be done in a fleet, in which order: what `plan.md` says, as values.
///
/// Policies come first, then scripts in waves, then what people have to do by hand. What is waived is not planned.
package struct RemediationPlan: Sendable {
    /// Changes that belong into a policy, the most hosts first.
    package let policies: [PolicyChange]
    /// Hosts with a script, in waves.
    package let waves: [RemediationWave]
    /// Distinct sets of changes by script, the most hosts first.
    package let sets: [ChangeSet]
    /// What no script can do, the most hosts first.
    package let manual: [ManualItem]
    /// Hosts with something to mend by command for which there is no script.
    package let withoutScript: [AuditedHost]
    /// Hosts that nothing is known of.
    package let notAudited: [AuditedHost]
    /// Failures that were accepted.
    package let waivedCount: Int

    /// One setting of one policy object.
    package struct PolicyChange: Sendable {
        /// Where it stands in Group Policy; `nil`: the control names no path.
        package let path: String?
        /// The object that sets it, where a host could name it.
        package let object: String?
        package let summary: String
        package let effect: RemediationTemplate.Effect
        package let risk: String
        package let controls: [String]
        package let hosts: [String]
    }

    package struct ManualItem: Sendable {
        package let summary: String
        package let risk: String
        package let controls: [String]
        package let hosts: [String]
    }

    /// What the script of several hosts changes, in its order.
    package struct ChangeSet: Sendable {
        package let changes: [PlannedChange]
        package let hosts: [String]
    }

    /// - Parameter script: the file name of a host's script; `nil` when there is none.
    package init(_ result: AuditResult, script: (String) -> String?) {
        var work: [HostWork] = []
        var policies = Tally()
        var manual = Tally()
        var withoutScript: [AuditedHost] = []
        for judgement in result.hosts.sorted(by: { $0.host.name < $1.host.name }) {
            let host = HostWork(judgement, script: script(judgement.host.name))
            for finding in judgement.failures {
                for action in finding.remediation {
                    switch action.place {
                    case .host: continue
                    case .policy: policies.add(finding, action, judgement.host.name)
                    case .manual: manual.add(finding, action, judgement.host.name)
                    }
                }
            }
            if host.changes.isEmpty { continue }
            if host.script == nil { withoutScript.append(judgement.host) } else { work.append(host) }
        }
        self.policies = policies.sorted.map { entry in
            PolicyChange(
                path: entry.action.policyPath, object: entry.object, summary: entry.action.summary,
                effect: entry.action.effect, risk: entry.action.risk, controls: entry.controls, hosts: entry.hosts)
        }
        self.manual = manual.sorted.map { entry in
            ManualItem(
                summary: entry.action.summary, risk: entry.action.risk, controls: entry.controls, hosts: entry.hosts)
        }
        self.withoutScript = withoutScript
        sets = Dictionary(grouping: work, by: \.changes).map { changes, hosts in
            ChangeSet(changes: changes, hosts: hosts.map(\.host.name))
        }.sorted { left, right in
            left.hosts.count != right.hosts.count
                ? left.hosts.count > right.hosts.count
                : (left.hosts.first ?? "") < (right.hosts.first ?? "")
        }
        waves = RemediationWave.make(work, sets: sets)
        notAudited = result.hosts.map(\.host).filter { !$0.state.isJudged }.sorted { $0.name < $1.name }
        waivedCount = result.hosts.reduce(0) { $0 + $1.waived.count }
    }

    /// Every number of hosts on which an action says the same, whatever controls want it.
    private struct Tally {
        struct Entry {
            let action: RemediationAction
            let object: String?
            var controls: [String] = []
            var hosts: [String] = []
        }

        private var entries: [[String]: Entry] = [:]

        mutating func add(_ finding: Finding, _ action: RemediationAction, _ host: String) {
            let object = action.policyObject
            let key = [action.policyPath ?? "", object ?? "", action.summary, action.effect.rawValue, action.risk]
            var entry = entries[key] ?? Entry(action: action, object: object)
            entries[key] = nil
            if !entry.controls.contains(finding.control.id) { entry.controls.append(finding.control.id) }
            if entry.hosts.last != host { entry.hosts.append(host) }
            entries[key] = entry
        }

        /// The most hosts first.
        var sorted: [Entry] {
            entries.sorted { left, right in
                left.value.hosts.count != right.value.hosts.count
                    ? left.value.hosts.count > right.value.hosts.count
                    : left.key.lexicographicallyPrecedes(right.key)
            }.map { entry in
                var sorted = entry.value
                sorted.controls.sort()
                return sorted
            }
        }
    }
}

/// One change by script, as a plan tells it.
package struct PlannedChange: Sendable, Hashable {
    package let summary: String
    package let controls: [String]
    package let effect: RemediationTemplate.Effect
    /// What could be cut off; empty when nothing is.
    package let risk: String
    package let whyNoRollback: String?
    /// Who or what is at risk; `nil` when nothing is.
    package let hazard: Hazard?
    let rank: Int

    package enum Hazard: Sendable, Hashable, CaseIterable {
        /// The way by which the host is audited and mended.
        case ownWay
        /// People who work on the host, or want to.
        case users
        /// More can get in than before: controls' risks begin with "opens" then.
        case exposure
    }

    /// It ends sessions, at once or when the host restarts.
    package var isDisruptive: Bool { effect == .serviceRestart || effect == .reboot }

    init(_ action: RemediationAction, _ control: ControlStatement, controls: [String], transport: String?) {
        summary = action.summary
        self.controls = controls
        effect = action.effect
        risk = action.risk
        whyNoRollback = action.whyNoRollback
        let isOnOurWay = control.area == "firewall" || control.area == "schannel" && transport == "winrm"
        hazard =
            if action.risk.isEmpty { nil } else if action.risk.hasPrefix("opens") { .exposure } else {
                isOnOurWay ? .ownWay : .users
            }
        // As the scripts go.
        rank = action.steps.map(\.rank).min() ?? 0
    }
}

/// One host with what its script does.
struct HostWork: Sendable {
    let host: AuditedHost
    /// The script's file name.
    let script: String?
    let changes: [PlannedChange]

    var isDisruptive: Bool { changes.contains(where: \.isDisruptive) }

    init(_ judgement: HostJudgement, script: String?) {
        host = judgement.host
        self.script = script
        var order: [RemediationAction] = []
        var wanting: [RemediationAction: [ControlStatement]] = [:]
        for finding in judgement.failures {
            for action in finding.remediation where action.place == .host {
                if wanting[action] == nil { order.append(action) }
                wanting[action, default: []].append(finding.control)
            }
        }
        let transport = judgement.host.transport
        changes = order.compactMap { action -> PlannedChange? in
            guard let controls = wanting[action], let first = controls.first else { return nil }
            return PlannedChange(action, first, controls: Set(controls.map(\.id)).sorted(), transport: transport)
        }.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    }
}
