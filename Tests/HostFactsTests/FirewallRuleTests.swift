import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

@Suite struct FirewallRuleTests {
    private static let stores: [(key: String, isHardening: Bool)] = [
        (Keys.firewall + #"\FirewallRules"#, false), (Keys.firewall + #"\Mdm\FirewallRules"#, false),
        (Keys.firewall + #"\RestrictedServices\Static\System"#, true),
        (Keys.firewall + #"\RestrictedServices\Configurable\System"#, true),
        (Keys.firewall + #"\RestrictedServices\AppIso\FirewallRules"#, true),
        (Keys.firewallPolicy + #"\FirewallRules"#, false),
        (#"SYSTEM\CurrentControlSet\Services\SharedAccess\Defaults\FirewallPolicy\FirewallRules"#, false),
    ]

    @Test(arguments: [
        ("win7-x86-lab.json", 434), ("win7-x86-lab-snapshot2.json", 420), ("win81-a.json", 761),
        ("win10-1903-family.json", 1_000),
    ])
    func `every rule of a real machine is read and printed back unchanged`(_ file: String, _ least: Int) throws {
        let image = try RealMachine.image(Fixture.file("windows-hosts/" + file))
        var count = 0
        for store in Self.stores {
            for value in image.values(store.key) {
                let text = try #require(value.value.text, "\(value.name)")
                let rule = try FirewallRule(id: value.name, text: text, isHardening: store.isHardening)
                let conditions = rule.conditions
                #expect(rule.text == text && rule.id == value.name)
                count += 1
                // Nothing that stands in the text was read as something else.
                let fields = text.split(separator: "|").dropFirst().map { $0.split(separator: "=", maxSplits: 1) }
                func all(_ names: String...) -> [String] {
                    fields.filter { names.contains($0[0].lowercased()) }.map { $0.count > 1 ? String($0[1]) : "" }
                }
                #expect(
                    all("action").map { $0.lowercased() } == [
                        rule.action == .allow ? "allow" : rule.action == .block ? "block" : "bypass"
                    ])
                #expect(all("dir").map { $0.lowercased() } == [rule.direction == .inbound ? "in" : "out"])
                #expect(
                    (all("active").first ?? (store.isHardening ? "TRUE" : "FALSE"))
                        == (rule.isActive ? "TRUE" : "FALSE"))
                #expect(
                    all("protocol").first.map { $0 == "tcp" ? 6 : UInt8($0) } == rule.protocolNumber.map(Optional.some))
                #expect(Set(all("profile").map { $0.lowercased() }) == Set(rule.profiles.map(\.rawValue)))
                #expect(all("app").last == conditions.program && all("svc").last == conditions.service)
                #expect(all("embedctxt").last == rule.group && all("name").last == rule.name)
                let ports = fields.filter { $0[0].lowercased().hasPrefix("lport") }.flatMap {
                    $0[1].split(separator: ",")
                }
                #expect(ports.isEmpty == rule.localPorts.isAny)
                #expect(rule.localPorts.ranges.count + rule.localPorts.keywords.count == ports.count)
                // Every field is one that we know: nothing on real machines is left uncertain for want of a name.
                let unknown = conditions.limits.compactMap {
                    if case .unknownField(let name) = $0 { name } else { nil }
                }
                #expect(unknown.isEmpty, "\(value.name): \(unknown)")
            }
        }
        #expect(count >= least, "only \(count) rules were read")
    }

    @Test(arguments: [
        ("", "version"), ("v2.30", "version"), ("v2.30|Action=Allow|Dir=In", "closing bar"),
        ("2.30|Action=Allow|Dir=In|", "version"),
        ("v2|Action=Allow|Dir=In|", "version"), ("v2.x|Action=Allow|Dir=In|", "version"),
        ("v2.30|Action=Allow|", "Dir"),
        ("v2.30|Dir=In|", "Action"), ("v2.30|Action=Permit|Dir=In|", "Action"), ("v2.30|Action=Allow|Dir=Up|", "Dir"),
        ("v2.30|Action=Allow|Dir=In|Protocol=257|", "Protocol"), ("v2.30|Action=Allow|Dir=In|Protocol=-6|", "Protocol"),
        ("v2.30|Action=Allow|Dir=In|LPort=65536|", "port"), ("v2.30|Action=Allow|Dir=In|LPort2_10=20-10|", "ports"),
        ("v2.30|Action=Allow|Dir=In|Profile=Home|", "Profile"), ("v2.30|Action=Allow|Dir=In|junk|", "without '='"),
        ("v2.30|Action=Allow|Dir=In|Platform=2:6|", "Platform"),
    ])
    func `a text that is no rule is refused with the reason`(_ text: String, _ problem: String) {
        let error = #expect(throws: FirewallRuleError.self) { try FirewallRule(id: "x", text: text) }
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }

    @Test func `what nobody knows is kept and makes the rule uncertain`() throws {
        let rule = try FirewallRule(id: "x", text: "v9.99|Action=Allow|Active=TRUE|Dir=In|Moon=full|IFType=Lan|")
        #expect(rule.conditions.limits == [.unknownField("Moon"), .undecidable("IFType")])
    }

    @Test func `names and words count without regard to case, values keep theirs`() throws {
        let rule = try FirewallRule(
            id: "x", text: "V2.10|ACTION=allow|ACTIVE=true|dir=IN|lport2_10=1-3|Lport=5|NAME=A=B|SVC=TermService|")
        #expect(rule.isActive && rule.direction == .inbound && rule.action == .allow)
        #expect(rule.localPorts.ranges == [1...3, 5...5] && rule.name == "A=B")
        #expect(rule.conditions.service == "TermService")
    }

    @Test func `no cut and no changed byte of a rule traps`() throws {
        let text =
            "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Public|LPort=3389|RA4=10.0.0.0/8|RA6=fe80::/64|Platform=2:6:2|App=C:\\é|"
        let bytes = Array(text.utf8)
        var readable = 0
        for end in 0...bytes.count {
            if (try? FirewallRule(id: "x", text: String(decoding: bytes[..<end], as: UTF8.self))) != nil {
                readable += 1
            }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let text = String(decoding: changed, as: UTF8.self)
                if let rule = try? FirewallRule(id: "x", text: text) { #expect(rule.text == text) }
            }
        }
        #expect(readable >= 1)
    }

    @Test(arguments: [
        ("0.0.0.0/0", "0.0.0.0/0"), ("10.1.2.3", "10.1.2.3"), ("10.1.2.3/8", "10.0.0.0/8"),
        ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
        ("10.0.0.5-10.0.0.6", "10.0.0.5-10.0.0.6"), ("192.168.0.0-192.168.255.255", "192.168.0.0/16"),
        ("1.2.3.4/32", "1.2.3.4"),
        ("1.2.3.4/255.255.255.255", "1.2.3.4"), ("0.0.0.0/0.0.0.0", "0.0.0.0/0"),
    ])
    func `an IPv4 range reads and prints`(_ text: String, _ shown: String) throws {
        #expect(IPAddress.text(try #require(IPAddress.ipv4Range(text[...]))) == shown)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/33", "1.2.3.4/", "/8", "10.0.0.9-10.0.0.1",
        "1.2.3.4/255.0.255.0",
        "0x1.2.3.4", " 1.2.3.4", "1.2.3.4-", "LocalSubnet", "1.2.3.4/-1", "٣.1.1.1", "1.2.3.4/1.2.3.4",
    ])
    func `a text that is no IPv4 range is none`(_ text: String) { #expect(IPAddress.ipv4Range(text[...]) == nil) }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("fe80::/64", "fe80::/64"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:1.2.3.4", "::ffff:102:304"),
        ("2001:db8::", "2001:db8::"), ("::/0", "::/0"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("fe80::1-fe80::2", "fe80::1-fe80::2"),
    ])
    func `an IPv6 range reads and prints`(_ text: String, _ shown: String) throws {
        #expect(IPAddress.text(try #require(IPAddress.ipv6Range(text[...]))) == shown)
    }

    @Test(arguments: [
        "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::/129",
        "1:2:3:4:5:6:7:8::", ":1::", "1::2:",
        "::1.2.3.400", "fe80::1%3", "::+1", "::-1",
    ])
    func `a text that is no IPv6 range is none`(_ text: String) { #expect(IPAddress.ipv6Range(text[...]) == nil) }
}
