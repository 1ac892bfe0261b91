import Formats
import Inventory
import TestSupport
import Testing

@Suite struct InventoryErrorTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let yaml: String
        let line: Int
        /// Words of the message, and of the help where there must be some.
        let words: [String]

        init(_ name: String, _ yaml: String, line: Int, _ words: String...) {
            testDescription = name
            self.yaml = yaml
            self.line = line
            self.words = words
        }
    }

    @Test(arguments: [
        Wrong("a list", "- a\n- b\n", line: 1, "mapping of groups", "a list", "begin with 'all:'"),
        Wrong("a text", "hello\n", line: 1, "mapping of groups"),
        Wrong("INI", "[web]\nw1\n", line: 1, "an INI inventory", "ansible-inventory -i", "--list --yaml"),
        Wrong("INI behind remarks", "# ours\n\n; theirs\n  [web:vars]\na=b\n", line: 4, "an INI inventory"),
        Wrong("INI of one section", "[web]\n", line: 1, "an INI inventory"),
        Wrong("INI with a byte order mark", "\u{feff}[web]\nw1\n", line: 1, "an INI inventory"),
        Wrong("a flow list", "[a, b]\n", line: 1, "only YAML is read"),
        Wrong("INI without a section", "w1 ansible_host=1.2.3.4\nw2\n", line: 1, "mapping of groups", "INI"),
        Wrong(
            "a misspelt variable of ours", "web: { hosts: { h1: { fleetaudit_rolle: rdsh } } }\n", line: 1,
            "fleetaudit_rolle", "did you mean 'fleetaudit_role'?"),
        Wrong(
            "a misspelt variable of ours, of a group", "web:\n  vars:\n    fleetaudit_password_flie: p\n", line: 3,
            "did you mean 'fleetaudit_password_file'?"),
        Wrong(
            "a variable that we never had", "web:\n  vars:\n    fleetaudit_zebra: 1\n", line: 3, "fleetaudit_zebra",
            "there are fleetaudit_role, fleetaudit_site"),
        Wrong("a tab", "all:\n\thosts:\n", line: 2, "tab", "spaces"),
        Wrong("a bracket", "all:\n  hosts: {a: , b\n  children:\n", line: 3, "is not closed"),
        Wrong("a quote", "all:\n  hosts:\n    \"h1:\n", line: 3, "quote"),
        Wrong("indentation", "all:\n  hosts:\n    h1:\n   h2:\n", line: 4, "check the indentation"),
        Wrong(
            "a list of hosts", "web:\n  hosts:\n    - h1\n    - h2\n", line: 3, "'hosts' of group 'web'", "a list",
            "without a dash"),
        Wrong(
            "a list of children", "web:\n  children:\n    - a\n", line: 3, "'children' of group 'web'", "without a dash"
        ),
        Wrong("a list of variables", "web:\n  vars:\n    - a: 1\n", line: 3, "'vars' of group 'web'"),
        Wrong("a group of text", "web: hello\n", line: 1, "group 'web' must hold"),
        Wrong("a group of hosts", "web: [h1]\n", line: 1, "group 'web' must hold"),
        Wrong("variables of a host", "web:\n  hosts:\n    h1: yes\n", line: 3, "variables of host 'h1'"),
        Wrong("a name with a blank", "web:\n  hosts:\n    h 1:\n", line: 3, "'h 1' is no host name"),
        Wrong("a name with a comma", "web:\n  hosts:\n    'h1,h2':\n", line: 3, "no host name"),
        Wrong("an empty name", "web:\n  hosts:\n    '':\n", line: 3, "no host name"),
        Wrong("an alias to nowhere", "web:\n  vars: *none\n", line: 2, "alias"),
    ])
    func `a mistake is told with its line and what to do`(_ wrong: Wrong) throws {
        let found = try problems(wrong.yaml)
        let first = try #require(found.first)
        #expect(first.file == "hosts.yml")
        #expect(first.severity == .error)
        #expect(first.position?.line == wrong.line, "\(found)")
        for word in wrong.words { #expect("\(first)".contains(word), "\(found)") }
    }

    @Test func `all mistakes of all files are told at once`() throws {
        let found = try problems(
            "web:\n  hosts: [a]\n  vars: [b]\ndb: text\n",
            ["group_vars/web.yml": "- a\n", "group_vars/all.yml": "a: [\n", "host_vars/none.yml": "- not read\n"])
        #expect(found.count { $0.severity == .error } == 5)
        #expect(Set(found.map(\.file)) == ["hosts.yml", "group_vars/web.yml", "group_vars/all.yml"])
    }

    @Test func `a misspelt variable of ours is told in variables files too, and once for a range`() throws {
        let found = try problems(
            "web: { hosts: { 'h[1:500]': { fleetaudit_sight: a } } }\n",
            ["group_vars/web.yml": "a: 1\nfleetaudit_rol: x\n", "host_vars/h1/a.yml": "fleetaudit_sit: x\n"])
        #expect(
            found.map { "\($0.file):\($0.position?.line ?? 0)" } == [
                "group_vars/web.yml:2", "host_vars/h1/a.yml:1", "hosts.yml:1",
            ])
    }

    @Test func `a misspelt part of a group is a warning with the right word`() throws {
        let loaded = try inventory("web:\n  hosts: { h1: }\n  childern: { a: }\n  var: { b: 1 }\n  zebra: 1\n")
        let warnings = loaded.warnings.map { "\($0.position?.line ?? 0) \($0.message) \($0.help ?? "")" }
        #expect(warnings.count == 3)
        #expect(warnings[0].hasPrefix("3 'childern' in group 'web' is not read did you mean 'children'?"))
        #expect(warnings[1].contains("did you mean 'vars'?"))
        #expect(warnings[2].contains("a group holds"))
    }

    @Test func `a key that stands twice is a warning, and the last one counts`() throws {
        let loaded = try inventory("web:\n  hosts:\n    h1: { v: 1, v: 2 }\n")
        #expect(loaded.text("h1", "v") == "2")
        #expect(loaded.warnings.count == 1)
        #expect(loaded.warnings.first?.position?.line == 3)
    }

    @Test(arguments: [
        ("a: { children: { b: } }\nb: { children: { a: } }\nc: { hosts: { h: } }\n", "a, b"),
        ("a: { children: { a: } }\nc: { hosts: { h: } }\n", "a"),
        ("a: { children: { all: } }\nc: { hosts: { h: } }\n", "a"),
        ("a: { children: { b: { children: { c: { children: { a: } } } } }, hosts: { h: } }\n", "a, b, c"),
    ])
    func `groups that contain each other are named`(_ yaml: String, _ names: String) throws {
        let found = try problems(yaml)
        #expect(found.count == 1)
        #expect(found.first?.message.hasPrefix("these groups contain each other: ") == true)
        for name in names.split(separator: ", ") { #expect(found.first?.message.contains(name) == true) }
    }

    @Test(arguments: [
        "", "# only a remark\n", "all:\n", "all: { hosts: , children: }\n", "---\n", "web: { hosts: { } }\n",
    ])
    func `an inventory without a host is an error`(_ yaml: String) throws {
        let found = try problems(yaml)
        #expect(found.map(\.message) == ["the inventory names no host"])
    }

    @Test func `files that cannot be read are told`() throws {
        let folder = try TemporaryFolder()
        let none = #expect(throws: Diagnostics.self) { try InventoryLoader.load([folder.path("none.yml")]) }
        #expect(none?.all.first?.message == "there is no such file")
        let empty = #expect(throws: Diagnostics.self) { try InventoryLoader.load([folder.path]) }
        #expect(empty?.all.first?.message.contains("no inventory file") == true)
        let sealed = try folder.write("$ANSIBLE_VAULT;1.1;AES256\n6162\n", to: "vault.yml")
        let vault = #expect(throws: Diagnostics.self) { try InventoryLoader.load([sealed]) }
        #expect(vault?.all.first?.message.contains("ansible-vault") == true)
        #expect(vault?.all.first?.help != nil)
    }

    @Test func `a good file does not make up for a bad one`() throws {
        let folder = try TemporaryFolder()
        let good = try folder.write("web: { hosts: { h1: } }\n", to: "good.yml")
        let bad = try folder.write("- a\n", to: "bad.yml")
        #expect(throws: Diagnostics.self) { try InventoryLoader.load([good, bad]) }
        #expect(throws: Diagnostics.self) { try InventoryLoader.load([good, folder.path("none")]) }
    }

    @Test(.timeLimit(.minutes(1))) func `deep nesting is an error, not a crash`() throws {
        let deep = String(repeating: "{ children: { g: ", count: 400) + String(repeating: "} }", count: 400)
        #expect(try !problems("g: \(deep)\n").isEmpty)
        // A chain of single groups is as deep as anybody likes.
        let chain = (0..<5_000).map { "g\($0): { children: { g\($0 + 1): } }\n" }.joined()
        #expect(try inventory(chain + "g5000: { hosts: { h: } }\n").groups["g0"] == ["h"])
    }

    @Test(.timeLimit(.minutes(1))) func `no mutation of an inventory traps`() throws {
        let folder = try TemporaryFolder()
        let seed = Array(
            "all:\n  vars: { a: &x 1, b: *x }\n  children:\n    web:\n      hosts:\n        w[01:10:2].e:22: { c: '{{ a }}' }\n    db: { hosts: 'd-[a:c]' }\n"
                .utf8)
        var generator = SystemRandomNumberGenerator()
        var loaded = 0, refused = 0
        for _ in 0..<400 {
            var bytes = seed
            for _ in 0..<2 {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(ascii: "[]{}:,-& \n*'\"!|x09".unicodeScalars.randomElement() ?? "x")
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
                }
            }
            let path = try folder.write(String(decoding: bytes, as: UTF8.self), to: "hosts.yml")
            do throws(Diagnostics) {
                let inventory = try InventoryLoader.load([path])
                for host in inventory.hosts.prefix(10) { _ = try? ConnectionSettings.resolve(host, environment: [:]) }
                loaded += 1
            } catch {
                refused += 1
                #expect(error.hasErrors, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
        #expect(loaded > 10 && refused > 10)
    }
}
