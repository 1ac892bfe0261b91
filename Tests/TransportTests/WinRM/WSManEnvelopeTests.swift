import Formats
import Testing
import Transport

@Suite struct WSManEnvelopeTests {
    private static func node(_ operation: WSManEnvelope.Operation, timeout: Duration = .seconds(30)) throws -> XMLNode {
        let envelope = WSManEnvelope(
            operation, to: "http://web01:5985/wsman", messageID: "uuid:M", sessionID: "uuid:S",
            operationTimeout: timeout)
        return try XMLNode.parse(Array(envelope.text.utf8))
    }

    private static let soap = "http://www.w3.org/2003/05/soap-envelope"
    private static let addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
    private static let wsman = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    private static let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    private static let all: [(WSManEnvelope.Operation, String)] = [
        (.create(shell: "S", idle: .seconds(900)), "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"),
        (.command(shell: "S", executable: "x", arguments: []), shell + "/Command"),
        (.send(shell: "S", command: "C", input: [1], isLast: true), shell + "/Send"),
        (.receive(shell: "S", command: "C"), shell + "/Receive"),
        (.signal(shell: "S", command: "C"), shell + "/Signal"),
        (.delete(shell: "S"), "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete"),
    ]

    @Test(arguments: all)
    func `every request names action, message, session, limits and shell`(
        _ operation: WSManEnvelope.Operation, action: String
    ) throws {
        let header = try #require(try Self.node(operation).child("Header", in: Self.soap))
        #expect(header.child("To", in: Self.addressing)?.text == "http://web01:5985/wsman")
        #expect(header.child("Action", in: Self.addressing)?.text == action)
        #expect(header.child("MessageID", in: Self.addressing)?.text == "uuid:M")
        #expect(header.child("ResourceURI", in: Self.wsman)?.text == Self.shell + "/cmd")
        #expect(header.child("MaxEnvelopeSize", in: Self.wsman)?.text == "153600")
        #expect(header.child("OperationTimeout", in: Self.wsman)?.text == "PT30S")
        let selector = header.child("SelectorSet", in: Self.wsman)?.child("Selector", in: Self.wsman)
        if case .create = operation { #expect(selector == nil) } else { #expect(selector?.text == "S") }
    }

    @Test func `words of a command keep every character that XML has a meaning for`() throws {
        let words = ["a&b", "<x>", "\"quoted\"", "'", "é€😀", "a  b", "]]>", "tab\there"]
        let body = try #require(
            try Self.node(.command(shell: "S", executable: "p<q", arguments: words)).child("Body", in: Self.soap))
        let line = try #require(body.child("CommandLine", in: Self.shell))
        #expect(line.child("Command", in: Self.shell)?.text == "p<q")
        #expect(line.children("Arguments", in: Self.shell).map(\.text) == words)
    }

    @Test func `ids of the host are escaped where they stand`() throws {
        let id = "\"><evil a=\"&'"
        for operation in [
            WSManEnvelope.Operation.receive(shell: id, command: id), .signal(shell: id, command: id),
            .send(shell: id, command: id, input: [], isLast: true), .create(shell: id, idle: .seconds(1)),
        ] {
            _ = try Self.node(operation).name
        }
        let body = try Self.node(.receive(shell: id, command: id)).child("Body", in: Self.soap)
        let stream = body?.child("Receive", in: Self.shell)?.child("DesiredStream", in: Self.shell)
        #expect(stream?.attribute("CommandId") == id)
    }

    @Test func `only the last piece of input ends the stream`() throws {
        for isLast in [true, false] {
            let body = try Self.node(.send(shell: "S", command: "C", input: [1, 2, 3], isLast: isLast))
                .child("Body", in: Self.soap)
            let stream = try #require(body?.child("Send", in: Self.shell)?.child("Stream", in: Self.shell))
            #expect(stream.text == "AQID")
            #expect(stream.attribute("End") == (isLast ? "true" : nil))
        }
    }

    @Test(arguments: [
        (Duration.seconds(60), "PT60S"), (.milliseconds(400), "PT0.400S"), (.milliseconds(20_050), "PT20.050S"),
        (.zero, "PT0.001S"), (.seconds(-5), "PT0.001S"),
    ])
    func `times are XML durations and never negative`(_ timeout: Duration, text: String) throws {
        let header = try Self.node(.delete(shell: "S"), timeout: timeout).child("Header", in: Self.soap)
        #expect(header?.child("OperationTimeout", in: Self.wsman)?.text == text)
    }

    @Test func `the largest piece of input fits into the smallest envelope`() {
        let envelope = WSManEnvelope(
            .send(
                shell: String(repeating: "S", count: 36), command: String(repeating: "C", count: 36),
                input: [UInt8](repeating: 0xFF, count: WSManEnvelope.inputLimit), isLast: true),
            to: "https://" + String(repeating: "n", count: 253) + ":5986/wsman",
            messageID: "uuid:" + String(repeating: "m", count: 36),
            sessionID: "uuid:" + String(repeating: "s", count: 36),
            operationTimeout: .seconds(60))
        #expect(envelope.text.utf8.count <= WSManEnvelope.answerLimit)
    }
}
