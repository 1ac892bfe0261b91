import Reports
import TestSupport
import Testing

@Suite struct ScriptNamesTests {
    @Test(arguments: [
        ("srv-01", "srv-01.ps1"), ("SRV01.corp.example", "SRV01.corp.example.ps1"), ("10.0.0.1", "10.0.0.1.ps1"),
        ("a_b", "a_b.ps1"),
    ])
    func `a plain host name is the file's name`(_ host: String, _ file: String) {
        #expect(ScriptNames(hosts: [host])[host: host] == file)
    }

    @Test(arguments: [
        "../../etc/passwd", "a/b", #"a\b"#, "..", ".", ".hidden", "", "nul", "CON.corp", "com1", "dot.", "a b", "-rf",
        "a:b", "a*b", "é", "\u{202e}x", "nul\0x", "a\nb", String(repeating: "x", count: 300),
    ])
    func `any other name becomes a safe one that no other host has`(_ host: String) throws {
        let file = try #require(ScriptNames(hosts: [host, "srv"])[host: host])
        #expect(file.hasPrefix("host-") && file.hasSuffix(".ps1") && file.utf8.count < 100)
        #expect(file.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        #expect(file.dropLast(4).allSatisfy { $0 != "." })
        let other = try #require(ScriptNames(hosts: [host + "y"])[host: host + "y"])
        #expect(other != file)
    }

    @Test func `names that Windows takes for one stay two`() {
        let names = ScriptNames(hosts: ["web", "WEB", "Web"])
        let files = ["web", "WEB", "Web"].compactMap { names[host: $0]?.lowercased() }
        #expect(Set(files).count == 3)
    }

    @Test func `the order of the hosts says nothing`() {
        let hosts = ["b", "a/b", "A", "a", "..", "a_b"]
        let one = ScriptNames(hosts: hosts), other = ScriptNames(hosts: hosts.reversed())
        for host in hosts { #expect(one[host: host] == other[host: host] && one[host: host] != nil) }
    }
}
