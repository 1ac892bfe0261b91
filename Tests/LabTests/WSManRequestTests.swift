import Formats
import Testing

@testable import Lab

/// Requests as a client writes them, independent of what the lab reads them with.
enum Envelope {
    static let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

    static func request(
        _ action: String, body: String, shellID: String? = nil, header: String = "", message: String = "uuid:M1",
        size: Int = 153_600, timeout: String = "PT20S"
    ) -> String {
        let selector =
            shellID.map { "<w:SelectorSet><w:Selector Name=\"ShellId\">\($0)</w:Selector></w:SelectorSet>" } ?? ""
        return """
            <?xml version="1.0" encoding="utf-8"?>
            <env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" \
            xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
            xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" \
            xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" xmlns:rsp="\(shell)"><env:Header>\
            <a:To>http://web01:5985/wsman</a:To><a:ReplyTo><a:Address env:mustUnderstand="true">\
            http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>\
            <w:MaxEnvelopeSize env:mustUnderstand="true">\(size)</w:MaxEnvelopeSize><a:MessageID>\(message)</a:MessageID>\
            <w:Locale env:mustUnderstand="false" xml:lang="en-US"/><p:DataLocale env:mustUnderstand="0" xml:lang="en-US"/>\
            <w:OperationTimeout>\(timeout)</w:OperationTimeout><w:ResourceURI env:mustUnderstand="true">\(shell)/cmd\
            </w:ResourceURI><a:Action env:mustUnderstand="true">\(action)</a:Action>\(selector)\(header)</env:Header>\
            <env:Body>\(body)</env:Body></env:Envelope>
            """
    }

    static func create(id: String? = nil, header: String = "", message: String = "uuid:M1") -> String {
        request(
            "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create",
            body: "<rsp:Shell\(id.map { " ShellId=\"\($0)\"" } ?? "")><rsp:InputStreams>stdin</rsp:InputStreams>"
                + "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:IdleTimeOut>PT900S</rsp:IdleTimeOut>"
                + "</rsp:Shell>",
            header: header, message: message)
    }

    static func command(_ line: String, arguments: [String] = [], shell: String, id: String? = nil) -> String {
        request(
            Self.shell + "/Command",
            body:
                "<rsp:CommandLine\(id.map { " CommandId=\"\($0)\"" } ?? "")><rsp:Command>\(XML.escape(line))</rsp:Command>"
                + arguments.map { "<rsp:Arguments>\(XML.escape($0))</rsp:Arguments>" }.joined() + "</rsp:CommandLine>",
            shellID: shell)
    }

    static func send(_ bytes: [UInt8], end: String? = "true", shell: String, command: String) -> String {
        request(
            Self.shell + "/Send",
            body: "<rsp:Send><rsp:Stream Name=\"stdin\" CommandId=\"\(command)\"\(end.map { " End=\"\($0)\"" } ?? "")>"
                + Base64.encode(bytes) + "</rsp:Stream></rsp:Send>",
            shellID: shell)
    }

    static func receive(
        shell: String, command: String?, streams: String = "stdout stderr", size: Int = 153_600,
        timeout: String = "PT20S"
    ) -> String {
        request(
            Self.shell + "/Receive",
            body: "<rsp:Receive><rsp:DesiredStream\(command.map { " CommandId=\"\($0)\"" } ?? "")>\(streams)"
                + "</rsp:DesiredStream></rsp:Receive>",
            shellID: shell, size: size, timeout: timeout)
    }

    static func signal(shell: String, command: String) -> String {
        request(
            Self.shell + "/Signal",
            body:
                "<rsp:Signal CommandId=\"\(command)\"><rsp:Code>\(Self.shell)/signal/terminate</rsp:Code></rsp:Signal>",
            shellID: shell)
    }

    static func delete(shell: String) -> String {
        request("http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete", body: "", shellID: shell)
    }

    static let identify = """
        <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
        xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body>\
        </s:Envelope>
        """
}

@Suite struct WSManRequestTests {
    private static let shell = "5F0B2C1E-8E0B-4B52-9B43-0D7E8E2D6B11"

    private func parse(_ text: String) -> Result<WSManRequest, WSManRequest.Rejection> {
        do throws(WSManRequest.Rejection) { return .success(try WSManRequest.parse(Array(text.utf8))) } catch {
            return .failure(error)
        }
    }

