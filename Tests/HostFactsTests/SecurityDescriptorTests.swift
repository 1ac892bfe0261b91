import Foundation
import HostFacts
import TestSupport
import Testing

@Suite struct SecurityDescriptorTests {
    @Test(
        arguments: [
            // TermService's account, by itself, by a group of its token, and not at all.
            ("O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)", true), ("D:(A;;FR;;;S-1-5-20)", true), ("D:(A;;FR;;;WD)", true),
            ("D:(A;;FR;;;AU)", true), ("D:(A;;FR;;;BU)", true), ("D:(A;;GR;;;NS)", true), ("D:(A;;GA;;;NS)", true),
            ("D:(A;;0x120089;;;NS)", true), ("D:(A;;0x1F01FF;;;NS)", true), ("D:(A;;1179785;;;NS)", true),
            ("D:(A;;FA;;;SY)(A;;FA;;;BA)", false), ("D:(A;;FX;;;NS)", false), ("D:(A;;CC;;;NS)", false),
            // Rights add up over entries.
            ("D:(A;;0x1;;;NS)(A;;0x120088;;;WD)", true), ("D:(A;;0x1;;;NS)(A;;0x88;;;WD)", false),
            // The first entry that speaks of a right decides it.
            ("D:(D;;FR;;;NS)(A;;FA;;;NS)", false), ("D:(A;;FA;;;NS)(D;;FR;;;NS)", true),
            ("D:(D;;FW;;;NS)(A;;FR;;;NS)", false),
            ("D:(D;;WP;;;NS)(A;;FR;;;NS)", true), ("D:(D;;FR;;;BA)(A;;FR;;;NS)", true),
            // A template for children says nothing about the file.
            ("D:(A;OICIIO;FR;;;NS)", false), ("D:(D;IO;FR;;;NS)(A;;FR;;;NS)", true), ("D:(A;ID;FR;;;NS)", true),
            // An empty list grants nothing, no list everything.
            ("O:SYG:SYD:", false), ("O:SYG:SY", true), ("D:NO_ACCESS_CONTROL", true),
            // Conditions cannot be evaluated from here: unknown as soon as they could have decided.
            (#"D:(XA;;FR;;;NS;(@User.x == "a;)("))(A;;FR;;;NS)"#, nil), ("D:(A;;FR;;;NS)(XA;;FR;;;NS;(x))", true),
            ("D:(XA;;FR;;;BA;(x))(A;;FR;;;NS)", true), ("D:(OA;;FR;bf967aba-0de6-11d0-a285-00aa003049e2;;NS)", nil),
            ("O:SYG:SYD:(A;;FR;;;NS)S:AI(AU;SAFA;FA;;;WD)", true),
            ("O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:SYD:(A;;FR;;;NS)", true),
            ("O:LAG:DUD:(A;;FR;;;NS)", true),
        ] as [(String, Bool?)])
    func `whether TermService may read a file`(_ sddl: String, _ wanted: Bool?) throws {
        let descriptor = try SecurityDescriptor(sddl: sddl)
        #expect(descriptor.grants(.read, to: SID.networkServiceToken) == wanted)
        #expect(descriptor.text == sddl)
    }

    @Test(arguments: [
        "", "x", "O:", "O:XX", "D:(A;;FR;;;NS", "D:(A;;FR;;;)", "D:(A;;FR;;NS)", "D:(A;;QQ;;;NS)", "D:(A;;F;;;NS)",
        "O:SYO:SY",
        "D:()D:()", "Q:SY", "O:S-1", "O:S-1-5-", "O:S-1-5-4294967296", "D:(A;;0xfffffffff;;;NS)", "not a descriptor",
        "O:SY D:(A;;FR;;;NS)",
        "D:(A;;09;;;NS)",
    ])
    func `a text that is no descriptor is refused with a place`(_ sddl: String) {
        let error = #expect(throws: SDDLError.self) { try SecurityDescriptor(sddl: sddl) }
        #expect(error.map { $0.offset <= sddl.utf8.count && !$0.problem.isEmpty } == true)
    }

    @Test func `no cut and no changed byte of a descriptor traps`() {
        let bytes = Array(
            #"O:SYG:S-1-5-32-544D:PAI(A;OICI;FA;;;SY)(XA;;FR;;;NS;(@User.x == "a"))(D;;0x120089;;;LA)S:AI(AU;;FA;;;WD)"#
                .utf8)
        for end in 0..<bytes.count {
            _ = (try? SecurityDescriptor(sddl: String(decoding: bytes[..<end], as: UTF8.self)))?.owner
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let text = String(decoding: changed, as: UTF8.self)
                if let descriptor = try? SecurityDescriptor(sddl: text) { #expect(descriptor.text == text) }
            }
        }
    }

    @Test func `a descriptor without end is refused in no time`() {
        for text in [
            "D:" + String(repeating: "(A;;FR;;;NS)", count: 100_000),
            "D:(XA;;FR;;;NS;" + String(repeating: "(", count: 200_000),
        ] {
            #expect(throws: SDDLError.self) { try SecurityDescriptor(sddl: text) }
        }
    }

    @Test(arguments: [
        ("SY", "S-1-5-18"), ("NS", "S-1-5-20"), ("BA", "S-1-5-32-544"), ("WD", "S-1-1-0"), ("LA", "LA"),
        ("S-1-5-21-1-2-3-500", "S-1-5-21-1-2-3-500"),
        ("S-1-0x1000000000-1", "S-1-0x1000000000-1"),
    ])
    func `a SID or an alias is read`(_ text: String, _ sid: String) { #expect(SID(text)?.text == sid) }

    @Test(arguments: [
        "", "S", "S-1", "S-2-5-18", "s-1-5-18", "S-1-5-18-", "S-1-5--18", "S-1-5-1x", "sy", "S-1-5-+1", "S-1-5-018",
        "S-1-05-18", "S-1-5-00",
        "S-1-" + String(repeating: "1-", count: 20) + "1",
    ])
    func `a text that is no SID is none`(_ text: String) { #expect(SID(text) == nil) }
}
