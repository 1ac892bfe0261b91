import HostFacts
package import Policy

extension Finding {
    /// What failures of one cause share: the control, who owns the value, and what ends it. Stable between runs.
    var causeID: String {
        ReportIdentifier.make(
            control.id, isPolicyOwned ? "policy" : "host", remediation.map(\.summary).joined(separator: "\n"))
    }
}

/// Failures of one kind on many hosts: one line in a report, one thing to do.
package struct Cause: Sendable {
    /// ``Policy/Finding/causeID``
    package let id: String
    package let control: Control
    /// A policy sets the wrong value: one change there ends it for all.
    package let isPolicyOwned: Bool
    package let hosts: [HostJudgement]

    package var title: String { control.title }

    /// The finding of one host, as evidence.
    package var example: (host: HostJudgement, finding: Finding)? {
        guard let host = hosts.first, let finding = host.failures.first(where: { $0.control.id == control.id }) else {
            return nil
        }
        return (host, finding)
    }

    /// Breaking ones first, then exposing ones, then by severity and number of hosts.
    static func group(_ hosts: [HostJudgement]) -> [Cause] {
        var members: [String: [HostJudgement]] = [:]
        var first: [String: Finding] = [:]
        for host in hosts {
            for finding in host.failures {
                let key = finding.causeID
                members[key, default: []].append(host)
                first[key] = first[key] ?? finding
            }
        }
        let causes = first.map { key, finding in
            Cause(
                id: key, control: finding.control, isPolicyOwned: finding.isPolicyOwned,
                hosts: (members[key] ?? []).sorted { $0.host.name < $1.host.name })
        }
        return causes.sorted { left, right in
            func rank(_ cause: Cause) -> (Int, Severity, Int, String) {
                let consequence = cause.control.consequence.map { $0 == .breaks ? 2 : 1 } ?? 0
                return (consequence, cause.control.severity, cause.hosts.count, cause.control.id + cause.id)
            }
            let (a, b) = (rank(left), rank(right))
            if (a.0, a.1, a.2) != (b.0, b.1, b.2) { return (a.0, a.1, a.2) > (b.0, b.1, b.2) }
            return a.3 < b.3
        }
    }
}