    private func operation(_ text: String) throws -> WSManRequest.Operation { try parse(text).get().operation }

    private func fault(_ text: String) -> UInt32? {
        guard case .failure(let rejection) = parse(text) else { return nil }
        return rejection.fault.code
    }

    @Test func `each operation is read with what belongs to it`() throws {
        #expect(
            try operation(Envelope.create(id: Self.shell.lowercased()))
                == .create(.init(id: Self.shell, idleTimeout: .seconds(900))))
        #expect(
            try operation(
                Envelope.command("powershell.exe", arguments: ["-Enc", "a<b"], shell: Self.shell, id: Self.shell))
                == .command(id: Self.shell, line: "powershell.exe -Enc a<b"))
        #expect(
            try operation(Envelope.send([1, 2], end: "True", shell: Self.shell, command: "C"))
                == .send([.init(command: "C", bytes: [1, 2], isLast: true)]))
        #expect(
            try operation(Envelope.send([], end: "False", shell: Self.shell, command: "C"))
                == .send([.init(command: "C", bytes: [], isLast: false)]))
        #expect(
            try operation(Envelope.receive(shell: Self.shell, command: "C", streams: " stdout\n stderr "))
                == .receive(command: "C", streams: ["stdout", "stderr"]))
        #expect(
            try operation(Envelope.signal(shell: Self.shell, command: "C"))
                == .signal(command: "C", code: Envelope.shell + "/signal/terminate"))
        #expect(try operation(Envelope.delete(shell: Self.shell)) == .delete)
        #expect(try operation(Envelope.identify) == .identify)
    }

    @Test func `the header is read`() throws {
        let request = try parse(Envelope.delete(shell: " \(Self.shell) ")).get()
        #expect(request.messageID == "uuid:M1" && request.shellID == Self.shell)
        #expect(request.maxEnvelopeSize == 153_600 && request.operationTimeout == .seconds(20))
        #expect(request.to == "http://web01:5985/wsman")
    }

    private static let refused: [(String, UInt32)] = [
        ("nonsense", 0x8033_8043), ("<a/>", 0x8033_8041),
        (Envelope.create().replacing("2003/05/soap-envelope", with: "2001/12/soap-envelope"), 0x8033_800D),
        (Envelope.create().replacing("a:MessageID", with: "a:MessageId"), 0x8033_8011),
        (Envelope.create().replacing("a:To>", with: "a:T>"), 0x8033_8011),
        (Envelope.create().replacing("role/anonymous", with: "role/none"), 0x8033_800F),
        (Envelope.create().replacing("transfer/Create", with: "transfer/Get"), 0x8033_8013),
        (Envelope.create().replacing("shell/cmd", with: "shell/powershell"), 0x8033_8000),
        (Envelope.create(header: "<w:New env:mustUnderstand=\"true\"/>"), 0x8033_8010),
        (Envelope.create(header: "<New xmlns=\"urn:x\" env:mustUnderstand=\"1\"/>"), 0x8033_8010),
        (Envelope.create().replacing("mustUnderstand=\"0\"", with: "mustUnderstand=\"1\""), 0x8033_8087),
        (
            Envelope.create(
                header: "<w:OptionSet><w:Option Name=\"X\" MustComply=\"True\">1</w:Option></w:OptionSet>"), 0x8033_8051
        ),
        (Envelope.create(id: "not-a-guid"), 87), (Envelope.create().replacing("PT900S", with: "900"), 0x8033_8041),
        (Envelope.create().replacing("rsp:Shell>", with: "rsp:Shel>"), 0x8033_8041),
        (Envelope.request(Envelope.shell + "/Command", body: "<rsp:CommandLine/>", shellID: "S"), 0x8033_8041),
        (Envelope.request(Envelope.shell + "/Send", body: "<rsp:Send/>", shellID: "S"), 0x8033_8041),
        (Envelope.send([1], shell: "S", command: "C").replacing("stdin", with: "stdout"), 87),
        (Envelope.send([1], shell: "S", command: "C").replacing("AQ==", with: "AQ"), 0x8033_8041),
        (Envelope.delete(shell: "S").replacing("Name=\"ShellId\"", with: "Name=\"Id\""), 0x8033_805B),
        (Envelope.request("http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete", body: ""), 0x8033_805B),
        (Envelope.receive(shell: "S", command: "C", size: 8_191), 0x8033_807E),
        (Envelope.receive(shell: "S", command: "C", timeout: "PT-1S"), 0x8033_800F),
        (Envelope.receive(shell: "S", command: "C", timeout: "PT0S"), 0x8033_8081),
        (Envelope.receive(shell: "S", command: "C").replacing("<rsp:DesiredStream", with: "<rsp:Stream"), 0x8033_8043),
    ]

    @Test(arguments: refused)
    func `what a Windows would refuse is refused with its code`(text: String, code: UInt32) {
        #expect(fault(text) == code)
    }

    @Test func `a fault refers to the message when its id could be read`() {
        guard case .failure(let rejection) = parse(Envelope.create(header: "<w:New env:mustUnderstand=\"true\"/>"))
        else {
            Issue.record("not refused")
            return
        }
        #expect(rejection.messageID == "uuid:M1")
    }

    @Test func `unknown headers that need not be understood pass`() throws {
        _ = try parse(Envelope.create(header: "<w:New env:mustUnderstand=\"false\"/><New xmlns=\"urn:x\"/>")).get()
    }

    @Test func `damaged envelopes never trap`() {
        let text = Array(Envelope.send([1, 2, 3], shell: Self.shell, command: "C").utf8)
        for index in stride(from: 0, to: text.count, by: 3) {
            _ = try? WSManRequest.parse(Array(text[..<index]))
            for byte in [0, 34, 60, 62, 255] as [UInt8] {
                var damaged = text
                damaged[index] = byte
                _ = try? WSManRequest.parse(damaged)
            }
        }
    }

    @Test(arguments: [
        ("PT60S", 60_000), ("PT60.000S", 60_000), ("PT0.5S", 500), ("P0DT0H1M0.500S", 60_500), ("P1D", 86_400_000),
        ("PT1H1M1S", 3_661_000), ("PT0S", 0),
    ])
    func `durations are read`(text: String, milliseconds: Int64) {
        #expect(WSMan.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "P", "PT", "P1DT", "60", "PT60", "PT-1S", "-PT1S", "PT1S1S", "PT1S1M", "PT1.5M", "P1M", "P1Y", "PTT1S",
        "PT1.2.3S",
        "PT.S", "PT９S", "PT9999999999999S",
    ])
    func `what is no duration is none`(text: String) {
        #expect(WSMan.duration(text) == nil)
    }
}

