import Testing
import Transport

@Suite struct WSManAnswerTests {
    private static func answer(_ body: String, header: String = "<a:RelatesTo>uuid:M</a:RelatesTo>") -> [UInt8] {
        Array(
            """
            <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
            xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
            xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" \
            xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" \
            xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">\
            <s:Header>\(header)</s:Header><s:Body>\(body)</s:Body></s:Envelope>
            """.utf8)
    }

    private static func fault(_ subcode: String, _ detail: String) -> [UInt8] {
        answer(
            """
            <s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>\(subcode)</s:Value></s:Subcode></s:Code>\
            <s:Reason><s:Text xml:lang="de-DE">Nein.</s:Text></s:Reason>\(detail)</s:Fault>
            """)
    }

    private static let windowsFault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"

    @Test func `an answer is read whatever its prefixes are`() throws {
        let text = """
            <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" \
            xmlns="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">\
            <SOAP-ENV:Header><wsa:RelatesTo xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"> uuid:M \
            </wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><CommandResponse><CommandId>C1</CommandId>\
            </CommandResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>
            """
        let answer = try WSManAnswer(Array(text.utf8))
        #expect(answer.relatesTo == "uuid:M")
        #expect(answer.commandID == "C1")
        #expect(answer.fault == nil)
    }

