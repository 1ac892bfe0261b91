import Inventory
import Testing

/// A pattern held against single hosts says what it says of a whole inventory.
@Suite struct HostMatcherTests {
    private static let fleet = """
        web: { hosts: { web1: , web2: , web10: } }
        db: { hosts: { db-a: , db-b: } }
        europe: { children: { berlin: , paris: } }
        berlin: { hosts: { web1: , db-a: } }
        paris: { hosts: { web2: } }
        twin: { hosts: { other: , twin: } }
        ungrouped: { hosts: { alone: , "2001:db8::1": } }
        """

    @Test(arguments: [
        "all", "*", "web1", "web", "europe", "web1,db-b", "web1:db-b", "web:&berlin", "&berlin:web", "web:db:!berlin",
        "!web", "!web:!db", "&europe", "web?", "web[1a2]", "web[!1]", "db-[ab]", "*b*1*", "e*rope", "all:!web*",
        "ungrouped", "twin", "[2001:db8::1]", "2001:db8::1", "web:&paris:!web1", "*1", "!all", "alone",
        "all:!ungrouped",
    ])
    func `a host is named by a pattern as the whole inventory says`(_ text: String) throws {
        let inventory = try inventory(Self.fleet)
        let pattern = HostPattern(text)
        let matcher = try HostMatcher(pattern)
        let names = inventory.hosts.filter { host in
            matcher.matches(
                name: host.name, groups: host.groups.filter { $0 != "all" && $0 != "ungrouped" },
                isHost: { inventory[$0] != nil })
        }.map(\.name)
        #expect(try names == inventory.selected(pattern).map(\.name), "\(text)")
    }

    @Test(arguments: ["", " , ", ":", "web[0]", "web[-1]", "web[1:2]", "db:!web[0]"])
    func `a pattern that names nobody, or by place, is refused`(_ text: String) {
        #expect(throws: HostPatternError.self) { try HostMatcher(HostPattern(text)) }
    }

    @Test(arguments: [
        ("all", true), ("*", true), ("**", true), ("web,all", true), ("all:!web", false), ("all:&web", false),
        ("web*", false), ("!web", false), ("web", false),
    ])
    func `everybody is meant only by everybody's name`(_ text: String, _ isEverybody: Bool) throws {
        #expect(try HostMatcher(HostPattern(text)).isEverybody == isEverybody)
    }

    @Test(arguments: [
        ("web1", ["web1"]), ("web,db:alone", ["web", "db", "alone"]), ("[2001:db8::1]", ["2001:db8::1"]),
        ("web*", nil), ("web,all", nil), ("ungrouped", nil), ("web:!web1", nil), ("web:&db", nil), ("*", nil),
    ])
    func `names are told only where they decide`(_ text: String, _ names: [String]?) throws {
        #expect(try HostMatcher(HostPattern(text)).names == names)
    }

    @Test func `long globs end`() throws {
        let matcher = try HostMatcher(HostPattern(String(repeating: "*a", count: 500) + "b"))
        #expect(!matcher.matches(name: String(repeating: "a", count: 5_000), groups: [], isHost: { _ in false }))
    }
}
