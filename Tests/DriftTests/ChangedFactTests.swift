import Drift
import HostFacts
import HostFixtures
import Policy
import Testing

@Suite struct ChangedFactTests {
    typealias Kept = [String: Collected<FactValue>]

    private static func changes(_ before: Kept, _ after: Kept) -> [ChangedFact] {
        var ledger = FactLedger()
        let (old, new) = (ledger.sheet(of: before), ledger.sheet(of: after))
        return ledger.changes(from: old, to: new)
    }

    private static func nla(
        _ effective: Collected<FactValue>, _ source: String?, local: Collected<FactValue> = .absent,
        policy: Collected<FactValue> = .absent
    ) -> Kept {
        let path = "rdp.listener.userAuthentication"
        return [
            "\(path).effective": effective, "\(path).source": source.map { .text($0) } ?? .absent,
            "\(path).local": local, "\(path).policy": policy,
        ]
    }

    @Test(
        arguments: [
            (.integer(1), .integer(2), .changed), (.absent, .integer(2), .appeared),
            (.integer(1), .absent, .disappeared), (.integer(1), .failed("x"), .noLongerRead),
            (.integer(1), .accessDenied, .noLongerRead), (.absent, .unsupported("x"), .noLongerRead),
            (.failed("x"), .integer(1), .readAgain), (.unsupported("x"), .absent, .readAgain),
            (.integer(1), .integer(1), nil), (.absent, .absent, nil), (.failed("x"), .failed("y"), nil),
            (.failed("x"), .accessDenied, nil), (.accessDenied, .unsupported("y"), nil),
        ] as [(Collected<FactValue>, Collected<FactValue>, ChangedFact.Kind?)])
    func `absent, unreadable and a value are three things`(
        _ before: Collected<FactValue>, _ after: Collected<FactValue>, _ kind: ChangedFact.Kind?
    ) {
        let changes = Self.changes(["os.build": before], ["os.build": after])
        #expect(changes.map(\.kind) == [kind].compactMap { $0 })
        #expect(changes.first.map { $0.kind.isDrift == (kind != .noLongerRead && kind != .readAgain) } ?? true)
    }

    @Test func `a setting that changes is one change, with what decides it`() throws {
        let changes = Self.changes(
            Self.nla(.integer(1), "local", local: .integer(1)),
            Self.nla(.integer(0), "policy", local: .integer(1), policy: .integer(0)))
        let change = try #require(changes.first)
        #expect(changes.count == 1)
        #expect(change.path == "rdp.listener.userAuthentication")
        #expect(change.before.text == "1" && change.before.source == .local)
        #expect(change.after.text == "0" && change.after.source == .policy)
    }

    @Test func `who decides a setting is a change even when the value stays`() {
        let changes = Self.changes(
            Self.nla(.integer(1), "local", local: .integer(1)), Self.nla(.integer(1), "policy", policy: .integer(1)))
        #expect(changes.map(\.path) == ["rdp.listener.userAuthentication"])
        #expect(changes.map(\.kind) == [.changed])
    }

    @Test func `what lies below a value that stays is told by itself`() {
        let changes = Self.changes(
            Self.nla(.integer(1), "policy", local: .integer(1), policy: .integer(1)),
            Self.nla(.integer(1), "policy", local: .integer(0), policy: .integer(1)))
        #expect(changes.map(\.path) == ["rdp.listener.userAuthentication.local"])
    }

    @Test func `of a list only what differs is told, whatever its order`() throws {
        let path = "updates.installed"
        #expect(Self.changes([path: .list("KB1", "KB2")], [path: .list("KB2", "KB1")]).isEmpty)
        let change = try #require(Self.changes([path: .list("KB1", "KB2")], [path: .list("KB3", "KB2")]).first)
        #expect(change.added == ["KB3"])
        #expect(change.removed == ["KB1"])
        #expect(change.before.text == "KB1" && change.after.text == "KB3")
        // The same update on a host with other updates is the same change.
        let other = try #require(Self.changes([path: .list("KB1", "KB9")], [path: .list("KB3", "KB9")]).first)
        #expect(other == change)
    }

    @Test func `one access list shown with and without its owner is the same`() {
        let path = "machineKeys.folder.sddl"
        #expect(
            Self.changes(
                [path: .text("O:SYG:SYD:PAI(A;;FA;;;BA)")], [path: .text("D:PAI(A;;FA;;;BA)")]
            ).isEmpty)
    }

    @Test func `volatile facts and those of another release never count`() {
        let volatile: Kept = [
            "services.TermService.state": .text("running"), "probe.clock": .text("a"), "x.y": .absent,
        ]
        let later: Kept = [
            "services.TermService.state": .text("stopped"), "probe.clock": .text("b"), "x.y": .integer(1),
        ]
        #expect(Self.changes(volatile, later).isEmpty)
        #expect(Self.changes([:], ["os.build": .integer(1)]).isEmpty)
    }

    @Test func `identity is left to the machine`() {
        #expect(Self.changes(["os.machineGuid": .text("a")], ["os.machineGuid": .text("b")]).isEmpty)
    }

    @Test func `a long or hostile value is cut, and not mixed up with another`() throws {
        let long = String(repeating: "x", count: 100_000)
        let change = try #require(
            Self.changes(["os.domain": .text("\u{1b}[2J\n")], ["os.domain": .text(long)]).first)
        #expect(change.before.text == "\u{1b}[2J\n")
        #expect(change.after.text.utf8.count < 400)
        #expect(change.after.text.hasSuffix("… (100000 bytes)"))
        let many = (0..<10_000).map { "KB\($0)" }
        let list = try #require(
            Self.changes(["updates.installed": .list()], ["updates.installed": .value(.list(many))]).first)
        #expect(list.added.count == 21)
        #expect(list.added.last == "and 9980 more")
    }

    @Test func `equal values are held once, and sheets of equal facts are equal`() {
        var ledger = FactLedger()
        let first = ledger.sheet(of: ["updates.installed": .list("KB1", "KB2"), "os.build": .integer(1)])
        let second = ledger.sheet(of: ["os.build": .integer(1), "updates.installed": .list("KB2", "KB1")])
        #expect(first == second)
        #expect(ledger.value("os.build", in: first) == .integer(1))
        #expect(ledger.value("os.version", in: first) == nil)
        #expect(ledger.value("no.such", in: first) == nil)
    }
}
