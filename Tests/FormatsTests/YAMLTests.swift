import Formats
import Testing

@Suite struct YAMLTests {
    private func root(_ text: String, limits: YAML.Limits = YAML.Limits()) throws -> YAMLNode {
        try #require(try YAML.parse(Array(text.utf8), limits: limits).root)
    }

    @Test func `a file becomes a tree with the place of everything`() throws {
        let root = try root("# comment\na:\n  - x\n  - 'yy'\nbé: {c: \"d\", 日: e}\nf: |\n  text\n")
        #expect(root.mapping?.map(\.name) == ["a", "bé", "f"])
        #expect(root["a"]?[1]?.string == "yy")
        #expect(root["a"]?[1]?.style == .singleQuoted)
        #expect(root["a"]?[1]?.position == SourcePosition(line: 4, column: 5) && root["a"]?[1]?.length == 4)
        #expect(root.entry("bé")?.key.position == SourcePosition(line: 5, column: 1))
        #expect(root.entry("bé")?.key.length == 2)
        #expect(root["bé"]?.position == SourcePosition(line: 5, column: 5) && root["bé"]?.length == 14)
        #expect(root["bé"]?["日"]?.position == SourcePosition(line: 5, column: 17))
        #expect(root["f"]?.string == "text\n" && root["f"]?.style == .literal && root["f"]?.length == 1)
        #expect(root.position == SourcePosition(line: 2, column: 1) && root.length == 1)
        #expect(root["z"] == nil && root[0] == nil && root["a"]?[2] == nil && root["a"]?[-1] == nil)
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "   \n\n", "\u{feff}"])
    func `a file without values has no root`(_ text: String) throws {
        #expect(try YAML.parse(Array(text.utf8)).root == nil)
    }

    @Test func `a byte order mark and CR LF change nothing`() throws {
        let plain = try root("a: 1\nb:\n  - 2\n")
        #expect(try root("\u{feff}a: 1\nb:\n  - 2\n") == plain)
        #expect(try root("a: 1\r\nb:\r\n  - 2\r\n") == plain)
    }

    @Test func `an explicit start and end of the one document are fine`() throws {
        #expect(try root("%YAML 1.1\n---\na: 1\n...\n")["a"]?.int == 1)
    }

    @Test func `tags are kept`() throws {
        let root = try root("a: !vault |\n  secret\nb: !!str 5\nc: ! x\nd: !!int '7'\n")
        #expect(root["a"]?.tag == "!vault" && root["a"]?.string == nil && root["a"]?.scalar == "secret\n")
        #expect(root["b"]?.tag == "tag:yaml.org,2002:str" && root["b"]?.string == "5" && root["b"]?.int == nil)
        #expect(root["c"]?.string == "x" && root["c"]?.plain == nil)
        #expect(root["d"]?.int == 7 && root["d"]?.string == nil)
    }

    @Test func `an alias is what its anchor is`() throws {
        let root = try root("a: &x [1, &y two]\nb: *x\nc: *y\n*y : d\n")
        #expect(root["b"] == root["a"] && root["c"]?.string == "two" && root["two"]?.string == "d")
    }

    @Test func `merge keys bring in what is not there`() throws {
        let text = "p: &p {a: 1, b: 2}\nq: &q {b: 3, c: 4}\nr:\n  c: own\n  <<: [*p, *q]\n  d: 5\ns: {'<<': x}\n"
        let root = try root(text)
        let merged = try #require(root["r"]?.mapping)
        #expect(merged.map(\.name) == ["b", "c", "a", "d"])
        #expect(merged.map { $0.value.scalar ?? "" } == ["2", "own", "1", "5"])
        #expect(merged.map(\.isMerged) == [true, false, true, false])
        #expect(root["s"]?["<<"]?.string == "x")
        #expect(throws: YAMLError.self) { try self.root("a:\n  <<: text\n") }
        #expect(throws: YAMLError.self) { try self.root("a:\n  <<: [{b: 1}, c]\n") }
    }

    @Test func `keys that stand twice are refused, or collected when asked for`() throws {
        let text = "a: 1\nb: {c: 1, c: 2}\n'a': 3\n"
        let error = #expect(throws: YAMLError.self) { try root(text) }
        #expect(error?.position == SourcePosition(line: 2, column: 11) && error?.length == 1)
        #expect(error?.message == "the key 'c' stands twice, first in line 2")
        let document = try YAML.parse(Array(text.utf8), duplicateKeys: .collected)
        #expect(document.root?["a"]?.int == 3 && document.root?["b"]?["c"]?.int == 2)
        #expect(document.root?.mapping?.map(\.name) == ["a", "b"])
        #expect(document.duplicateKeys.map(\.position.line) == [2, 3])
        #expect(throws: YAMLError.self) { try root("<<: {a: 1}\n<<: {b: 1}\n") }
        let many = (0..<2_000).map { _ in "k: v\n" }.joined()
        #expect(try YAML.parse(Array(many.utf8), duplicateKeys: .collected).duplicateKeys.count == 1_000)
        let large = (0..<500).map { "k\($0): v\n" }.joined() + "k250: w\n"
        #expect(throws: YAMLError.self) { try root(large) }
    }

    @Test func `aliases that grow a file stop at once`() throws {
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            laughs += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
        }
        let error = #expect(throws: YAMLError.self) { try root(laughs) }
        #expect(error?.message == "the file has more than 2000000 values, aliases written out")
        var merges = "a0: &a0 {\((0..<100).map { "k\($0): v" }.joined(separator: ", "))}\n"
        for level in 1..<10 {
            merges += "a\(level): &a\(level) {<<: *a\(level - 1), x: [*a\(level - 1), *a\(level - 1)]}\n"
        }
        #expect(throws: YAMLError.self) { try root(merges, limits: YAML.Limits(nodes: 10_000)) }
        let text =
            "a: &a \"\(String(repeating: "x", count: 100_000))\"\nb: [\((0..<1_000).map { _ in "*a" }.joined(separator: ", "))]"
        #expect(throws: YAMLError.self) { try root(text, limits: YAML.Limits(nodes: 50_000)) }
    }

    @Test func `the limits hold`() throws {
        let flow = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try root(flow(64)).sequence != nil)
        #expect(throws: YAMLError.self) { try root(flow(65)) }
        #expect(throws: YAMLError.self) { try root(flow(100_000)) }
        #expect(throws: YAMLError.self) { try root(String(repeating: "- ", count: 100_000)) }
        #expect(YAML.Limits(depth: 100_000).depth == 512)
        #expect(try root(flow(512), limits: YAML.Limits(depth: 512)).sequence != nil)
        #expect(throws: YAMLError.self) { try root("[1, 2]", limits: YAML.Limits(nodes: 2)) }
        #expect(throws: YAMLError.self) { try root("abcd", limits: YAML.Limits(scalar: 3)) }
        #expect(throws: YAMLError.self) { try root("abcd", limits: YAML.Limits(bytes: 3)) }
        #expect(try root("abcd", limits: YAML.Limits(bytes: 4, nodes: 1, scalar: 4)).string == "abcd")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "[", count: 1_000_000), String(repeating: "{", count: 1_000_000),
            String(repeating: "- ", count: 500_000), String(repeating: "? ", count: 500_000),
            String(repeating: "a: ", count: 300_000), "[" + String(repeating: "a,", count: 300_000) + "]",
            "\"" + String(repeating: "\\\n\n", count: 300_000) + "\"", String(repeating: "#\n", count: 500_000),
            "a: |\n" + String(repeating: " x\n", count: 300_000), "a: " + String(repeating: "x\n  ", count: 200_000),
            "[" + String(repeating: "\"a\":b,", count: 150_000) + "]", String(repeating: "&a ", count: 300_000),
            String(repeating: "!a ", count: 300_000), "- " + String(repeating: "'", count: 1_000_000),
            "{" + String(repeating: "?", count: 1_000_000), String(repeating: "%TAG ! !\n", count: 100_000),
            String(repeating: "---\n", count: 200_000), String(repeating: "\u{2028}", count: 300_000),
        ]) func `no file of a megabyte takes long`(_ text: String)
    {
        _ = try? YAML.parse(Array(text.utf8), duplicateKeys: .collected)
    }
}
