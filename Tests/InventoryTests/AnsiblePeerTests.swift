import Formats
import Foundation
import Inventory
import TestSupport
import Testing

/// The same files mean the same hosts, groups and variables to Ansible.
@Suite(.enabled(if: Peers.hasPython)) struct AnsiblePeerTests {
    /// Sources below `Tests/Fixtures/inventories`, as they would follow `-i`.
    private static let cases = [
        ["plain/hosts.yml"], ["precedence/hosts.yml"], ["folder"], ["two-sources/a", "two-sources/b"],
        ["two-sources/b/hosts.yml", "two-sources/a/hosts.yml"], ["ungrouped/hosts.yml"], ["diamonds/hosts.yml"],
        ["ipv6/hosts.yml"], ["json/hosts.json"], ["precedence", "plain/hosts.yml"],
    ]

    @Test func `every folder of inventories is compared`() throws {
        let folders = Set(try Fixture.all("inventories").map(\.name))
        let compared = Self.cases.joined().compactMap { $0.split(separator: "/").first.map { String($0) } }
        #expect(folders == Set(compared))
    }

    @Test(arguments: cases) func `ansible-inventory reads the same`(_ sources: [String]) async throws {
        let paths = sources.map { Fixture.file("inventories/" + $0).path }
        let loaded = try InventoryLoader.load(paths)
        let answer = try await ansible("ansible-inventory", paths.flatMap { ["-i", $0] } + ["--list"])
        let theirs = try JSON.parse(Array(answer.utf8))
        let variables = try #require(theirs["_meta"]?["hostvars"])
        #expect(Set(loaded.names) == members("all", theirs))
        #expect(loaded.hosts.count == Set(loaded.names).count)
        for host in loaded.hosts {
            let ours = Dictionary(
                uniqueKeysWithValues: host.variables.filter { $0.key != "ansible_group_priority" }.map {
                    ($0.key, Self.plain($0.value.value))
                })
            let wanted = (variables[host.name]?.object ?? []).map { ($0.key, Self.sorted($0.value)) }
            #expect(ours == Dictionary(uniqueKeysWithValues: wanted), "\(host.name)")
        }
        let groups = Set(loaded.groups.filter { !$0.value.isEmpty }.keys)
        let named = (theirs.object ?? []).map(\.key).filter { $0 != "_meta" && !members($0, theirs).isEmpty }
        #expect(groups == Set(named))
        for group in groups { #expect(Set(loaded.groups[group] ?? []) == members(group, theirs), "\(group)") }
    }

    @Test func `--limit leaves the same hosts`() async throws {
        let patterns = [
            "all", "*", "web", "web:db", "web,db", "web:&europe", "&europe:web", "web:!db", "!db:web", "all:!web:!db",
            "web*", "web0*", "*.example.com", "web0[14]*", "web0[!1]*", "db-[ac]", "db-[!a]", "node?-x", "DB*",
            "d*:!db-a",
            "web[0]", "web[-1]", "web[1:2]", "web[1-2]", "web[2:]", "web[1:99]", "web[0:0]", "web:!web[0]", "web0*[0]",
            "europe:&web*:!web99", "berlin1", "berlin", "alone.example.com", "web99,db-a,late", "ungrouped", "!all",
            "one_child:&late", "node[12]-[xy]", "*-x", "w*b*9", " web , db-a ",
        ]
        let path = Fixture.file("inventories/plain/hosts.yml").path
        let loaded = try InventoryLoader.load([path])
        let input = patterns.flatMap { JSON.write(.string($0)) + [UInt8(ascii: "\n")] }
        let script = Fixture.repository + "/Tests/Peers/inventory_peer.py"
        let answers = try await ansible("python3", [script, path], input: Data(input)).split(separator: "\n")
        try #require(answers.count == patterns.count)
        for (pattern, answer) in zip(patterns, answers) {
            let theirs = try JSON.parse(Array(answer.utf8)).array?.compactMap(\.string) ?? []
            #expect(Set(try loaded.selected(pattern)) == Set(theirs), "\(pattern)")
            #expect(pattern == "!all" || !theirs.isEmpty, "\(pattern)")
        }
    }

    /// A program of the peers' folder, with settings of nobody's.
    private func ansible(_ name: String, _ arguments: [String], input: Data = Data()) async throws -> String {
        guard let python = Peers.python else { throw PeerIsMissing("ansible-core") }
        let program = URL(fileURLWithPath: python).deletingLastPathComponent().appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: program) else { throw PeerIsMissing(name) }
        let folder = try TemporaryFolder()
        let settings = [
            "ANSIBLE_CONFIG": try folder.write("", to: "ansible.cfg"), "ANSIBLE_HOME": folder.path("home"),
            "HOME": folder.path, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "ANSIBLE_NOCOLOR": "1",
        ]
        let outcome = try await run(program, arguments, input: input, environment: settings)
        guard outcome.exitCode == 0 else { throw AnsibleFailed(text: outcome.errorText) }
        return outcome.text
    }

    private struct AnsibleFailed: Error { let text: String }

    private func members(_ group: String, _ list: JSON) -> Set<String> {
        var names = Set((list[group]?["hosts"]?.array ?? []).compactMap(\.string))
        for child in list[group]?["children"]?.array ?? [] { names.formUnion(members(child.string ?? "", list)) }
        return names
    }

    /// What a value means to PyYAML, keys in order.
    private static func plain(_ node: YAMLNode) -> JSON {
        if let nodes = node.sequence { return .array(nodes.map(plain)) }
        if let entries = node.mapping { return sorted(.object(entries.map { .init($0.name, plain($0.value)) })) }
        // `--list` prints the mark.
        if node.tag == "!unsafe" { return ["__ansible_unsafe": .string(node.scalar ?? "")] }
        switch node.yaml11 {
        case .null, nil: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return JSON(value)
        case .float(let value): return .double(value)
        case .timestamp(let text), .string(let text): return .string(text)
        }
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .object(let members):
            .object(members.map { .init($0.key, sorted($0.value)) }.sorted { $0.key < $1.key })
        case .array(let elements): .array(elements.map(sorted))
        default: json
        }
    }
}