@Suite struct WSManAnswerTests {
    private let answer = WSManAnswer(dialect: .winRM3, machine: "web<01>")

    private func request(_ text: String) throws -> WSManRequest { try WSManRequest.parse(Array(text.utf8)) }

    @Test func `a fault has the parts that clients look at`() throws {
        let root = try XMLNode.parse(Array(answer.fault(.unknownCommand, to: "uuid:a&b").utf8))
        let header = root.child("Header", in: WSMan.soap)
        #expect(header?.child("RelatesTo", in: WSMan.addressing)?.text == "uuid:a&b")
        let fault = try #require(root.child("Body", in: WSMan.soap)?.child("Fault", in: WSMan.soap))
        #expect(
            fault.child("Code", in: WSMan.soap)?.child("Subcode", in: WSMan.soap)?.child("Value", in: WSMan.soap)?.text
                == "w:InvalidSelectors")
        let detail = try #require(fault.child("Detail", in: WSMan.soap)?.child("WSManFault", in: WSMan.fault))
        #expect(detail.attribute("Code") == "2150858843" && detail.attribute("Machine") == "web<01>")
        #expect(detail.child("Message", in: WSMan.fault)?.text.contains("command identifier") == true)
    }

    private static let codes: [(WSManFault, UInt32)] = [
        (.operationTimedOut, 2_150_858_793), (.accessDenied, 5), (.aborted, 995),
        (.unknownShell("S"), 2_150_858_843), (.invalidParameter, 87), (.tooManyShells(5), 2_150_859_173),
        (.envelopeSizeTooSmall, 2_150_858_878), (.invalidHeader, 2_150_858_767),
        (.invalidTimeout, 2_150_858_881),
    ]

    @Test(arguments: codes)
    func `fault codes are those of the reference`(fault: WSManFault, code: UInt32) {
        #expect(fault.code == code)
        #expect(fault.xml(machine: "m").contains("Code=\"\(code)\""))
    }

    @Test func `an answer to Receive keeps fragments apart and closes the streams at the end`() throws {
        let request = try request(Envelope.receive(shell: "S", command: "C"))
        let fragments = [
            OutputQueue.Fragment(stream: .standardOutput, bytes: [1]), .init(stream: .standardError, bytes: [2, 3]),
        ]
        let running = answer.received(
            fragments, command: "C", streams: ["stdout", "stderr"], exitCode: nil, for: request)
        #expect(running.contains("CommandState/Running\"/>") && !running.contains("End="))
        let done = answer.received(
            fragments, command: "C", streams: ["stdout", "stderr"], exitCode: .max, for: request)
        let body = try XMLNode.parse(Array(done.utf8)).child("Body", in: WSMan.soap)
        let response = try #require(body?.child("ReceiveResponse", in: WSMan.shell))
        let streams = response.children("Stream", in: WSMan.shell)
        #expect(streams.map { $0.attribute("Name") } == ["stdout", "stderr", "stdout", "stderr"])
        #expect(streams.map(\.text) == ["AQ==", "AgM=", "", ""])
        #expect(streams.map { $0.attribute("End") } == [nil, nil, "true", "true"])
        #expect(
            response.child("CommandState", in: WSMan.shell)?.child("ExitCode", in: WSMan.shell)?.text == "4294967295")
    }

    @Test func `an old host says less about a new shell`() throws {
        let request = try request(Envelope.create())
        let shell = WSManAnswer.CreatedShell(
            id: "S", owner: "LAB\\a&b", clientAddress: "127.0.0.1", idleTimeout: .seconds(7_200), description: .init())
        let new = answer.created(shell, for: request)
        #expect(new.contains("<rsp:Owner>LAB\\a&amp;b</rsp:Owner>") && new.contains("PT7200.000S"))
        #expect(new.contains("<p:ActivityId>"))
        let old = WSManAnswer(dialect: .winRM2, machine: "m").created(shell, for: request)
        #expect(old.contains("<w:Selector Name=\"ShellId\">S</w:Selector>"))
        #expect(!old.contains("rsp:Shell>") && !old.contains("ActivityId"))
    }
}

