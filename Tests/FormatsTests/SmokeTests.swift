import Formats
import Testing

@Suite struct SmokeTests {
    @Test func `json`() throws {
        let text = #"{"a":[1,-2,3.5,18446744073709551615,null,true],"b":"\u00e4\ud83d\ude00\n"}"#
        let value = try JSON.parse(Array(text.utf8))
        #expect(value == ["a": [1, -2, 3.5, .uint(.max), .null, true], "b": "ä😀\n"])
        #expect(value.text() == #"{"a":[1,-2,3.5,18446744073709551615,null,true],"b":"ä😀\n"}"#)
        print(value.text(style: [.pretty, .asciiOnly]))
    }
    @Test func `xml`() throws {
        let text = #"<?xml version="1.0"?><s:E xmlns:s="u"><s:B a="1&amp;2">x<![CDATA[<y>]]>z</s:B><c/></s:E>"#
        print(try XMLNode.parse(Array(text.utf8)))
    }
    @Test func `yaml`() throws {
        let text = "a: &x {k: v, l: w}\nb:\n  <<: *x\n  l: own\nc: [1, 2]\n"
        let document = try YAML.parse(Array(text.utf8))
        #expect(document.root?["b"]?["l"]?.string == "own")
        for bad in [
            "a:\n\tb: 1", "p: \"C:\\Windows\"", "a: b: c", "a: {{ x }}", "a: *b", "x: @y", "a: 'b", "a: 1\n b: 2",
            "a: 1\na: 2", "- a\nb", "\u{feff}a: *.x", "a: %x",
        ] {
            do { _ = try YAML.parse(Array(bad.utf8)); print("NO ERROR", bad) } catch {
                var d = Diagnostics(); d.add(error.diagnostic(file: "x.yaml", code: "P001"))
                print(d.rendered { _ in Array(bad.utf8) })
            }
        }
    }
    @Test func `others`() throws {
        #expect(Base64.decode("AAEC/w==") == [0, 1, 2, 255])
        #expect(Base64.decode("AAEC/x==") == nil)
        #expect(Base64.encode([0, 1, 2, 255]) == "AAEC/w==")
        #expect(Hex.decode("00FFa0") == [0, 255, 160])
        #expect("\(Secret("x"))" == "<redacted>")
        #expect(Secret("x") == Secret(bytes: [120]))
        #expect(closest(to: "tilte", among: ["id", "title"]) == "title")
    }
}
