import Collection
import Formats
import HostFacts
import TestSupport
import Testing

@Suite struct ProbeReplyTests {
    private static let os = String(decoding: ProbeLines.line(1, "os", #"{"ms":1,"data":{"a":1}}"#), as: UTF8.self)
    private static let rdp = String(decoding: ProbeLines.line(2, "rdp", #"{"ms":1,"data":{"b":2}}"#), as: UTF8.self)
    private static let osLine = String(os.dropLast()), rdpLine = String(rdp.dropLast())
    private static let end = "FLEETAUDIT1 END 2\n"

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let sections: [String]
        let ending: ProbeReply.Ending

        init(_ name: String, _ text: String, _ sections: [String], _ ending: ProbeReply.Ending = .complete) {
            testDescription = name
            self.text = text
            self.sections = sections
            self.ending = ending
        }
    }

    private static let replies: [Case] = [
        Case("whole", os + rdp + end, ["os", "rdp"]),
        Case("out of order", rdp + os + end, ["rdp", "os"]),
        Case("CRLF", (os + rdp + end).replacing("\n", with: "\r\n"), ["os", "rdp"]),
        Case("CR only", (os + rdp + end).replacing("\n", with: "\r"), ["os", "rdp"]),
        Case("no line end behind the last line", os + rdp + "FLEETAUDIT1 END 2", ["os", "rdp"]),
        Case("blanks at line ends", "\(osLine)  \r\n\(rdpLine) \nFLEETAUDIT1 END 2   \r\n", ["os", "rdp"]),
        Case("a mark before it", "\u{feff}" + os + rdp + end, ["os", "rdp"]),
        Case("a prompt before it", "C:\\> " + os + "PS> " + rdp + "x" + end, ["os", "rdp"]),
        Case("a banner", "Welcome!\r\n\r\n" + os + "noise in between\n" + rdp + end + "Goodbye\n", ["os", "rdp"]),
        Case("CLIXML", "#< CLIXML\r\n<Objs Version=\"1.1.0.1\"></Objs>" + os + rdp + end, ["os", "rdp"]),
        Case(
            "a banner that names the contract", "FLEETAUDIT1 runs here\n FLEETAUDIT1 \nFLEETAUDIT1\n" + os + rdp + end,
            ["os", "rdp"]),
        Case("nothing counts behind the end", os + "FLEETAUDIT1 END 1\n" + rdp + end, ["os"]),
        Case("no sections", "FLEETAUDIT1 END 0\n", []),
        Case("nothing", "", [], .missing),
        Case("no end", os + rdp, ["os", "rdp"], .missing),
        Case("one is missing", os + end, ["os"], .miscounted(stated: 2, received: 1)),
        Case("one too many", os + rdp + "FLEETAUDIT1 END 1\n", ["os", "rdp"], .miscounted(stated: 1, received: 2)),
        Case("the end alone", end, [], .miscounted(stated: 2, received: 0)),
        Case("twice", os + rdp + os + "FLEETAUDIT1 END 3\n", ["rdp", "os!"]),
        Case("three times", os + os + os + "FLEETAUDIT1 END 3\n", ["os!"]),
        Case(
            "two that run together cost the first", String(os.dropLast(20)) + rdp + end, ["rdp"],
            .miscounted(stated: 2, received: 1)),
        Case(
            "blocked", "FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n", [], .blocked(languageMode: "ConstrainedLanguage")),
        Case("blocked without a mode", "FLEETAUDIT1 BLOCKED\r\n", [], .blocked(languageMode: "unknown")),
        Case(
            "blocked behind a section", os + "FLEETAUDIT1 BLOCKED NoLanguage\n" + end, ["os"],
            .blocked(languageMode: "NoLanguage")),
        Case("an unknown section", os + rdp.replacing(" rdp ", with: " future ") + end, ["os"]),
        Case("another contract", os.replacing("AUDIT1", with: "AUDIT2") + rdp + "FLEETAUDIT1 END 1\n", ["rdp"]),
        Case("lower case", os.lowercased() + "FLEETAUDIT1 END 0\n", []),
        Case("END without a number", os + "FLEETAUDIT1 END\n", ["os"], .missing),
        Case("END of a word", os + "FLEETAUDIT1 END one\n", ["os"], .missing),
        Case("END below zero", os + "FLEETAUDIT1 END -1\n", ["os"], .missing),
        Case("END beyond 32 bits", os + "FLEETAUDIT1 END 4294967297\n", ["os"], .missing),
        Case("END of two numbers", os + "FLEETAUDIT1 END 1 1\n", ["os"], .missing),
        Case("END cut off", os + rdp + "FLEETAUDIT1 EN", ["os", "rdp"], .missing),
    ]

    @Test(arguments: replies)
    func `lines are found whatever stands around them`(_ reply: Case) {
        let read = ProbeReply(text: reply.text)
        #expect(read.summary == reply.sections)
        #expect(read.ending == reply.ending)
    }

    /// A line in the place of the one of `os`, and what is left of it.
    private static let damagedLines: [Case] = {
        let payload = osLine.split(separator: " ")[4]
        let noGzip = "FLEETAUDIT1 1 os 3 QUJD ;", nothing = "FLEETAUDIT1 1 os 0  ;"
        let comma = String(osLine.dropLast()) + ",", cut = String(osLine.dropLast(10)) + " ;"
        let longer = osLine.replacing(payload, with: payload + "AAAA"), star = osLine.replacing(" H4", with: " *4")
        let more = osLine + " ;", noEnd = String(osLine.dropLast(2))
        let unnumbered = osLine.replacing("FLEETAUDIT1 1", with: "FLEETAUDIT1 x")
        return [
            Case("no section", "FLEETAUDIT1 1", []), Case("no length", "FLEETAUDIT1 1 os", ["os!"]),
            Case("no data", "FLEETAUDIT1 1 os 10", ["os!"]), Case("no semicolon", noEnd, ["os!"]),
            Case("something behind it", more, ["os!"]), Case("a comma", comma, ["os!"]),
            Case("cut in the data", cut, ["os!"]), Case("longer data", longer, ["os!"]),
            Case("no base64", star, ["os!"]), Case("no gzip", noGzip, ["os!"]),
            Case("nothing packed", nothing, ["os!"]),
            Case("no number", unnumbered, []),
        ]
    }()

    @Test(arguments: damagedLines)
    func `a damaged line costs its section and no other`(_ damage: Case) {
        let read = ProbeReply(text: damage.text + "\n" + Self.rdp + Self.end)
        #expect(read.summary == damage.sections + ["rdp"])
    }

    @Test(arguments: [1, -1, 1_000_000, 0]) func `a wrong length costs the section`(_ difference: Int) throws {
        let words = Self.osLine.split(separator: " ")
        let length = try #require(Int(words[3]))
        let text = Self.osLine.replacing(" \(length) ", with: " \(difference == 0 ? 0 : length + difference) ")
        #expect(ProbeReply(text: text).summary == ["os!"])
    }

    @Test(arguments: [
        "", "{", "null", "[]", "1", #"{"a":1}{"b":2}"#, #"{"a":1,}"#, #"{"a":1,"a":2}"#, #"{"a":"\ud800"}"#,
        "\u{feff}{}",
        String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
        String(repeating: #"{"a":"#, count: 100_000),
    ])
    func `JSON that is none, or too deep, costs the section`(_ json: String) throws {
        let reply = ProbeReply(ProbeLines.line(1, "os", json))
        let content = try #require(reply.sections.first).content
        switch content {
        case .damaged(let reason):
            #expect(reason.hasPrefix("its JSON is wrong") || reason.hasPrefix("it does not unpack"))
        // Whole, but nothing of ours: no data comes out of it.
        case .json: if case .data = SectionAnswer(content) { Issue.record("\(json) passed for data") }
        }
    }

    @Test func `no cut of a line gives half a fact`() {
        let bytes = Array(Self.osLine.utf8)
        for count in 0..<bytes.count {
            for section in ProbeReply(Array(bytes[..<count])).sections {
                if case .json = section.content { Issue.record("\(count) of \(bytes.count) bytes pass") }
            }
        }
        #expect(ProbeReply(bytes).summary == ["os"])
    }

    @Test func `no changed byte of a line gives another fact`() throws {
        let line = ProbeLines.line(1, "os", #"{"ms":12,"data":{"keys":{"a":{"b":[4,2147483647]}}}}"#)
        let first = try #require(ProbeReply(line).sections.first)
        guard case .json(let right) = first.content else { throw NotRead() }
        for index in line.indices {
            for bit in 0..<8 {
                var changed = line
                changed[index] ^= 1 << UInt8(bit)
                for section in ProbeReply(changed).sections {
                    guard case .json(let json) = section.content else { continue }
                    #expect(json == right, "byte \(index), bit \(bit)")
                }
            }
        }
    }

    private struct NotRead: Error {}

    // MARK: Limits

    @Test func `a bomb costs its section`() {
        for size in [1 << 20, 8 << 20] {
            let bomb = ProbeLines.line(1, "os", "{\"data\":\"" + String(repeating: "a", count: size) + "\"}")
            let reply = ProbeReply(bomb + Array((Self.rdp + Self.end).utf8))
            #expect(reply.summary == ["os!", "rdp"])
        }
    }

    @Test func `all sections together stay within the limit`() {
        var limits = ProbeReply.Limits()
        limits.bytes = 1_000
        var generator = SeededGenerator(seed: 7)
        let text = String(
            (0..<600).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement(using: &generator) ?? "a" })
        let lines = ["os", "rdp", "credssp"].enumerated().flatMap {
            ProbeLines.line($0.offset + 1, $0.element, "{\"data\":{\"a\":\"\(text)\"}}")
        }
        #expect(ProbeReply(lines, limits: limits).summary == ["os", "rdp!", "credssp!"])
        #expect(ProbeReply(lines).summary == ["os", "rdp", "credssp"])
    }

    @Test func `a section of very many values is damaged`() {
        var limits = ProbeReply.Limits()
        limits.values = 100
        let line = ProbeLines.line(1, "os", "{\"data\":[" + String(repeating: "1,", count: 200) + "1]}")
        #expect(ProbeReply(line, limits: limits).summary == ["os!"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "\n", "a\n", "FLEETAUDIT1 ", "FLEETAUDIT1 \n", "F", " ", "FLEETAUDIT1 1 os 1 AAAA ;\n",
            "FLEETAUDIT1 1 new 1 AAAA ;\n",
            "FLEETAUDIT1 END x\n",
        ])
    func `endless rubbish is read in one pass and leaves nothing behind`(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: (1 << 20) / piece.utf8.count).utf8)
        let reply = ProbeReply(bytes)
        #expect(reply.ending == .missing)
        #expect(reply.sections.count <= 1)
        #expect(reply.unknownSections.count <= 64)
        #expect(reply.summary.allSatisfy { $0.hasSuffix("!") })
    }

    @Test func `a name without end is kept in part`() {
        let reply = ProbeReply(text: "FLEETAUDIT1 1 \(String(repeating: "x", count: 100_000)) 1 AAAA ;\n")
        #expect(reply.unknownSections == [String(repeating: "x", count: 64)])
        let mode = ProbeReply(text: "FLEETAUDIT1 BLOCKED \(String(repeating: "x", count: 100_000))\n").ending
        #expect(mode == .blocked(languageMode: String(repeating: "x", count: 40)))
    }

    // MARK: A real engine's lines

    @Test(arguments: try Fixture.all("probe-lines", suffix: ".txt").filter { $0.name != "bootstrap.txt" })
    func `what a real PowerShell printed is read whole`(_ fixture: Fixture) throws {
        let bytes = try fixture.bytes
        let reply = ProbeReply(bytes)
        #expect(reply.ending == .complete)
        #expect(
            reply.summary == [
                "os", "rdp", "credssp", "certificates", "firewall", "schannel", "services", "machine-keys", "updates",
            ])
        let noise =
            Array("\u{feff}banner\r\n".utf8) + bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
            + Array("\r\n\r\n".utf8)
        #expect(ProbeReply(noise).summary == reply.summary)
    }

    @Test(
        .enabled(if: Peers.hasPython),
        arguments: try Fixture.all("probe-lines", suffix: ".txt").filter { $0.name != "bootstrap.txt" })
    func `another reader finds the same in them`(_ fixture: Fixture) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("python") }
        let outcome = try await run(python, [Fixture.repository + "/Tests/Peers/probe_lines.py", fixture.path])
        let theirs = try JSON.parse(Array(outcome.standardOutput))
        #expect(theirs["complete"]?.bool == true)
        let reply = ProbeReply(try fixture.bytes)
        let sections = try #require(theirs["sections"]?.array)
        #expect(sections.compactMap { $0["name"]?.string } == reply.sections.map(\.name.rawValue))
        for (section, theirs) in zip(reply.sections, sections) {
            guard case .json(let json) = section.content else { throw NotRead() }
            #expect(json == theirs["reply"], "\(section.name)")
        }
    }
}
