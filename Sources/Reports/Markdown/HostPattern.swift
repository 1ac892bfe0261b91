import Policy

/// Hosts on which exactly the same controls failed, were waived or could not be told: told once for all of them.
struct HostPattern {
    /// In the order in which they were given; never empty.
    private(set) var hosts: [HostJudgement]

    /// What is told of each of them.
    var example: HostJudgement { hosts[0] }

    /// - Parameter hosts: judged ones; the patterns come in the order of their first host.
    static func group(_ hosts: some Sequence<HostJudgement>) -> [HostPattern] {
        var patterns: [HostPattern] = []
        var places: [String: Int] = [:]
        for host in hosts {
            let key = key(of: host)
            if let place = places[key] {
                patterns[place].hosts.append(host)
            } else {
                places[key] = patterns.count
                patterns.append(HostPattern(hosts: [host]))
            }
        }
        return patterns
    }

    /// A letter for each outcome that is told, so that a pattern of failures is no pattern of unknowns.
    private static func key(of host: HostJudgement) -> String {
        var key = host.verdict.rawValue
        for finding in host.findings {
            switch finding.outcome {
            case .fail: key += "\u{1f}f"
            case .waived: key += "\u{1f}w" + (finding.waiver?.id ?? "")
            case .unknown: key += "\u{1f}u"
            case .pass, .notApplicable: continue
            }
            key += finding.control.id
        }
        return key
    }

    /// Why a control came out as it did: in one sentence when all say the same, else in the words of one host.
    func because(_ control: String) -> (text: String, isEverybodys: Bool) {
        func because(_ host: HostJudgement) -> String {
            host.findings.first { $0.control.id == control }?.because ?? ""
        }
        let text = because(example)
        return (text, hosts.dropFirst().allSatisfy { because($0) == text })
    }
}