@Suite struct OutputQueueTests {
    private let both: Set<OutputQueue.Stream> = [.standardOutput, .standardError]

    @Test func `long output is cut into fragments, and nothing is lost`() {
        var queue = OutputQueue()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        queue.append(.standardOutput, bytes)
        #expect(queue.fragments.count == 4 && queue.count == 100_000)
        var all: [UInt8] = [], takes = 0
        while !queue.isEmpty(for: both) {
            all += queue.take(both, limit: 40_000).flatMap(\.bytes)
            takes += 1
        }
        #expect(all == bytes && queue.count == 0 && takes > 3)
    }

    @Test(arguments: [1, 130, 200, 1_000, 43_000, 150_000])
    func `what is taken fits, or is the least that can be`(limit: Int) {
        var queue = OutputQueue()
        for index in 0..<200 {
            queue.append(index % 3 == 0 ? .standardError : .standardOutput, [UInt8](repeating: 1, count: 700))
        }
        let taken = queue.take(both, limit: limit)
        let size = taken.reduce(0) { $0 + 128 + ($1.bytes.count + 2) / 3 * 4 }
        #expect(size <= max(limit, 132) && !taken.isEmpty)
    }

    @Test func `one stream can be taken without the other, in its order`() {
        var queue = OutputQueue()
        for (stream, byte) in [(.standardOutput, 1), (.standardError, 2), (.standardOutput, 3)]
            as [(OutputQueue.Stream, UInt8)]
        {
            queue.append(stream, [byte])
        }
        #expect(queue.take([.standardOutput], limit: 10_000).map(\.bytes) == [[1], [3]])
        #expect(queue.isEmpty(for: [.standardOutput]) && !queue.isEmpty(for: both))
        #expect(queue.take(both, limit: 10_000).map(\.bytes) == [[2]])
    }
}
