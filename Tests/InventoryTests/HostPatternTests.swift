import Inventory
import Testing

@Suite struct HostPatternTests {
    private static let fleet = """
        web: { hosts: { web1: , web2: , web3: , web10: } }
        db: { hosts: { db-a: , db-b: , web3: } }
        europe: { children: { berlin: , paris: } }
        berlin: { hosts: { web1: , db-a: } }
        paris: { hosts: { web2.paris.example.com: } }
        a: { hosts: { ha: } }
        b: { hosts: { hb: } }
        c: { hosts: { hc: , "2001:db8::1": } }
        twin: { hosts: { other: , twin: } }
        empty:
        """
    private static let all = [
        "web1", "web2", "web3", "web10", "db-a", "db-b", "web2.paris.example.com", "ha", "hb", "hc", "2001:db8::1",
        "other",
        "twin",
    ]

    @Test(arguments: [
        ("all", all), ("*", all), ("", all), (" , ", all),
        ("web1", ["web1"]),
        ("web", ["web1", "web2", "web3", "web10"]),
        ("europe", ["web1", "db-a", "web2.paris.example.com"]),
        ("web1,db-b", ["web1", "db-b"]), ("web1:db-b", ["web1", "db-b"]), (" web1 , db-b ", ["web1", "db-b"]),
        ("db-b,web1,db-b", ["web1", "db-b"]),
        ("a:b:c", ["ha", "hb", "hc", "2001:db8::1"]),
        ("web:&db", ["web3"]), ("&db:web", ["web3"]), ("web,&db", ["web3"]),
        ("web:!db", ["web1", "web2", "web10"]), ("!db:web", ["web1", "web2", "web10"]),
        ("web:db:!web3", ["web1", "web2", "web10", "db-a", "db-b"]),
        ("!web:!db:!europe", ["ha", "hb", "hc", "2001:db8::1", "other", "twin"]),
        ("&europe", ["web1", "db-a", "web2.paris.example.com"]),
        // Plain parts first, then what must also match, then what is taken away.
        ("!web1:&europe:web:db", ["db-a"]),
        ("web*", ["web1", "web2", "web3", "web10", "web2.paris.example.com"]),
        ("web?", ["web1", "web2", "web3"]), ("web[1a2]", ["web1", "web2"]), ("web[!1]", ["web2", "web3"]),
        ("*.example.com", ["web2.paris.example.com"]), ("*10", ["web10"]), ("w*b*1*", ["web1", "web10"]),
        ("db-[ab]", ["db-a", "db-b"]), ("db-[b-z]", ["db-b"]), ("db-[!a]", ["db-b"]),
        ("e*rope", ["web1", "db-a", "web2.paris.example.com"]),
        ("web:!web1*", ["web2", "web3"]),
        // By place in a group.
        ("web[0]", ["web1"]), ("web[-1]", ["web10"]), ("web[-4]", ["web1"]), ("web[1:2]", ["web2", "web3"]),
        ("web[1-2]", ["web2", "web3"]), ("web[2:]", ["web3", "web10"]), ("web[2:99]", ["web3", "web10"]),
        ("web[0:0]", ["web1"]), ("web:!web[0]", ["web2", "web3", "web10"]), ("db:&web[2]", ["web3"]),
        // A name that is both is the host; to take away or to keep it is the group.
        ("twin", ["twin"]), ("all:&twin", ["other", "twin"]),
        ("2001:db8::1", ["2001:db8::1"]), ("[2001:db8::1]", ["2001:db8::1"]),
        ("2001:db8::1,web1", ["web1", "2001:db8::1"]),
        ("c,!2001:db8::1", ["hc"]),
        ("empty", []), ("web:&empty", []), ("web:!all", []),
    ])
    func `a pattern names hosts, in the inventory's order`(_ pattern: String, _ names: [String]) throws {
        let loaded = try inventory(Self.fleet)
        #expect(try loaded.selected(pattern) == names)
        // In a snapshot, host by host; a name that is both is both there, and places count nothing.
        let alone = HostPattern(pattern)
        #expect((alone.partThatNeedsInventory != nil) == pattern.contains(/[a-z]\[[-:0-9]+\]/))
        if alone.partThatNeedsInventory == nil, pattern != "twin" {
            #expect(loaded.hosts.filter { alone.selects($0.name, groups: $0.groups) }.map(\.name) == names)
        }
    }

    @Test(
        arguments: [
            ("wbe", "no host and no group is called 'wbe'", "did you mean 'web'?"),
            ("web:!berln", "no host and no group is called 'berln'", "did you mean 'berlin'?"),
            ("web:&EUROPE", "no host and no group is called 'EUROPE'", "did you mean 'europe'?"),
            ("web1,nothing-like-it", "no host and no group is called 'nothing-like-it'", nil),
            ("x*", "no host and no group is called 'x*'", nil),
            ("!", "no host and no group is called ''", nil),
            ("web[4]", "'web[4]' names no host: 'web' has 4", "places are counted from 0"),
            ("web[-5]", "'web[-5]' names no host: 'web' has 4", "places are counted from 0"),
            ("web[3:1]", "'web[3:1]' names no host: 'web' has 4", "places are counted from 0"),
            // As in Ansible a number in brackets at the end is a place, never a set of digits.
            ("web[12]", "'web[12]' names no host: 'web' has 4", "places are counted from 0"),
            ("empty[0]", "'empty[0]' names no host: 'empty' has 0", "places are counted from 0"),
            ("wbe[0]", "no host and no group is called 'wbe'", "did you mean 'web'?"),
            ("web[", "no host and no group is called 'web['", "did you mean 'web'?"),
            ("web[99999999999999999999]", "no host and no group is called 'web[99999999999999999999]'", nil),
        ] as [(String, String, String?)])
    func `a name that is nobody's is an error with the nearest one`(
        _ pattern: String, _ message: String, _ help: String?
    ) throws {
        let loaded = try inventory(Self.fleet)
        let error = #expect(throws: HostPatternError.self) { try loaded.selected(pattern) }
        #expect(error?.message == message)
        #expect(error?.help == help)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "*a", count: 2_000) + "z", String(repeating: "[", count: 20_000),
            String(repeating: "web1:", count: 5_000) + "zz*", String(repeating: "a[0]", count: 2_000),
            String(repeating: "!&", count: 10_000), "[" + String(repeating: "a-", count: 10_000) + "]*z",
        ])
    func `a hostile pattern is an error and takes no time`(_ pattern: String) throws {
        let loaded = try inventory("all:\n  hosts: { \(String(repeating: "a", count: 900)): , web1: }\n")
        #expect(throws: HostPatternError.self) { try loaded.selected(pattern) }
    }

    @Test func `a hundred thousand hosts are chosen from in no time`() throws {
        let loaded = try inventory("web: { hosts: { 'w[1:100000]': } }\nodd: { hosts: { 'w[1:99999:2]': } }\n")
        let began = ContinuousClock.now
        #expect(try loaded.selected("web:!odd:&w*0").count == 10_000)
        #expect(ContinuousClock.now - began < .seconds(20))
    }
}
