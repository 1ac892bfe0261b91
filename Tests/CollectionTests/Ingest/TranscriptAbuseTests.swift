import Collection
import Formats
import HostFacts
import TestSupport
import Testing

/// Whatever is handed in: nothing traps, and memory and time stay within bounds.
@Suite struct TranscriptAbuseTests {
    /// One announced reply with something odd in it: nothing traps, and what is whole stays whole.
    static let odd: [(name: String, text: String, damaged: [String])] = {
        let reply = ExportedReply(ExportedProgram(sections: [.os]), data: [:])
        let head = reply.whole
        let run = reply.announcement()
        func line(_ text: String) -> String { run + text + "\n" + head }
        return [
            ("nothing", head, []), ("a cut line", line("FLEETAUDIT1 2 rdp 812 H4sI"), ["rdp!"]),
            ("a line without base64", line("FLEETAUDIT1 2 rdp 812 ;"), ["rdp!"]),
            ("a line of no section", line("FLEETAUDIT1 2"), []), ("a name alone", line("FLEETAUDIT1"), []),
            ("a wrong length", line("FLEETAUDIT1 2 rdp 5 AAAA ;"), ["rdp!"]),
            ("a length without end", line("FLEETAUDIT1 2 rdp 99999999999999999999 AAAA ;"), ["rdp!"]),
            ("no gzip", line("FLEETAUDIT1 2 rdp 3 AAAA ;"), ["rdp!"]),
            ("an unknown section", line("FLEETAUDIT1 2 moon 3 AAAA ;"), []),
            ("a name of another kind", line("FLEETAUDIT1 2 ../etc 3 AAAA ;"), []),
            ("piece 0", line("FLEETAUDIT1P rdp 0/2 4 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("piece 3 of 2", line("FLEETAUDIT1P rdp 3/2 4 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("pieces without end", line("FLEETAUDIT1P rdp 1/4294967295 4 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("a piece of no number", line("FLEETAUDIT1P rdp 1 4 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("a piece of a wrong length", line("FLEETAUDIT1P rdp 1/1 5 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("a piece of a wrong fingerprint", line("FLEETAUDIT1P rdp 1/1 4 3 0123456789abcdef AAAA ;"), ["rdp!"]),
            ("a piece without one", line("FLEETAUDIT1P rdp 1/1 4 3 AAAA ;"), ["rdp!"]),
            (
                "a piece and the next marker", line("FLEETAUDIT1P rdp 1/1 4 3 0123456789abcdef AAFLEETAUDIT1 END 1"),
                ["rdp!"]
            ),
            ("an announcement that is none", line("FLEETAUDIT1 RUN 3 AAAA ;"), []),
            ("an announcement without end", line("FLEETAUDIT1 RUN 3"), []),
            ("escapes that are none", line("FLEETAUDIT1 2 rdp 3 AA\\u00 ;\\"), ["rdp!"]),
            ("a marker at the very end", head + "FLEETAUDIT1P", []),
            ("a backslash at the end", head + "FLEETAUDIT1 \\", []),
        ]
    }()

    @Test(arguments: odd.indices) func `odd lines cost their section at most`(_ index: Int) throws {
        let odd = Self.odd[index]
        let machine = try #require(Transcript(text: odd.text).machines.first { $0.computerName == "SRV1" })
        #expect(machine.summary == ["os"] + odd.damaged, "\(odd.name)")
    }

    @Test func `arbitrary bytes and mutations of a reply never trap`() {
        var generator = SeededGenerator(seed: 42)
        let reply = Array(TranscriptTests.reply(1500, bytes: 300).parts.joined().utf8)
        for _ in 0..<300 {
            var bytes = reply
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: Array("FLEETAUDIT1P ;\\u".utf8), at: at)
                default: bytes.removeSubrange(at..<min(bytes.count, at + 200))
                }
            }
            for machine in Transcript([bytes]).machines {
                _ = machine.record(for: PlannedHost(named: "srv1"), now: TranscriptTests.now)
            }
        }
    }

    @Test func `much of the same is bounded`() throws {
        let reply = ExportedReply(ExportedProgram(sections: [.os]))
        var text = reply.announcement()
        for number in 0..<3000 {
            let packed = Gzip.compress(Array("{\"data\":{\"n\":\(number)}}".utf8))
            text += "FLEETAUDIT1 \(number) rdp \(packed.count) \(Base64.encode(packed)) ;\n"
            text += "FLEETAUDIT1P schannel 1/2 4 9 \(Hex.encode(Digest.sha1(packed).bytes.prefix(8))) AAAA ;\n"
        }
        let machine = try #require(Transcript(text: text).machines.first)
        #expect(machine.problem(.rdp) == "it was answered more than 64 times")
        #expect(machine.problem(.schannel) == "it was answered more than 64 times")
        // A section that unpacks to very much is refused, and the next one is read.
        let bomb = Gzip.compress(
            Array("{\"data\":{\"x\":\"".utf8) + [UInt8](repeating: 0x20, count: 40 << 20) + Array("\"}}".utf8))
        let packed = Gzip.compress(JSON.write(["data": ["y": 1]]))
        let big = try #require(
            Transcript(
                text: reply.announcement() + "FLEETAUDIT1 1 rdp \(bomb.count) \(Base64.encode(bomb)) ;\n"
                    + "FLEETAUDIT1 2 schannel \(packed.count) \(Base64.encode(packed)) ;\n"
            ).machines.first)
        #expect(big.summary == ["rdp!", "schannel"])
        var many = ""
        for number in 0..<2100 {
            var other = reply
            other.computer = "M\(number)"
            many += other.announcement()
        }
        let crowd = Transcript(text: many)
        #expect(crowd.machines.count == Transcript.mostMachines)
        #expect(crowd.isCut)
    }
}
