import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

@Suite struct TranscriptTests {
    static let all = Set(SectionName.allCases)
    private static let names = SectionName.allCases.map(\.rawValue)
    static let now = Date(timeIntervalSince1970: 1_795_200_000)

    /// Every section with data that does not compress, so that it needs pieces.
    private static func data(seed: UInt64 = 1, bytes: Int = 4000) -> [SectionName: JSON] {
        var generator = SeededGenerator(seed: seed)
        var data: [SectionName: JSON] = [:]
        for section in SectionName.allCases where section != .os {
            let noise = (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
            data[section] = ["noise": .string(Base64.encode(noise))]
        }
        return data
    }

    static func reply(_ limit: Int? = nil, seed: UInt64 = 1, bytes: Int = 4000) -> ExportedReply {
        ExportedReply(ExportedProgram(sections: all, frameLimit: limit), data: data(seed: seed, bytes: bytes))
    }

    // MARK: Whole answers

    @Test func `a whole answer is a whole audit`() throws {
        let transcript = Transcript(text: Self.reply().whole)
        let machine = try #require(transcript.machines.first)
        #expect(transcript.machines.count == 1)
        #expect(machine.computerName == "SRV1")
        #expect(machine.summary == Self.names)
        let record = machine.record(for: PlannedHost(named: "srv1.corp.example"), now: Self.now)
        #expect(record.state == .audited, "\(record.reason)")
        #expect(record.transport == "exported")
        #expect(record.probe == ExportedProgram(sections: Self.all).fingerprint)
        #expect(record.started == ISO8601.date("2026-11-20T00:00:00Z"))
    }

    /// How operators' files look; each must read as the plain text does.
    static let shapes: [(name: String, make: @Sendable (String) -> [UInt8])] = [
        ("as it was printed", { Array($0.utf8) }),
        ("with CR LF", { Array($0.replacingOccurrences(of: "\n", with: "\r\n").utf8) }),
        ("with a byte order mark", { [0xef, 0xbb, 0xbf] + Array($0.utf8) }),
        ("in UTF-16LE, as '>' writes", { [0xff, 0xfe] + $0.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }),
        ("in UTF-16BE", { [0xfe, 0xff] + $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }),
        (
            "in UTF-16 behind ASCII, as '>>' leaves it",
            { Array("x\r\n".utf8) + $0.utf16.flatMap { [UInt8($0 & 255), 0] } }
        ),
        (
            "wrapped at 80 columns",
            { text in
                Array(
                    text.split(separator: "\n").map { line in
                        stride(from: 0, to: line.utf8.count, by: 80).map {
                            String(decoding: Array(line.utf8)[$0..<min($0 + 80, line.utf8.count)], as: UTF8.self)
                        }.joined(separator: "\r\n")
                    }.joined(separator: "\r\n").utf8)
            }
        ),
        (
            "inside JSON",
            { text in JSON.write(["value": [["message": .string("Enable succeeded:\n[stdout]\n\(text)[stderr]\n")]]]) }
        ),
        (
            "inside JSON that escapes what it may",
            { text in
                let escaped = text.replacingOccurrences(of: "\n", with: "\\r\\n").replacingOccurrences(
                    of: "+", with: "\\u002B"
                )
                .replacingOccurrences(of: "/", with: "\\/")
                return Array("{\"message\":\"\(escaped)\"}".utf8)
            }
        ),
        (
            "with a prompt and noise around",
            { text in
                Array(
                    "PS C:\\> .\\probe.ps1; FLEETAUDIT1\n#< CLIXML\n<Objs>FLEETAUDIT1 <number> <section></Objs>\n".utf8)
                    + Array(text.replacingOccurrences(of: "FLEETAUDIT1", with: "\u{1b}[0mé;FLEETAUDIT1").utf8)
                    + Array("\nFLEETAUDIT1 is done; FLEETAUDIT1PX; FLEETAUDIT1 END of it ;\n".utf8)
            }
        ),
        ("with blanks at the ends of lines", { Array($0.replacingOccurrences(of: "\n", with: "   \n").utf8) }),
        ("twice", { Array(($0 + $0).utf8) }),
    ]

    @Test(arguments: shapes.indices, [nil, 3500])
    func `whatever a channel makes of the text, the answer is the same`(_ index: Int, _ limit: Int?) throws {
        let shape = Self.shapes[index]
        let reply = Self.reply(limit)
        let text = limit == nil ? reply.whole : reply.parts.joined()
        let transcript = Transcript([shape.make(text)])
        #expect(transcript.machines.count == 1, "\(shape.name)")
        #expect(transcript.strayLines == 0, "\(shape.name)")
        let machine = try #require(transcript.machines.first)
        #expect(machine.summary == Self.names, "\(shape.name)")
        #expect(machine.missingParts.isEmpty)
        for answer in machine.answers() where answer.section != .os {
            guard case .json(let json) = answer.content else { continue }
            #expect(json["data"] == Self.data()[answer.section], "\(shape.name)")
        }
    }

    // MARK: Pieces

    @Test(arguments: [1500, 3500, 4096, 20_000])
    func `through a channel of some KB every part arrives whole, in any order`(_ limit: Int) throws {
        let reply = Self.reply(limit, bytes: 9000)
        var generator = SeededGenerator(seed: 7)
        let parts = reply.parts.shuffled(using: &generator)
        #expect(parts.count > 2)
        for part in parts { #expect(part.utf8.count <= limit, "\(part.utf8.count)") }
        let transcript = Transcript(parts.map { tail($0, bytes: max(limit, 4096)) })
        #expect(transcript.strayLines == 0)
        let record = try #require(transcript.machines.first).record(for: PlannedHost(named: "srv1"), now: Self.now)
        #expect(record.state == .audited, "\(record.reason)")
    }

    @Test func `the longest announcement leaves room for the pieces`() throws {
        var reply = ExportedReply(ExportedProgram(sections: Self.all, frameLimit: 1500), data: Self.data())
        reply.computer = "ABCDEFGHIJKLMNO"
        for part in reply.parts { #expect(part.utf8.count <= 1500) }
        reply.data = Self.data(bytes: 60_000)
        for part in reply.parts { #expect(part.utf8.count <= 1500) }
    }

    @Test func `real machines fit through the 4,096 bytes of Azure's run command`() throws {
        for machine in try Fixture.all("windows-hosts", suffix: ".json") {
            let host = RecordedHost(registry: try RegistryImage(extract: try JSON.parse(machine.bytes)))
            var data: [SectionName: JSON] = [:]
            for section in SectionName.allCases { data[section] = host.data(section) }
            let reply = ExportedReply(ExportedProgram(sections: Self.all, frameLimit: 3500), data: data)
            let parts = reply.parts
            let transcript = Transcript(parts.map { tail("[stdout]\n\($0)\n[stderr]\n") })
            let found = try #require(transcript.machines.first)
            #expect(found.summary == Self.names, "\(machine.name)")
            for answer in found.answers() {
                guard case .json(let json) = answer.content else { continue }
                #expect(json["data"] == data[answer.section], "\(machine.name) \(answer.section)")
            }
            #expect(parts.count <= 60, "\(machine.name) takes \(parts.count) runs")
        }
    }

    @Test func `missing pieces and parts are named`() throws {
        let reply = Self.reply(3500, bytes: 9000)
        var parts = reply.parts
        let count = parts.count
        parts.remove(at: 1)
        let machine = try #require(Transcript(parts.map { Array($0.utf8) }).machines.first)
        #expect(machine.missingParts == [2])
        let record = machine.record(for: PlannedHost(named: "srv1"), now: Self.now)
        #expect(record.state == .partial)
        #expect(record.reason.contains("parts that did not come: 2"), "\(record.reason)")
        #expect(record.reason.contains("did not come; "), "\(record.reason)")
        #expect(count > 10)
    }

    @Test func `pieces of two answers are never mixed`() throws {
        // The host changed between the runs: each half fits nothing of the other.
        var later = Self.reply(3500, seed: 2, bytes: 9000)
        later.clock = 60
        let before = Self.reply(3500, seed: 1, bytes: 9000).parts, after = later.parts
        let half = before.count / 2
        let mixed = Array(before[..<half] + after[half...])
        let machine = try #require(Transcript(mixed.map { Array($0.utf8) }).machines.first)
        let data = [Self.data(seed: 1, bytes: 9000), Self.data(seed: 2, bytes: 9000)]
        var damaged = 0
        for answer in machine.answers() where answer.section != .os {
            switch answer.content {
            case .json(let json): #expect(data.contains { $0[answer.section] == json["data"] })
            case .damaged(let reason):
                damaged += 1
                #expect(reason.contains("different answers") || reason.contains("did not come"), "\(reason)")
            }
        }
        #expect(damaged >= 1)
        // The rest of either makes it whole.
        let whole = try #require(Transcript((mixed + after[..<half]).map { Array($0.utf8) }).machines.first)
        #expect(whole.summary == Self.names)
    }

    @Test func `equal pieces may come often, different ones of one number are a contradiction`() throws {
        let reply = Self.reply(3500)
        let text = reply.parts.joined()
        #expect(Transcript(text: text, text, text).machines.first?.summary == Self.names)
        // The same piece with other text of the same length.
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("FLEETAUDIT1P firewall 1/") })
        let forged = String(line.dropLast(6)) + "AAAA ;\n"
        let machine = try #require(Transcript(text: text + reply.announcement() + forged).machines.first)
        #expect(machine.problem(.firewall) == "one of its pieces came twice, differently")
    }

    @Test func `a flipped character of a piece is noticed`() throws {
        let text = Self.reply(3500).parts.joined()
        for offset in [0, 100, 1000] {
            var lines = text.split(separator: "\n").map { Array($0.utf8) }
            let index = try #require(lines.firstIndex { $0.starts(with: Array("FLEETAUDIT1P schannel 1/".utf8)) })
            let place = lines[index].count - 10 - offset
            lines[index][place] = lines[index][place] == 0x41 ? 0x42 : 0x41
            let bytes = Array(lines.joined(separator: [0x0a]))
            let machine = try #require(Transcript([bytes]).machines.first)
            #expect(machine.problem(.schannel) == "its pieces do not fit together")
            #expect(machine.summary.filter { $0.hasSuffix("!") } == ["schannel!"])
        }
    }

    // MARK: Selections and machines

    @Test func `selections of one machine are one host, and what nobody asked is said so`() throws {
        var first = ExportedReply(ExportedProgram(sections: [.os, .rdp]), data: Self.data())
        var second = ExportedReply(ExportedProgram(sections: [.firewall], frameLimit: 3500), data: Self.data())
        first.clock = 100
        second.clock = 50
        let transcript = Transcript(text: first.whole, second.parts.joined())
        let machine = try #require(transcript.machines.first)
        #expect(transcript.machines.count == 1)
        let record = machine.record(for: PlannedHost(named: "srv1"), now: Self.now)
        #expect(record.state == .partial)
        #expect(record.reason.hasPrefix("not asked in this export: "), "\(record.reason)")
        #expect(record.started == ISO8601.date("2026-11-20T00:00:50Z"))
        let unasked = try #require(record.sections.first { $0.key == "schannel" })
        #expect(unasked.value == ["unasked": "not asked in this export"])
        guard case .failed(let reason) = record.reading.registry.exists(Keys.schannelProtocols) else {
            Issue.record("a section that was not asked gave an answer")
            return
        }
        #expect(reason == "the section was not asked in this export")
    }

    @Test func `of two answers to a section the newer counts, whichever file comes first`() throws {
        var old = Self.reply(seed: 1), new = Self.reply(seed: 2)
        old.clock = 100
        new.clock = 4000
        for texts in [[old.whole, new.whole], [new.whole, old.whole]] {
            let machine = try #require(Transcript(texts.map { Array($0.utf8) }).machines.first)
            for answer in machine.answers() where answer.section != .os {
                guard case .json(let json) = answer.content else {
                    Issue.record("\(answer)")
                    continue
                }
                #expect(json["data"] == Self.data(seed: 2)[answer.section])
            }
        }
        new.clock = 100
        let machine = try #require(Transcript(text: old.whole, new.whole).machines.first)
        #expect(machine.problem(.rdp) == "it was answered twice, differently")
    }

    @Test func `machines in one file are told apart, clones with one name too`() {
        var other = Self.reply()
        other.computer = "SRV2"
        other.data[.os] = ExportedReply.os("SRV2")
        var clone = Self.reply()
        clone.machine = "00000000-58ce-2a69-0b71-a95022870620"
        var again = Self.reply()
        again.clock = 60
        let transcript = Transcript(text: Self.reply().whole + other.whole + clone.whole + again.whole)
        #expect(transcript.machines.map(\.computerName) == ["SRV1", "SRV2", "SRV1"])
        #expect(transcript.machines.allSatisfy { $0.summary == Self.names })
    }

    @Test func `another computer than the one asked for is a wrong host`() throws {
        let machine = try #require(Transcript(text: Self.reply().whole).machines.first)
        let record = machine.record(for: PlannedHost(named: "srv2.corp.example"), now: Self.now)
        #expect(record.state == .wrongHost)
        #expect(record.reason == "the computer that answered is called SRV1, and srv2 was asked for")
        // Also when the section that says so was not asked.
        let reply = ExportedReply(ExportedProgram(sections: [.rdp]), data: Self.data())
        let part = try #require(Transcript(text: reply.whole).machines.first)
        #expect(part.record(for: PlannedHost(named: "srv2"), now: Self.now).state == .wrongHost)
        #expect(part.record(for: PlannedHost(named: "srv1"), now: Self.now).state == .partial)
        // An address says nothing of the name.
        #expect(machine.record(for: PlannedHost(named: "192.0.2.1"), now: Self.now).state == .audited)
    }

    @Test func `the probe's own lines are bound by what os says`() throws {
        let transcript = Transcript([ProbeLines.whole(named: "SRV9")])
        #expect(transcript.machines.first?.computerName == "SRV9")
        #expect(transcript.machines.first?.record(for: PlannedHost(named: "srv9"), now: Self.now).state == .audited)
        let cut = Transcript([ProbeLines.whole(named: "SRV9").suffix(400)].map { Array($0) })
        #expect(cut.machines.isEmpty)
        #expect(cut.strayLines > 0)
    }

    @Test(arguments: try Fixture.all("probe-lines", suffix: ".txt").filter { $0.name != "bootstrap.txt" })
    func `lines of a real PowerShell are read through a wrapping UTF-16 file as well`(_ file: Fixture) throws {
        // The prototype's answers name no key as ours do, so that they bind to a machine only by an announcement.
        let reply = ExportedReply(ExportedProgram(sections: Self.all))
        let text = reply.announcement() + (try file.text)
        let plain = try #require(Transcript(text: text).machines.first)
        let wrapped = try #require(Self.shapes.first { $0.name == "wrapped at 80 columns" })
        let wide = try #require(Self.shapes.first { $0.name == "in UTF-16LE, as '>' writes" })
        let bytes = wide.make(String(decoding: wrapped.make(text), as: UTF8.self))
        let same = try #require(Transcript([bytes]).machines.first)
        #expect(plain.summary.count == 9)
        #expect(plain.summary == same.summary)
        #expect(!plain.summary.contains { $0.hasSuffix("!") })
    }

    @Test func `a restricted PowerShell is told as such`() throws {
        // The guard stands before anything that could say whose lines these are.
        let nameless = Transcript(text: "FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n")
        #expect(nameless.machines.isEmpty)
        #expect(nameless.blocked == "ConstrainedLanguage")
        let announced = ExportedReply(ExportedProgram(sections: Self.all)).announcement()
        let machine = try #require(Transcript(text: announced + "FLEETAUDIT1 BLOCKED 32-bit\n").machines.first)
        let record = machine.record(for: PlannedHost(named: "srv1"), now: Self.now)
        #expect(record.state == .failed)
        #expect(record.reason.contains("32-bit"))
    }
}
