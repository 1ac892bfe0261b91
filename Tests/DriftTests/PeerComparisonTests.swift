import Drift
import HostFacts
import HostFixtures
import Testing

@Suite struct PeerComparisonTests {
    private static let path = "rdp.listener.userAuthentication.effective"

    /// Hosts of one role and build, whose network level authentication is as given.
    private static func compare(
        _ values: [Collected<FactValue>], role: String? = "rdsh", groups: [String] = [], builds: [Int64] = [17763],
        more: [String: [Collected<FactValue>]] = [:]
    ) -> PeerComparison {
        var ledger = FactLedger()
        let hosts = values.enumerated().map { index, value in
            var facts: [String: Collected<FactValue>] = [
                path: value, "os.name": .text("Windows Server 2019"),
                "os.build": .integer(builds[index % builds.count]),
            ]
            for (path, values) in more { facts[path] = values[index % values.count] }
            return PeerComparison.Host(
                name: "h\(index)", role: role, groups: groups, facts: ledger.sheet(of: facts))
        }
        return PeerComparison(hosts, ledger)
    }

    @Test(
        arguments: [
            // Five peers and more, of whom four in five agree.
            (5, 1, 1), (4, 1, 0), (8, 2, 2), (4, 2, 2), (4, 3, 0), (9, 1, 1), (10, 0, 0), (1, 0, 0), (0, 0, 0),
            (100, 20, 20),
        ])
    func `it takes five peers and four fifths of them`(_ usual: Int, _ others: Int, _ deviating: Int) throws {
        let comparison = Self.compare(
            Array(repeating: .integer(1), count: usual) + Array(repeating: .integer(0), count: others))
        #expect(comparison.deviations.map(\.hosts.count).reduce(0, +) == deviating)
        if let deviation = comparison.deviations.first {
            #expect(deviation.key.path == Self.path && deviation.key.value == "0" && deviation.usual == "1")
            #expect(deviation.count == usual + others - 1 && deviation.agreeing == usual)
            #expect(deviation.key.peers == "rdsh, Windows Server 2019 (17763)")
        }
        #expect(comparison.hostCount == usual + others)
        #expect(comparison.alone.count == (usual + others <= 5 ? usual + others : 0))
    }

    @Test func `another build has other peers`() {
        let values = Array(repeating: Collected<FactValue>.integer(1), count: 6) + [.integer(0)]
        #expect(Self.compare(values, builds: [17763, 20348]).deviations.isEmpty)
        #expect(Self.compare(values).deviations.count == 1)
    }

    @Test func `without a role the groups decide, and without both nobody is a peer`() {
        let values = Array(repeating: Collected<FactValue>.integer(1), count: 6) + [.integer(0)]
        #expect(
            Self.compare(values, role: nil, groups: ["web", "prod"]).deviations.first?.key.peers.hasPrefix("prod+web")
                == true)
        let nobody = Self.compare(values, role: nil)
        #expect(nobody.deviations.isEmpty && nobody.alone.count == 7)
    }

    @Test func `absent is a value like any other, and unreadable is none`() {
        let ones = Array(repeating: Collected<FactValue>.integer(1), count: 6)
        #expect(Self.compare(ones + [.absent]).deviations.map(\.key.value) == ["absent"])
        #expect(Self.compare(ones + [.accessDenied]).deviations.isEmpty)
        #expect(Self.compare(ones + [.failed("x")]).deviations.isEmpty)
    }

    @Test func `only settings are compared: no names, identities or counts`() {
        let paths = Set(PeerComparison.facts.map(\.path))
        for path in [
            "os.computerName", "os.machineGuid", "os.machineSID", "os.revision", "os.domain", "updates.installed",
            "certificates.bound.thumbprint", "certificates.bound.notAfter", "services.TermService.state",
            "fleet.sharedMachineSID", "rdp.listener.userAuthentication.source",
        ] {
            #expect(!paths.contains(path), "\(path)")
        }
        for path in [Self.path, "rdp.enabled.effective", "services.TermService.start", "firewall.rdp.openToAny.public"]
        {
            #expect(paths.contains(path), "\(path)")
        }
        for path in paths { #expect(FactDictionary[path]?.stability == .stable) }
        let others = ["os.computerName", "certificates.bound.thumbprint", "services.TermService.state"]
        let comparison = Self.compare(
            Array(repeating: .integer(1), count: 7),
            more: Dictionary(
                uniqueKeysWithValues: others.map { ($0, (0..<7).map { .text($0 < 6 ? "same" : "other") }) }))
        #expect(comparison.deviations.isEmpty)
    }
}
