import Formats
import HostFacts
import TestSupport
import Testing

/// Every reader of what a host says takes any bytes without harm, and what has a printer prints what it read.
@Suite struct ParserPropertyTests {
    /// A reader of texts; true when it could read one, and what it read was printed back.
    struct Reader: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Texts that it can read.
        let seeds: [String]
        let alphabet: String
        let read: @Sendable (String) -> Bool
    }

    static let readers = [
        Reader(
            testDescription: "firewall rules",
            seeds: [
                #"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Public|LPort=3389|LPort2_10=1-2|RA4=10.0.0.0/8|RA6=fe80::/64|Platform=2:6:2|Platform2=GTEQ|App=C:\é|Svc=x|Name=@a,-1|"#,
                "v2.0|dir=out|action=Block|LA4=LocalSubnet,1.2.3.4-1.2.3.5|Security=Authenticate|IFType=Lan|Odd=x|",
            ], alphabet: "v2.|=,-:/ActionDirPortRA46TRUE0123456789é"
        ) { text in
            guard let rule = try? FirewallRule(id: "x", text: text) else { return false }
            let conditions = rule.conditions
            #expect(rule.text == text)
            #expect(conditions.localAddresses.description.isEmpty == false && rule.profiles.count < 4)
            #expect(rule.localPorts.ranges.allSatisfy { $0.lowerBound <= $0.upperBound })
            return [rule.name, rule.group, conditions.program, conditions.service].count == 4
        },
        Reader(
            testDescription: "security descriptors",
            seeds: [
                #"O:SYG:S-1-5-32-544D:PAI(A;OICI;FA;;;SY)(XA;;FR;;;NS;(@User.x == "a"))(D;;0x120089;;;LA)S:AI(AU;SAFA;FA;;;WD)"#,
                "D:NO_ACCESS_CONTROL", "O:S-1-5-80-1-2-3-4-5G:SYD:(A;;GA;;;WD)",
            ], alphabet: "OGDS:;()-0123456789xAPFRWI\"@"
        ) { text in
            guard let descriptor = try? SecurityDescriptor(sddl: text) else { return false }
            _ = descriptor.grants(.read, to: SID.networkServiceToken)
            for entry in descriptor.accessList?.entries ?? [] { _ = entry.isInheritOnly || entry.isInherited }
            return descriptor.text == text
        },
        Reader(testDescription: "SIDs", seeds: ["S-1-5-21-1-2-3-500", "S-1-0x1000000000-1"], alphabet: "S-0123456789x")
        {
            text in
            // What it prints, it reads as the same.
            SID(text).map { SID($0.text) == $0 } ?? false
        },
        Reader(testDescription: "versions", seeds: ["10.0.17763.6414", "6.1.7601"], alphabet: ".0123456789") { text in
            BuildVersion(text).map { BuildVersion($0.description) == $0 } ?? false
        },
        Reader(
            testDescription: "IPv4 ranges",
            seeds: ["10.0.0.0/8", "10.0.0.5-10.0.0.6", "192.168.0.0/255.255.0.0", "1.2.3.4"], alphabet: "./-0123456789"
        ) { text in
            IPAddress.ipv4Range(text[...]).map { IPAddress.ipv4Range(IPAddress.text($0)[...]) == $0 } ?? false
        },
        Reader(
            testDescription: "IPv6 ranges", seeds: ["fe80::/64", "::ffff:1.2.3.4", "2001:db8::1-2001:db8::ff"],
            alphabet: ":/-.0123456789abcdef"
        ) { text in
            IPAddress.ipv6Range(text[...]).map { IPAddress.ipv6Range(IPAddress.text($0)[...]) == $0 } ?? false
        },
        Reader(
            testDescription: "names of packages",
            seeds: ["Package_for_KB4486459_SP1~31bf3856ad364e35~amd64~~10.0.1.0", "Package_3_for_KB976902~x"],
            alphabet: "for_KB0123456789~"
        ) { InstalledUpdates.kbNumber(ofPackage: $0) != nil },
        Reader(
            testDescription: "names of key files", seeds: ["c5d2b969-b61a-4159-8f78-6391a1c805db"],
            alphabet: "0123456789abcdef-\\."
        ) { text in
            guard let name = KeyFileName(container: "TSSecKeySet1", machineGuid: text) else { return false }
            return !name.text.contains("\\") && !name.text.contains("..") && !name.text.contains("/")
        },
    ]

    @Test(arguments: readers) func `nearly right text is read or refused, and printed as it was read`(_ reader: Reader)
    {
        for seed in reader.seeds { #expect(reader.read(seed), "\(seed)") }
        var mutations = Mutations(seed: 20, alphabet: reader.alphabet)
        var read = 0
        for bytes in mutations.sweep(reader.seeds.map { Array($0.utf8) }, each: 1_500) {
            let text = String(decoding: bytes, as: UTF8.self)
            if reader.read(text) { read += 1 }
        }
        #expect(read > 20, "mutations that leave nothing readable try nothing")
    }

    @Test(arguments: readers) func `arbitrary bytes are read or refused`(_ reader: Reader) {
        var generator = SeededGenerator(seed: 21)
        for length in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 40, 300] {
            for _ in 0..<40 {
                let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                _ = reader.read(String(decoding: bytes, as: UTF8.self))
            }
        }
        for odd in ["\0", "\u{202e}", "é\u{301}", "😀", String(repeating: "|", count: 70_000)] {
            _ = reader.read(odd)
            _ = reader.read(reader.seeds[0] + odd)
            _ = reader.read(odd + reader.seeds[0])
        }
    }

    @Test func `any range of addresses is printed so that it is read as the same`() {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<20_000 {
            let size = UInt32.random(in: 0...32, using: &generator)
            let low = UInt32.random(in: 0 ... .max, using: &generator)
            let range = generator.is(1, in: 2) ? low...max(low, low | (size == 0 ? 0 : .max >> (32 - size))) : low...low
            #expect(IPAddress.ipv4Range(IPAddress.text(range)[...]) == range)
            let wide = UInt128(low) << UInt128(size * 3) | UInt128(size)
            let other = wide...(wide | (1 << UInt128(size) - 1))
            #expect(IPAddress.ipv6Range(IPAddress.text(other)[...]) == other)
        }
    }

    @Test func `any version is printed so that it is read as the same`() {
        var generator = SeededGenerator(seed: 23)
        func number() -> UInt32 {
            generator.one(of: [0, 1, 10, 17_763, .max, UInt32.random(in: 0 ... .max, using: &generator)])
        }
        for _ in 0..<5_000 {
            let version = BuildVersion(number(), number(), number(), generator.is(1, in: 2) ? number() : nil)
            #expect(BuildVersion(version.description) == version)
        }
    }

    @Test func `a store entry is the list of its properties, in any order and with any others`() throws {
        var generator = SeededGenerator(seed: 24)
        let der = try #require(
            try RealMachine.storeEntries().first.map { entry in
                try CertificateStoreEntry(thumbprint: entry.thumbprint, blob: entry.blob).der
            })
        for _ in 0..<500 {
            // The last of two friendly names counts; ids that nobody knows do no harm.
            var properties: [(id: UInt32, data: [UInt8])] = [(32, der), (11, [0x61, 0, 0x62, 0, 0, 0])]
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let id = generator.one(of: [3, 4, 9, 15, 20, 24, 71, 87, 105, 0xffff_ffff] as [UInt32])
                let length = Int.random(in: 0...60, using: &generator)
                properties.append((id, (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }))
            }
            properties.shuffle(using: &generator)
            let blob = properties.flatMap {
                littleEndian($0.id) + littleEndian(1) + littleEndian(UInt32($0.data.count)) + $0.data
            }
            let entry = try CertificateStoreEntry(thumbprint: "aa", blob: blob)
            #expect(entry.der == der && entry.friendlyName == "ab" && entry.thumbprint == "AA")
            #expect(entry.keyProvider == nil && !entry.isMadeForRemoteDesktop)
        }
    }

    private func littleEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
