import Formats
import Inventory
import TestSupport
import Testing

@Suite struct GroupTests {
    @Test func `groups hold the hosts of the groups below them, each once`() throws {
        let loaded = try inventory(
            """
            all:
              hosts: { alone: }
              children:
                top:
                  hosts: { t1: }
                  children:
                    left: { hosts: { l1: }, children: { shared: } }
                    right: { hosts: { r1: }, children: { shared: } }
            shared:
              hosts: { s1: , l1: }
            """)
        #expect(Set(loaded.names) == ["alone", "t1", "l1", "r1", "s1"])
        #expect(loaded.hosts.count == 5)
        #expect(Set(loaded.groups["top"] ?? []) == ["t1", "l1", "r1", "s1"])
        #expect(loaded.groups["top"]?.count == 4)
        #expect(Set(loaded.groups["right"] ?? []) == ["r1", "s1", "l1"])
        #expect(loaded.groups["ungrouped"] == ["alone"])
        #expect(loaded["s1"]?.groups == ["all", "top", "left", "right", "shared"])
        #expect(loaded["alone"]?.groups == ["all", "ungrouped"])
        #expect(loaded["nobody"] == nil)
    }

    @Test(arguments: [
        ("web[01:03]", ["web01", "web02", "web03"]),
        ("web[1:3].example.com", ["web1.example.com", "web2.example.com", "web3.example.com"]),
        ("web[8:10]", ["web8", "web9", "web10"]),
        ("web[08:10]", ["web08", "web09", "web10"]),
        ("web[001:002]", ["web001", "web002"]),
        ("web[1:9:4]", ["web1", "web5", "web9"]),
        ("web[1:8:4]", ["web1", "web5"]),
        ("web[:2]", ["web0", "web1", "web2"]),
        ("db-[a:c]", ["db-a", "db-b", "db-c"]),
        ("db-[a:e:2]", ["db-a", "db-c", "db-e"]),
        ("db-[y:B]", ["db-y", "db-z", "db-A", "db-B"]),
        ("r[1:2]-[a:b]", ["r1-a", "r1-b", "r2-a", "r2-b"]),
        ("[1:2]", ["1", "2"]),
        ("[1:9:8]", ["1", "9"]),
        ("5[5:5]5", ["555"]),
        ("plain", ["plain"]),
        ("web[1:2]:2222", ["web1", "web2"]),
        ("2001:db8::7", ["2001:db8::7"]),
        ("[2001:db8::7]:22", ["2001:db8::7"]),
    ])
    func `a range stands for all its names`(_ pattern: String, _ names: [String]) throws {
        #expect(try inventory("web:\n  hosts:\n    \"\(pattern)\":\n").names == names)
    }

    @Test(arguments: [("web[1:2]:2222", "web2"), ("[2001:db8::7]:2222", "2001:db8::7"), ("solo:2222", "solo")])
    func `a port behind a name is that host's`(_ pattern: String, _ name: String) throws {
        #expect(try inventory("web:\n  hosts:\n    \"\(pattern)\":\n").text(name, "ansible_port") == "2222")
    }

    @Test(arguments: [
        "web[1:3", "web1:3]", "web[]", "web[1]", "web[1:2:3:4]", "web[3:1]", "web[c:a]", "web[01:5]", "web[01:100]",
        "web[1:b]", "web[1:]", "web[:]", "web[1:9:0]", "web[1:9:-1]", "web[1:9:x]", "web[-3:-1]", "web[ab:cd]",
        "web[1:999999999]", "web[1:99999999999999999999]", "w[1:1000]x[1:1000]", "w[0:9][0:9][0:9][0:9][0:9][0:9]",
        "web[é:ü]",
    ])
    func `a range that is none is an error at its line`(_ pattern: String) throws {
        let found = try problems("web:\n  hosts:\n    fine:\n    '\(pattern)':\n")
        #expect(found.count == 1)
        #expect(found.first?.file == "hosts.yml")
        #expect(found.first?.position?.line == 4)
    }

    @Test func `a range ends at a hundred thousand names`() throws {
        #expect(try inventory("all:\n  hosts:\n    w[1:100000]:\n").hosts.count == 100_000)
        #expect(try problems("all:\n  hosts:\n    w[0:100000]:\n").count == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `many ways to one group cost no more than one`() throws {
        // 2^40 ways lead from the first to the last.
        var yaml = ""
        for level in 0..<40 {
            for side in ["a", "b"] { yaml += "\(side)\(level): { children: { a\(level + 1): , b\(level + 1): } }\n" }
        }
        let loaded = try inventory(yaml + "a40: { hosts: { deep: } }\n")
        #expect(loaded.groups["a0"] == ["deep"])
        #expect(loaded["deep"]?.groups.count == 82)
    }

    @Test func `hosts and children may be a single name`() throws {
        let loaded = try inventory("web: { hosts: w1 }\nsite: { children: web }\n")
        #expect(loaded.groups["site"] == ["w1"])
    }

    @Test func `the last word in one file wins, and a deeper group wins over its parents`() throws {
        let loaded = try inventory(
            """
            zone: { vars: { v: zone, w: zone }, children: { area: } }
            area: { vars: { v: area }, hosts: { h1: { x: first }, h2: } }
            other: { hosts: { h1: { x: last } } }
            all: { vars: { v: all, w: all, only: all } }
            """)
        #expect(loaded.text("h1", "v") == "area")
        #expect(loaded.text("h1", "w") == "zone")
        #expect(loaded.text("h1", "only") == "all")
        #expect(loaded.text("h1", "x") == "last")
        #expect(loaded.text("h2", "x") == nil)
    }

    @Test(arguments: [("10", "1", "a"), ("'10'", "9", "a"), ("1", "2", "b"), ("1", "1", "b"), ("-1", "0", "b")])
    func `of two groups of one depth the higher priority wins, then the later name`(
        _ a: String, _ b: String, _ winner: String
    ) throws {
        let loaded = try inventory(
            """
            a: { hosts: { h: }, vars: { v: a, ansible_group_priority: \(a) } }
            b: { hosts: { h: }, vars: { v: b, ansible_group_priority: \(b) } }
            """)
        #expect(loaded.text("h", "v") == winner)
    }
}
