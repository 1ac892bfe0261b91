import Collection
import FoundationEssentials
import HostFacts
import Policy

/// A fleet of any size made of the hosts of a snapshot, each time as another machine.
struct BenchFleet {
    struct Night {
        let result: AuditResult
        /// In the order of the hosts; made when they are asked for, since those of a large fleet are large.
        let facts: [() -> HostFacts?]
    }

    private let records: [(record: HostRecord, facts: HostFacts?)]
    private let hosts: Int
    private let baseline: Baseline
    private let start: Date

    init(snapshot: String, hosts: Int, policies: String, baseline: String) throws {
        self.hosts = hosts
        self.baseline = try PolicyFolder(policies).baseline(baseline)
        var reader = try SnapshotReader(path: snapshot)
        start = reader.header.started
        var records: [(HostRecord, HostFacts?)] = []
        while let record = try reader.next() {
            records.append((record, record.state.isJudged ? HostFacts(record.reading) : nil))
        }
        self.records = records
    }

    /// - Parameter changed: the share of hosts on which something is not as it was in other nights.
    func night(_ number: Int, changed: Double) -> Night {
        let moment = start.addingTimeInterval(Double(number) * 86_400)
        let evaluator = Evaluator(baseline: baseline, now: moment)
        let step = changed > 0 ? Int(1 / changed) : 0
        let makers = (0..<hosts).map { index -> () -> HostFacts? in
            let isChanged = step > 0 && (index + number) % step == 0
            return { facts(index, changedIn: isChanged ? number : nil) }
        }
        let judgements = (0..<hosts).map { index in
            evaluator.judge(host(index, moment, number), makers[index]())
        }
        return Night(
            result: AuditResult(
                run: "bench-\(1_000 + number)", started: moment, judgedAt: moment,
                baseline: BaselineStatement(baseline), hosts: judgements, programVersion: "bench", probe: "bench",
                unchecked: [:]),
            facts: makers)
    }

    /// What tells one machine from another differs, and in a changed one what drifts.
    private func facts(_ index: Int, changedIn night: Int?) -> HostFacts? {
        guard var facts = records[index % records.count].facts else { return nil }
        facts.assumed["os.computerName"] = .value(.text("HOST-\(index)"))
        facts.assumed["os.machineGuid"] = .value(.text("00000000-0000-0000-0000-\(100_000_000_000 + index)"))
        facts.assumed["groups.administrators"] = .value(.list(["S-1-5-21-\(index)-500", "S-1-5-32-544"]))
        facts.assumed["certificates.served.thumbprint"] = .value(.text("AB\(10_000_000 + index)"))
        if let night {
            facts.assumed["rdp.listener.userAuthentication.effective"] = .value(.integer(Int64(night % 2)))
            facts.assumed["os.revision"] = .value(.integer(Int64(6_000 + night)))
            facts.assumed["schannel.tls10.server.state"] = .value(.text("disabled \(night)"))
        }
        return facts
    }

    private func host(_ index: Int, _ moment: Date, _ night: Int) -> AuditedHost {
        let (record, facts) = records[index % records.count]
        let host = record.audited(facts)
        return AuditedHost(
            name: "host-\(1_000_000 + index)", address: "10.\(index >> 16).\(index >> 8 & 255).\(index & 255)",
            groups: host.groups, role: host.role, site: host.site, state: host.state, reason: host.reason,
            advice: host.advice, transport: host.transport, authentication: host.authentication,
            seconds: 0.4 + Double((index * 7 + night * 13) % 900) / 1_000,
            collected: moment.addingTimeInterval(Double((index * 31 + night * 17) % 600_000) / 1_000),
            osName: host.osName, osVersion: host.osVersion)
    }
}
