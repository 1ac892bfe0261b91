package import FoundationEssentials
import HostFacts
import Inventory

/// What became of one waiver in one run.
package struct WaiverAccount: Sendable {
    package let waiver: Waiver
    package let state: Waiver.State
    /// Hosts of the run that its pattern names, judged or not.
    package let hosts: Int
    /// Failures that it covers; when it is not in force: that it would.
    package let findings: Int
    /// Those of them that are open: no other waiver covers them.
    package let openFindings: Int
    /// Days until it ends, when those are few.
    package let endsInDays: Int?
    /// It covers so much that it is a change of the baseline; `nil`: it does not.
    package let breadth: Breadth?

    package enum Breadth: Sendable, Hashable {
        /// Its pattern is everybody, whoever joins the fleet.
        case everybody
        /// So many of the run's hosts.
        case share(hosts: Int, of: Int)
    }

    /// In force, and no failure needs it.
    package var isUnused: Bool { state == .inForce && findings == 0 }

    /// Days before its end from which on a waiver is told.
    package static let soonDays = 14
    /// Hosts up to which no share is too large, and the share, in percent, up to which no number is.
    private static let (fewHosts, smallShare) = (5, 20)

    /// Every waiver of a register, in its order.
    package static func make(_ register: WaiverRegister, _ fleet: [HostJudgement], at now: Date) -> [WaiverAccount] {
        var hosts: [ObjectIdentifier: Int] = [:]
        var findings: [ObjectIdentifier: Int] = [:]
        var open: [ObjectIdentifier: Int] = [:]
        for judgement in fleet where !judgement.waivers.isEmpty {
            for waiver in judgement.waivers { hosts[ObjectIdentifier(waiver), default: 0] += 1 }
            for finding in judgement.findings where finding.isFailure {
                for waiver in finding.waivers + finding.lapsedWaivers {
                    findings[ObjectIdentifier(waiver), default: 0] += 1
                    if finding.outcome == .fail { open[ObjectIdentifier(waiver), default: 0] += 1 }
                }
            }
        }
        return register.waivers.map { waiver in
            let key = ObjectIdentifier(waiver)
            return WaiverAccount(
                waiver, hosts: hosts[key] ?? 0, of: fleet.count, findings: findings[key] ?? 0,
                openFindings: open[key] ?? 0, at: now)
        }
    }

    /// - Parameters:
    ///   - hosts: those that its pattern names.
    ///   - fleet: all that there are.
    package init(
        _ waiver: Waiver, hosts: Int, of fleet: Int, findings: Int, openFindings: Int = 0, at now: Date
    ) {
        self.waiver = waiver
        self.hosts = hosts
        self.findings = findings
        self.openFindings = openFindings
        state = waiver.state(at: now)
        let left = waiver.end.timeIntervalSince(now) / 86_400
        endsInDays = state == .inForce && left <= Double(Self.soonDays) ? Int(left.rounded(.up)) : nil
        breadth =
            if waiver.matcher.isEverybody {
                .everybody
            } else if hosts > Self.fewHosts, hosts * 100 > fleet * Self.smallShare {
                .share(hosts: hosts, of: fleet)
            } else {
                nil
            }
    }
}

extension WaiverAccount {
    /// `in force`
    package var stateText: String {
        switch state {
        case .inForce: "in force"
        case .expired: "expired"
        case .notYet: "not yet in force"
        }
    }

    /// What somebody should look at, as short sentences without a full stop.
    package var remarks: [String] {
        var remarks: [String] = []
        switch state {
        case .expired where openFindings > 0:
            let failures = openFindings == 1 ? "its 1 failure counts" : "its \(openFindings) failures count"
            remarks.append("expired: \(failures) again")
        case .expired where findings > 0: remarks.append("expired, and other waivers cover what it covered")
        case .expired: remarks.append("expired, and nothing fails that it covered")
        case .notYet, .inForce: break
        }
        if isUnused { remarks.append(hosts == 0 ? "unused: names no host" : "unused: nothing fails that it covers") }
        return remarks + standingRemarks
    }

    /// Those of them that hang on no finding.
    package var standingRemarks: [String] {
        var remarks: [String] = []
        if let endsInDays {
            remarks.append(endsInDays == 1 ? "ends within 1 day" : "ends within \(endsInDays) days")
        }
        switch breadth {
        case .everybody: remarks.append("too broad: it is for every host")
        case .share(let hosts, let all): remarks.append("too broad: it names \(hosts) of \(all) hosts")
        case nil: break
        }
        if waiver.isTooLong { remarks.append("lasts longer than is allowed") }
        return remarks
    }
}