    @Test func `the shell's id is found in the reference and in the shell`() throws {
        let reference = """
            <x:ResourceCreated><a:Address>http://x</a:Address><a:ReferenceParameters><w:ResourceURI>r</w:ResourceURI>\
            <w:SelectorSet><w:Selector Name="Other">no</w:Selector><w:Selector Name="ShellId">S1</w:Selector>\
            </w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>
            """
        #expect(try WSManAnswer(Self.answer(reference)).shellID == "S1")
        let shell = "<rsp:Shell><rsp:ShellId>S2</rsp:ShellId></rsp:Shell>"
        #expect(try WSManAnswer(Self.answer(shell)).shellID == "S2")
        #expect(try WSManAnswer(Self.answer("<rsp:Shell><rsp:ShellId> </rsp:ShellId></rsp:Shell>")).shellID == nil)
        #expect(try WSManAnswer(Self.answer("")).shellID == nil)
        let long = String(repeating: "S", count: 300)
        #expect(
            try WSManAnswer(Self.answer("<rsp:Shell><rsp:ShellId>\(long)</rsp:ShellId></rsp:Shell>")).shellID == nil)
    }

    private static func receive(_ body: String) throws -> WinRMOutput {
        try WSManAnswer(answer("<rsp:ReceiveResponse>\(body)</rsp:ReceiveResponse>")).output(of: "AB-1")
    }

    private static let state = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState"

    @Test func `streams are joined as bytes, each by itself`() throws {
        // The two bytes of é come in two fragments.
        let output = try Self.receive(
            """
            <rsp:Stream Name="stdout" CommandId="AB-1">YcM=</rsp:Stream><rsp:Stream Name="stderr" CommandId="ab-1">\
            ZQ==</rsp:Stream><rsp:Stream Name="stdout" CommandId="AB-1">qQ==</rsp:Stream>\
            <rsp:Stream Name="stdout" CommandId="AB-1" End="true"/><rsp:Stream Name="pr" CommandId="AB-1">AAAA</rsp:Stream>\
            <rsp:Stream Name="stdout" CommandId="OTHER">AAAA</rsp:Stream>\
            <rsp:CommandState CommandId="AB-1" State="\(Self.state)/Running"/>
            """)
        #expect(output == WinRMOutput(standardOutput: Array("aé".utf8), standardError: [101], end: .running))
    }

    @Test(arguments: [
        ("<rsp:ExitCode>0</rsp:ExitCode>", WinRMOutput.End.done(exitCode: 0)),
        ("<rsp:ExitCode>3221225477</rsp:ExitCode>", .done(exitCode: 3_221_225_477)),
        ("<rsp:ExitCode>-1073741819</rsp:ExitCode>", .done(exitCode: 3_221_225_477)),
        ("<rsp:ExitCode> 1 </rsp:ExitCode>", .done(exitCode: 1)), ("", .done(exitCode: nil)),
        ("<rsp:ExitCode>one</rsp:ExitCode>", .done(exitCode: nil)),
    ])
    func `an exit code may be signed or not`(_ code: String, end: WinRMOutput.End) throws {
        let text = #"<rsp:CommandState CommandId="ab-1" State="\#(Self.state)/Done">\#(code)</rsp:CommandState>"#
        #expect(try Self.receive(text).end == end)
    }

    @Test(arguments: [
        #"<rsp:CommandState CommandId="AB-1" State="x/Pending"/>"#, "", #"<rsp:CommandState CommandId="AB-1"/>"#,
        #"<rsp:CommandState CommandId="OTHER" State="\#(state)/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"#,
    ])
    func `nothing but Done of this command ends it`(_ body: String) throws {
        #expect(try Self.receive(body).end == .running)
    }

    @Test func `line ends inside of base64 do not matter, anything else does`() throws {
        #expect(
            try Self.receive("<rsp:Stream Name=\"stdout\">YW\r\nJj</rsp:Stream>").standardOutput == Array("abc".utf8))
        for text in ["YWJ", "YW*j", "YWJj=", "é"] {
            #expect(throws: WSManAnswerError.notBase64) {
                try Self.receive("<rsp:Stream Name=\"stdout\">\(text)</rsp:Stream>")
            }
        }
    }

    @Test func `an answer to something else is no output`() throws {
        let answer = try WSManAnswer(Self.answer("<rsp:SendResponse/>"))
        #expect(throws: WSManAnswerError.unexpected) { try answer.output(of: "C") }
    }

    @Test(arguments: [
        ("", WSManAnswerError.notXML(offset: 0)), ("<a", .notXML(offset: 2)), ("<a/>", .notSOAP),
        (#"<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>"#, .notSOAP),
        (#"<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header/></Envelope>"#, .notSOAP),
        (
            #"<!DOCTYPE x []><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body/></Envelope>"#,
            .notXML(offset: 0)
        ),
    ])
    func `what is no envelope is refused`(_ text: String, error: WSManAnswerError) {
        #expect(throws: error) { try WSManAnswer(Array(text.utf8)) }
    }

    @Test func `the outer fault's code decides`() throws {
        let detail = """
            <s:Detail><f:WSManFault xmlns:f="\(Self.windowsFault)" Code="2150858793" Machine="h"><f:Message>\
            <f:ProviderFault><f:WSManFault Code="5"/></f:ProviderFault></f:Message></f:WSManFault></s:Detail>
            """
        let fault = try #require(try WSManAnswer(Self.fault("w:TimedOut", detail)).fault)
        #expect(fault == WSManFault(code: 2_150_858_793, subcode: "TimedOut"))
        #expect(fault.isTimeout)
    }

    @Test(
        arguments: [
            ("w:AccessDenied", "", WSManFault(code: 0, subcode: "AccessDenied")),
            ("wsman:TimedOut", "<s:Detail/>", WSManFault(code: 0, subcode: "TimedOut")),
            ("", "", WSManFault(code: 0, subcode: "")), ("w:\u{7}evil", "", nil),
            ("w:with space", "", WSManFault(code: 0, subcode: "")),
            (
                "w:X", #"<s:Detail><WSManFault xmlns="\#(windowsFault)" Code="-5"/></s:Detail>"#,
                WSManFault(code: 0, subcode: "X")
            ),
        ] as [(String, String, WSManFault?)])
    func `faults without a code, or with a strange one, are faults`(
        _ subcode: String, detail: String, fault: WSManFault?
    ) {
        #expect((try? WSManAnswer(Self.fault(subcode, detail)))?.fault == fault)
    }

    @Test(arguments: [
        (UInt32(5), TransportError.Reason.notAuthorised), (2_150_859_173, .quota(code: 2_150_859_173)),
        (2_150_859_174, .quota(code: 2_150_859_174)), (2_150_859_175, .quota(code: 2_150_859_175)),
        (2_150_859_176, .quota(code: 2_150_859_176)), (2_150_859_179, .quota(code: 2_150_859_179)),
        (2_150_859_236, .quota(code: 2_150_859_236)), (2_150_859_237, .quota(code: 2_150_859_237)),
        (2_150_859_240, .quota(code: 2_150_859_240)), (2_150_858_843, .fault(code: 2_150_858_843)),
        (87, .fault(code: 87)), (4_294_967_295, .fault(code: 4_294_967_295)),
    ])
    func `codes mean what Windows' headers say`(_ code: UInt32, reason: TransportError.Reason) {
        #expect(WSManFault(code: code).error(.shell).reason == reason)
    }

    @Test(arguments: [
        (UInt32(2_150_859_173), true), (2_147_943_418, true), (5, false), (87, false), (2_150_859_180, false),
    ])
    func `only quotas and a profile in the middle of unloading are worth another try`(_ code: UInt32, isRetryable: Bool)
    {
        #expect(WSManFault(code: code).error(.shell).isRetryable == isRetryable)
    }

    @Test func `no truncation of an answer passes`() {
        let bytes = Self.answer(
            "<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\">YWJj</rsp:Stream></rsp:ReceiveResponse>")
        for count in bytes.indices {
            #expect(throws: WSManAnswerError.self) { try WSManAnswer(Array(bytes[..<count])) }
        }
    }
}
