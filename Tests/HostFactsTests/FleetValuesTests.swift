import HostFacts
import Testing

@Suite struct FleetValuesTests {
    private static let question = PeerQuestion(fact: "os.build", among: .role)

    /// A host of a build; `nil`: it did not say.
    private static func facts(_ build: String?) -> HostFacts {
        var reading = HostReading()
        if let build {
            reading.registry.record(
                Keys.currentVersion,
                .values(
                    [
                        .init("CurrentBuildNumber", .string(build)), .init("CurrentMajorVersionNumber", .dword(10)),
                        .init("InstallationType", .string("Server")),
                    ], isComplete: true))
        }
        return HostFacts(reading)
    }

    private static func member(_ role: String?, groups: [String] = [], site: String? = nil) -> FleetValues.Member {
        FleetValues.Member(role: role, groups: groups, site: site)
    }

    private static func values(
        _ builds: [String?], role: String = "rdsh", asking questions: [PeerQuestion] = [question]
    ) -> FleetValues {
        var values = FleetValues(asking: questions)
        for build in builds { values.add(member(role), facts(build)) }
        return values
    }

    @Test(arguments: [
        // The host's own build, what others of its role have, and how many of them have the commonest.
        ("17763", ["17763", "17763", "17763", "20348"], 3, 2, "17763", true),
        ("20348", ["17763", "17763", "17763", "20348"], 3, 3, "17763", false),
        ("1", ["1"], 0, 0, "1", true),
        // Without the host itself the other value is the commonest.
        ("1", ["1", "1", "2", "2"], 3, 2, "2", false),
        ("1", ["2", "3", "1", "2", "3", "3"], 5, 3, "3", false),
        // Two that are as common: for a host of one it is the other.
        ("2", ["1", "2", "2", "3", "3"], 4, 2, "3", false),
        // A value that comes late overtakes those that came early.
        ("9", ["1", "2", "3", "4", "9", "5", "5", "5"], 7, 3, "5", false),
    ])
    func `a host is told what its peers have, itself left out`(
        _ own: String, _ all: [String], _ count: Int, _ agreeing: Int, _ commonest: String, _ isShared: Bool
    ) {
        let views = Self.values(all).views(of: Self.member("rdsh"), Self.facts(own))
        #expect(
            views[Self.question]
                == .value(PeerView(count: count, agreeing: agreeing, commonest: commonest, isShared: isShared)))
    }

    @Test func `what could not be read is no peer, and has none`() {
        let values = Self.values(["1", "1", nil, nil, "1"])
        #expect(values.views(of: Self.member("rdsh"), Self.facts("1"))[Self.question]?.value?.count == 2)
        #expect(values.views(of: Self.member("rdsh"), Self.facts(nil))[Self.question] == nil)
    }

    @Test func `hosts are held against those of their own kind only`() {
        let questions = PeerQuestion.Peers.allCases.map { PeerQuestion(fact: "os.build", among: $0) }
        var values = FleetValues(asking: questions)
        let hosts: [(FleetValues.Member, String)] = [
            (Self.member("rdsh", groups: ["a", "b"], site: "x"), "1"),
            (Self.member("rdsh", groups: ["b", "a"], site: "y"), "1"),
            (Self.member("jump-host", groups: ["a"], site: "x"), "2"), (Self.member(nil), "2"),
        ]
        for (member, build) in hosts { values.add(member, Self.facts(build)) }
        let views = values.views(of: hosts[0].0, Self.facts("1"))
        func count(_ peers: PeerQuestion.Peers) -> Int? {
            views[PeerQuestion(fact: "os.build", among: peers)]?.value?.count
        }
        #expect([count(.role), count(.group), count(.site), count(.all)] == [1, 1, 1, 3])
        let alone = values.views(of: hosts[3].0, Self.facts("2"))
        #expect(questions.map { alone[$0]?.isAbsent ?? false } == [true, true, true, false])
    }

    @Test func `case and order make no difference`() {
        let question = PeerQuestion(fact: "os.installationType", among: .all)
        func facts(_ type: String) -> HostFacts {
            var reading = HostReading()
            reading.registry.record(
                Keys.currentVersion, .values([.init("InstallationType", .string(type))], isComplete: true))
            reading.registry.record(
                Keys.currentVersion,
                .values(
                    [.init("CurrentBuildNumber", .string("17763")), .init("CurrentMajorVersionNumber", .dword(10))],
                    isComplete: true))
            return HostFacts(reading)
        }
        var values = FleetValues(asking: [question])
        for type in ["Server", "SERVER", "server"] { values.add(Self.member(nil), facts(type)) }
        let view = values.views(of: Self.member(nil), facts("sErVeR"))[question]?.value
        #expect(view?.agreeing == 2 && view?.isShared == true)
    }

    /// Only hashes and numbers are kept, and the commonest is found among ten thousand that differ.
    @Test func `a fleet in which all differ agrees on nothing`() {
        let values = Self.values((0..<10_000).map { String(10_000 + $0) })
        let view = values.views(of: Self.member("rdsh"), Self.facts("10005"))[Self.question]?.value
        #expect(view?.count == 9_999 && view?.agreeing == 1 && view?.isShared == false)
    }
}
