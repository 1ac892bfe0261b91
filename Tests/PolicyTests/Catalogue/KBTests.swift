import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct KBTests {
    private static let catalogue = Result { try PolicyFolder.catalogue(of: ControlFixtures.policies) }

    private static func answer(_ kb: UInt32, _ facts: HostFacts) throws -> (word: String, because: String) {
        let catalogue = try catalogue.get()
        let knowledge = KBKnowledge(KBNumber(kb), catalogue)
        switch KBAnswer.of(knowledge, on: facts, catalogue, catalogueNote: ", note") {
        case .yes(let because): return ("yes", because)
        case .no(let because): return ("no", because)
        case .unknown(let because): return ("unknown", because)
        }
    }

    @Test(
        arguments: [
            ("KB5004442", 5_004_442), ("kb5004442", 5_004_442), ("5004442", 5_004_442), ("890830", 890_830),
            ("KB 5004442", nil),
            ("KB", nil), ("", nil), ("KB50044421", nil), ("05004442", nil), ("KB-5004442", nil), ("+5004442", nil),
            ("KB５００４４４２", nil),
        ] as [(String, UInt32?)])
    func `a KB number is six or seven digits`(_ text: String, _ number: UInt32?) {
        #expect(KBNumber(text)?.number == number)
    }

    @Test(
        arguments: [
            // February's update of Server 2019 on builds around it.
            (5_075_904, 17763, 8389, "Server", "yes", "its build"), (5_075_904, 17763, 8388, "Server", "no", "older"),
            (5_075_904, 17763, 9245, "Server", "yes", "newer"),
            (5_075_904, 20348, 9999, "Server", "unknown", "no update for"),
            (5_075_904, 17763, nil, "Server", "unknown", "revision"),
            (5_075_904, 29000, 1, "Server", "unknown", "no line"),
            // One number on several lines, and the same build number of another line.
            (5_074_109, 26100, 7623, "Client", "yes", "its build"),
            (5_074_109, 26100, 32230, "Server", "unknown", "no update for"),
            (5_072_033, 26100, 32230, "Server", "yes", "newer"),
            (5_073_379, 26100, 7840, "Client", "unknown", "no update for"),
            (5_073_379, 26100, 7840, "Server", "no", "older"),
            // Hotpatches.
            (5_075_942, 26100, 32313, "Server", "yes", "its build"),
            (5_075_899, 26100, 32313, "Server", "unknown", "hotpatch"),
            (5_073_379, 26100, 32313, "Server", "unknown", "hotpatch"),
            (5_075_942, 26100, 32230, "Server", "no", "older"),
            (5_075_942, 26100, 32370, "Server", "yes", "newer"),
            // Known from requirements and regressions only.
            (5_018_419, 17763, 3532, "Server", "yes", "its build"), (4_103_723, 14393, 2247, "Server", "no", "older"),
            (5_083_769, 26100, 8246, "Client", "yes", "its build"),
            // No updates, and no idea.
            (5_004_442, 17763, 9245, "Server", "unknown", "guidance"),
            (5_008_383, 17763, 9245, "Server", "unknown", "guidance"),
            (5_999_999, 17763, 9245, "Server", "unknown", "does not know KB5999999, note"),
            (5_005_394, 17763, 2091, "Server", "yes", "its build"),
        ] as [(UInt32, UInt32, UInt32?, String, String, String)])
    func `a host's build answers for its line`(
        _ kb: UInt32, _ build: UInt32, _ revision: UInt32?, _ type: String, _ word: String, _ because: String
    ) throws {
        let answer = try Self.answer(kb, BuildHost.modern(build, revision, type))
        #expect(answer.word == word && answer.because.contains(because), "\(answer)")
    }

    @Test(
        arguments: [
            (4_499_164, 7601, ["KB4499164": 112], "yes", "package"),
            (4_499_164, 7601, ["KB4499164": 64], "unknown", "staged"),
            (4_499_164, 7601, ["KB4499164": 80], "unknown", "superseded"),
            (4_499_164, 7601, [:], "unknown", "proves nothing"),
            (4_499_164, 7601, ["KB5068904": 112], "yes", "KB5068904"),
            (4_499_164, 7601, ["KB5068908": 112], "unknown", "proves"),
            (5_068_908, 7601, ["KB5071501": 112], "yes", "KB5071501"),
            (5_068_904, 7601, ["KB5071506": 112], "unknown", "proves nothing"),
            (5_073_695, 7601, ["KB5071501": 112], "unknown", "proves"),
            (4_490_628, 7601, ["KB4490628": 112], "yes", "package"), (4_490_628, 7601, [:], "unknown", "no build"),
            (5_999_999, 9600, ["KB5999999": 112], "yes", "package"),
            (5_004_442, 9600, ["KB5004442": 112], "unknown", "guidance"),
            (4_103_725, 9600, ["KB5075970": 112], "yes", "KB5075970"),
            (5_075_904, 9600, [:], "unknown", "no update for"), (5_068_906, 6003, [:], "unknown", "not supported"),
        ] as [(UInt32, UInt32, [String: UInt32], String, String)])
    func `before Windows 10 packages answer, and never no`(
        _ kb: UInt32, _ build: UInt32, _ packages: [String: UInt32], _ word: String, _ because: String
    ) throws {
        let versions: [UInt32: String] = [6003: "6.0", 7601: "6.1", 9600: "6.3"]
        let facts = try BuildHost.old(try #require(versions[build]), build, packages: packages)
        let answer = try Self.answer(kb, facts)
        #expect(answer.word == word && answer.because.contains(because), "\(answer)")
    }

    @Test func `a restart that is pending stands beside a no`() throws {
        let answer = try Self.answer(5_075_904, BuildHost.waiting(8388))
        #expect(answer.word == "no" && answer.because.contains("a restart is pending"), "\(answer)")
        let finding = try SoleControl("KB-001").judge(BuildHost.waiting(9244))
        #expect(finding.outcome == .fail && finding.because.contains("a restart is pending"))
        #expect(try !Self.answer(5_075_904, BuildHost.modern(17763, 8388)).because.contains("restart"))
    }

    @Test func `a host of which nothing came is unknown`() throws {
        let answer = try Self.answer(5_075_904, HostFacts(HostReading()))
        #expect(answer.word == "unknown")
    }

    @Test func `what supersedes what goes by lines`() throws {
        let catalogue = try Self.catalogue.get()
        func release(_ kb: UInt32, _ line: String) throws -> UpdateCatalogue.Release {
            try #require(KBKnowledge(KBNumber(kb), catalogue).releases.first { $0.line == line })
        }
        // February 2026 names the other line's updates.
        #expect(catalogue.superseded(by: try release(5_075_899, "ws2025")).isEmpty)
        #expect(catalogue.superseded(by: try release(5_077_181, "w11-24h2")) == [KBNumber(5_074_109)])
        #expect(catalogue.successor(of: try release(5_073_379, "ws2025"))?.kb == KBNumber(5_077_793))
        #expect(catalogue.successor(of: try release(5_072_033, "ws2025"))?.kb == KBNumber(5_073_379))
        #expect(catalogue.successor(of: try release(5_072_033, "w11-24h2"))?.kb == KBNumber(5_074_109))
        #expect(catalogue.successor(of: try release(5_072_014, "ws2025"))?.kb == KBNumber(5_075_942))
        #expect(catalogue.successor(of: try release(5_068_908, "w7"))?.kb == KBNumber(5_071_501))
        #expect(catalogue.successor(of: try release(5_075_899, "ws2025")) == nil)
    }

    @Test func `a release that stands twice is told once, by the kind that says more`() throws {
        let release = { (kind: UpdateCatalogue.Release.Kind) in
            UpdateCatalogue.Release(
                line: "l", version: BuildVersion(10, 0, 17763, 8280), kb: KBNumber(5_077_795), kind: kind)
        }
        for kinds in [[.cumulative, .outOfBand], [.outOfBand, .cumulative]] as [[UpdateCatalogue.Release.Kind]] {
            let knowledge = KBKnowledge(KBNumber(5_077_795), UpdateCatalogue(releases: kinds.map(release)))
            #expect(knowledge.releases.map(\.kind) == [.outOfBand])
        }
    }

    @Test func `the regressions of a number are told`() throws {
        let knowledge = KBKnowledge(KBNumber(5_073_724), try Self.catalogue.get())
        #expect(Set(knowledge.broke.map(\.line)) == ["w10-21h2", "w10-22h2"])
        #expect(Set(knowledge.releases.map(\.line)) == ["w10-21h2", "w10-22h2"])
        #expect(KBKnowledge(KBNumber(5_077_796), try Self.catalogue.get()).mended.count == 2)
    }
}
