import Formats
import Inventory
import TestSupport
import Testing

@Suite struct VariableFileTests {
    private static let hosts = "web: { hosts: { w1: { h: inventory }, w2: }, vars: { g: inventory, both: web } }\n"

    @Test func `files beside the inventory win over what it says itself`() throws {
        let loaded = try inventory(
            Self.hosts,
            [
                "group_vars/all.yml": "g: all\nboth: all\nbase: all\n", "group_vars/web.yaml": "g: web\n",
                "host_vars/w1.json": #"{"h": "file", "g": "host"}"#, "group_vars/nobody.yml": "g: nobody\n",
            ])
        #expect(loaded.text("w2", "g") == "web")
        #expect(loaded.text("w1", "g") == "host")
        #expect(loaded.text("w1", "h") == "file")
        #expect(loaded.text("w1", "base") == "all")
        #expect(loaded.text("w1", "both") == "all")
        #expect(loaded["w1"]?.variables["g"]?.file.hasSuffix("/host_vars/w1.json") == true)
    }

    @Test func `a folder is read in the order of its names, and only what is a variables file`() throws {
        let loaded = try inventory(
            Self.hosts,
            [
                "group_vars/web/b.yml": "order: b\nfrom_b: 1\n", "group_vars/web/a.yml": "order: a\n",
                "group_vars/web/deeper/c.yaml": "order: c\n", "group_vars/web/plain": "plain: 1\n",
                "group_vars/web/README.md": "- no: variables\n", "group_vars/web/old.yml~": "order: old\n",
                "group_vars/web/.hidden.yml": "order: hidden\n",
            ])
        #expect(loaded.text("w1", "order") == "c")
        #expect(loaded.text("w1", "from_b") == "1")
        #expect(loaded.text("w1", "plain") == "1")
    }

    @Test func `a name with dots is a name, and a host's file is its own`() throws {
        let loaded = try inventory(
            "all: { hosts: { a.example.com: , a.example: } }\n",
            ["host_vars/a.example.com.yml": "v: com\n", "host_vars/a.example": "v: short\n"])
        #expect(loaded.text("a.example.com", "v") == "com")
        #expect(loaded.text("a.example", "v") == "short")
    }

    @Test(arguments: ["", "---\n", "# nothing yet\n", "---\n...\n", "null\n"])
    func `a variables file may be empty`(_ text: String) throws {
        let loaded = try inventory(Self.hosts, ["group_vars/web.yml": text, "host_vars/w1/main.yml": text])
        #expect(loaded.text("w1", "g") == "inventory")
    }

    @Test func `group_vars reach the ungrouped`() throws {
        let loaded = try inventory("all: { hosts: { lone: } }\n", ["group_vars/ungrouped.yml": "v: 1\n"])
        #expect(loaded.text("lone", "v") == "1")
    }

    @Test func `a folder is an inventory of all its files, its notes left out`() throws {
        let folder = try TemporaryFolder()
        try folder.write("web: { hosts: { w1: { v: first } } }\n", to: "10.yml")
        try folder.write("web: { hosts: { w1: { v: second }, w2: } }\n", to: "20")
        try folder.write("web: { hosts: { w3: } }\n", to: "deeper/30.yaml")
        try folder.write("no: [inventory\n", to: "notes.md")
        try folder.write("web: { hosts: { never: } }\n", to: ".hidden.yml")
        try folder.write("v: file\n", to: "group_vars/web.yml")
        let loaded = try InventoryLoader.load([folder.path])
        #expect(loaded.names == ["w1", "w2", "w3"])
        #expect(loaded.text("w1", "v") == "second")
        #expect(loaded.text("w3", "v") == "file")
    }

    @Test func `an INI file among the inventories is refused, never passed over`() throws {
        let folder = try TemporaryFolder()
        try folder.write("web: { hosts: { w1: } }\n", to: "a.yml")
        try folder.write("[web]\nw2\n", to: "hosts.ini")
        let error = #expect(throws: Diagnostics.self) { try InventoryLoader.load([folder.path]) }
        #expect(error?.all.first?.file == folder.path("hosts.ini"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a folder that leads back to itself ends`() throws {
        let folder = try TemporaryFolder()
        try folder.write("web: { hosts: { w1: } }\n", to: "a.yml")
        try folder.link("loop", to: folder.path)
        try folder.write("v: 1\n", to: "group_vars/web/v.yml")
        try folder.link("group_vars/web/again", to: folder.path("group_vars/web"))
        let loaded = try InventoryLoader.load([folder.path])
        #expect(loaded.names == ["w1"])
        #expect(loaded.text("w1", "v") == "1")
    }

    @Test func `a later source wins, hosts add up`() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(
            "web: { hosts: { w1: { v: a }, w2: { v: a } }, vars: { g: a } }\n", to: "a/hosts.yml")
        let second = try folder.write("web: { hosts: { w2: { v: b }, w3: }, vars: { g: b } }\n", to: "b/hosts.yml")
        try folder.write("f: a\n", to: "a/group_vars/web.yml")
        try folder.write("f: b\n", to: "b/group_vars/all.yml")
        let loaded = try InventoryLoader.load([first, second])
        #expect(loaded.names == ["w1", "w2", "w3"])
        #expect(loaded.text("w1", "v") == "a")
        #expect(loaded.text("w2", "v") == "b")
        #expect(loaded.text("w1", "g") == "b")
        // The group's file wins over the one of all, whichever came later.
        #expect(loaded.text("w1", "f") == "a")
    }
}
