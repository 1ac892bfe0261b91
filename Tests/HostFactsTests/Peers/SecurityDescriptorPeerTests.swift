import Formats
import Foundation
import HostFacts
import TestSupport
import Testing

/// Descriptors, held against Samba's reader of SDDL.
@Suite(.enabled(if: Peers.has("/usr/lib/python3/dist-packages/samba/dcerpc"), "needs python3-samba"))
struct SecurityDescriptorPeerTests {
    /// As Windows printed them: key folders and files of Microsoft's documentation and public listings, and of the lab.
    static let real = [
        "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)", "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)",
        "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)", "O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)",
        "O:SYG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;FA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
        "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:PAI(A;;FA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;CIIO;GA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)",
        "O:LAG:DUD:(A;;0x120089;;;S-1-5-20)",
        "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)S:(AU;FA;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)",
        "O:SYG:SYD:P", "O:SYG:SY", "D:", "G:DUD:ARAI(D;;WD;;;WD)(A;NP;GRGX;;;AN)",
    ]

    @Test func `a descriptor is read as Samba reads it`() async throws {
        var generator = SeededGenerator(seed: 5)
        let texts = Self.real + (0..<3_000).map { _ in Self.descriptor(&generator) }
        #expect(try await compare(texts, mayBeRefused: false) == texts.count)
    }

    @Test func `what both read of a damaged descriptor is the same`() async throws {
        var mutations = Mutations(seed: 6, alphabet: "OGDS:;()-0123456789xAPFRWIBNY")
        let texts = mutations.sweep(Self.real.map { Array($0.utf8) }, each: 200)
            .map { String(decoding: $0.filter { (0x20..<0x7f).contains($0) }, as: UTF8.self) }
        #expect(try await compare(texts, mayBeRefused: true) > 100)
    }

    /// How many both could read.
    private func compare(_ texts: [String], mayBeRefused: Bool) async throws -> Int {
        // Samba 4.17 leaves the standard rights out of FA, and reads octal numbers as nothing.
        let asked = texts.map { $0.replacing("FA;;;", with: "0x1f01ff;;;") }
        let answers = try await Peer(script: "sddl_peer.py", python: "/usr/bin/python3")
            .answers(to: asked.map { ["sddl": .string($0)] })
        var both = 0
        for (text, answer) in zip(texts, answers) {
            guard answer["refused"] == nil, let ours = try? SecurityDescriptor(sddl: text) else {
                #expect(mayBeRefused, "\(text): \(answer)")
                continue
            }
            both += 1
            #expect(ours.text == text)
            #expect(Self.resolved(ours.owner) == answer["owner"]?.string, "\(text)")
            #expect(Self.resolved(ours.group) == answer["group"]?.string, "\(text)")
            #expect((ours.accessList?.isProtected ?? false) == answer["protected"]?.bool, "\(text)")
            let entries = answer["entries"]?.array
            #expect(ours.accessList?.entries.count == entries?.count, "\(text)")
            for (ours, theirs) in zip(ours.accessList?.entries ?? [], entries ?? []) {
                // Samba takes types and flags that it does not know for none; we keep them, and they decide nothing.
                if let kind = Self.kind(ours.kind) { #expect(kind == theirs[0]?.int, "\(text)") }
                if let flags = Self.flags(ours.flags) { #expect(flags == theirs[1]?.int, "\(text)") }
                #expect(Int64(ours.rights.rawValue) == theirs[2]?.int.map(Self.onFile), "\(text)")
                #expect(Self.resolved(ours.trustee) == theirs[3]?.string, "\(text)")
            }
        }
        return both
    }

    /// [MS-DTYP] 2.4.4.1: ACE types.
    private static func kind(_ kind: AccessEntry.Kind) -> Int64? {
        switch kind {
        case .allow: 0
        case .deny: 1
        case .other(let name): ["A": 0, "D": 1, "OA": 5, "OD": 6, "AU": 2, "OU": 7][name]
        }
    }

    /// [MS-DTYP] 2.4.4.1: ACE flags.
    private static func flags(_ text: String) -> Int64? {
        let bits: [String: Int64] = ["OI": 1, "CI": 2, "NP": 4, "IO": 8, "ID": 16, "SA": 64, "FA": 128]
        let pairs = stride(from: 0, to: text.count, by: 2).map { String(text.dropFirst($0).prefix(2)) }
        let known = pairs.compactMap { bits[$0] }
        return known.count == pairs.count ? known.reduce(0, |) : nil
    }

    /// Generic rights as what they stand for on a file.
    private static func onFile(_ mask: Int64) -> Int64 {
        let generic: [(Int64, Int64)] = [
            (0x8000_0000, 0x12_0089), (0x4000_0000, 0x12_0116), (0x2000_0000, 0x12_00A0), (0x1000_0000, 0x1F_01FF),
        ]
        return generic.reduce(mask & 0x0fff_ffff) { mask & $1.0 != 0 ? $0 | $1.1 : $0 }
    }

    /// Aliases that hang on a domain, in the peer's domain.
    private static func resolved(_ sid: SID?) -> String? {
        guard let sid else { return nil }
        let identifiers = [
            "AP": 525, "CA": 517, "CN": 522, "DA": 512, "DC": 515, "DD": 516, "DG": 514, "DU": 513, "EA": 519,
            "EK": 527, "KA": 526, "LA": 500, "LG": 501, "PA": 520, "RO": 498, "RS": 553, "SA": 518,
        ]
        return identifiers[sid.text].map { "S-1-5-21-1-2-3-\($0)" } ?? sid.text
    }

    private static func descriptor(_ generator: inout SeededGenerator) -> String {
        let aliases = [
            "SY", "BA", "NS", "LS", "WD", "AU", "BU", "CO", "CG", "IU", "AN", "LA", "DA", "DU", "EA", "RD", "OW", "RC",
            "S-1-5-20", "S-1-5-21-1-2-3-500", "S-1-5-80-1-2-3-4-4294967295", "S-1-15-2-1", "S-1-5-32-544",
        ]
        let rights = [
            "GA", "GR", "GW", "GX", "RC", "SD", "WD", "WO", "FR", "FW", "FX", "CC", "DC", "LC", "SW", "RP", "WP", "DT",
            "LO", "CR",
        ]
        func entry(_ generator: inout SeededGenerator) -> String {
            let kind = generator.one(of: ["A", "A", "A", "D", "OA", "OD"])
            let flags = ["OI", "CI", "NP", "IO", "ID"].filter { _ in generator.is(1, in: 3) }.joined()
            let mask =
                generator.is(1, in: 3)
                ? "0x" + String(UInt32.random(in: 1...0x1f_ffff, using: &generator), radix: 16)
                : (0..<Int.random(in: 1...4, using: &generator)).map { _ in generator.one(of: rights) }.joined()
            let object = kind.hasPrefix("O") ? "bf967aba-0de6-11d0-a285-00aa003049e2" : ""
            return "(\(kind);\(flags);\(mask);\(object);;\(generator.one(of: aliases)))"
        }
        var text = ""
        if generator.is(3, in: 4) { text += "O:" + generator.one(of: aliases) }
        if generator.is(3, in: 4) { text += "G:" + generator.one(of: aliases) }
        text += "D:" + generator.one(of: ["", "P", "PAI", "AI", "ARAI"])
        let entries = (0..<Int.random(in: 0...6, using: &generator)).map { _ in entry(&generator) }
        text += entries.joined()
        // Samba takes the S behind an empty list for a flag of it.
        if !entries.isEmpty, generator.is(1, in: 4) { text += "S:AI(AU;SAFA;FW;;;WD)" }
        return text
    }
}
