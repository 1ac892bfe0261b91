import Testing

@testable import Lab

@Suite struct HTTPRequestReaderTests {
    private static let post = "POST /wsman HTTP/1.1\r\nHost: web01:5985\r\nAuthorization:  Negotiate TlRM \r\n"

    private func outcome(_ bytes: [UInt8], pieces: Int = .max, limits: HTTPRequestReader.Limits? = nil)
        -> HTTPRequestReader.Outcome
    {
        var reader = HTTPRequestReader(limits: limits ?? .init(body: 1_000))
        var rest = bytes[...], last = HTTPRequestReader.Outcome.incomplete
        while !rest.isEmpty {
            guard case .incomplete = last else { return last }
            reader.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            last = reader.next()
        }
        return last
    }

    @Test(arguments: [1, 2, 3, 7, .max])
    func `a request with a length is read however its bytes arrive`(pieces: Int) throws {
        let text = Self.post + "Content-Length: 5\r\n\r\nhello"
        guard case .request(let request) = outcome(Array(text.utf8), pieces: pieces) else {
            Issue.record("no request")
            return
        }
        #expect(request.method == "POST" && request.target == "/wsman")
        #expect(request.field("authorization") == "Negotiate TlRM")
        #expect(request.body == Array("hello".utf8))
        #expect(!request.wantsClose)
    }

    @Test(arguments: [1, 2, 5, .max])
    func `a chunked request is read however its bytes arrive`(pieces: Int) throws {
        let text =
            Self.post + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\nA\r\nlo\r\n world\r\n0\r\nA: b\r\n\r\n"
        guard case .request(let request) = outcome(Array(text.utf8), pieces: pieces) else {
            Issue.record("no request")
            return
        }
        #expect(request.body == Array("hello\r\n world".utf8))
    }

    @Test(arguments: [
        ("GET /wsman HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n", true),
        ("GET /wsman HTTP/1.0\r\n\r\n", true), ("GET /wsman HTTP/1.1\r\nHost: x\r\n\r\n", false),
    ])
    func `who closes is known`(text: String, closes: Bool) {
        guard case .request(let request) = outcome(Array(text.utf8)) else {
            Issue.record("no request")
            return
        }
        #expect(request.wantsClose == closes)
    }

    private static let refused: [(String, HTTPRequestReader.Refusal)] = [
        ("\r\n\r\n", .badRequest),
        ("GET  /wsman HTTP/1.1\r\nHost: x\r\n\r\n", .badRequest),
        ("GET wsman HTTP/1.1\r\nHost: x\r\n\r\n", .badRequest),
        ("G\u{1}T /wsman HTTP/1.1\r\nHost: x\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/2.0\r\nHost: x\r\n\r\n", .versionNotSupported),
        ("GET /wsman SSH-2.0\r\nHost: x\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/1.1\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", .badRequest),
        ("GET /wsman HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", .badRequest),
        (post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", .badRequest),
        (post + "Content-Length: -1\r\n\r\n", .badRequest),
        (post + "Content-Length: +1\r\n\r\na", .badRequest),
        (post + "Content-Length: 0x1\r\n\r\na", .badRequest),
        (post + "Content-Length:\r\n\r\n", .badRequest),
        (post + "Content-Length: 1001\r\n\r\n", .bodyTooLarge),
        (post + "Content-Length: 99999999999999999999999\r\n\r\n", .bodyTooLarge),
        (post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: gzip, chunked\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding: chunked\r\n\r\nZ\r\n", .badRequest),
        (post + "Transfer-Encoding: chunked\r\n\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: chunked\r\n\r\n3E9\r\n", .bodyTooLarge),
        (post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", .bodyTooLarge),
        (post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhelXX", .badRequest),
        (post + "Transfer-Encoding: chunked\r\n\r\n3\nhel\r\n", .badRequest),
        (post + "Content-Length: 1\r\n\r\nab", .badRequest),
        (post + "Content-Length: 0\r\n\r\nPOST /wsman HTTP/1.1\r\n", .badRequest),
    ]

    @Test(arguments: refused)
    func `what is not one clean request is refused`(text: String, refusal: HTTPRequestReader.Refusal) {
        #expect(outcome(Array(text.utf8)) == .refused(refusal))
    }

    @Test func `a head and its fields are bounded`() {
        let long = "GET /wsman HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "x", count: 98_304)
        #expect(outcome(Array(long.utf8)) == .refused(.headTooLarge))
        #expect(outcome(Array((long + "\r\n\r\n").utf8)) == .refused(.headTooLarge))
        let many = "GET /wsman HTTP/1.1\r\nHost: x\r\n" + String(repeating: "a: b\r\n", count: 100) + "\r\n"
        #expect(outcome(Array(many.utf8)) == .refused(.headTooLarge))
    }

    @Test func `a refused connection takes nothing more`() {
        var reader = HTTPRequestReader(limits: .init(body: 10))
        reader.append(Array("nonsense\r\n\r\n".utf8))
        #expect(reader.next() == .refused(.badRequest))
        reader.append(Array("GET /wsman HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #expect(reader.next() == .refused(.badRequest))
    }

    @Test func `requests follow each other on one connection`() {
        var reader = HTTPRequestReader(limits: .init(body: 10))
        for body in ["one", "", "three"] {
            reader.append(Array((Self.post + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8))
            guard case .request(let request) = reader.next() else {
                Issue.record("no request")
                return
            }
            #expect(request.body == Array(body.utf8))
            #expect(reader.next() == .incomplete)
        }
    }

    @Test func `a client that waits for 100 is told once`() {
        var reader = HTTPRequestReader(limits: .init(body: 10))
        reader.append(Array((Self.post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n").utf8))
        #expect(reader.next() == .incomplete)
        #expect(reader.takeContinueWish() == true)
        #expect(reader.takeContinueWish() == false)
        reader.append(Array("ok".utf8))
        guard case .request = reader.next() else {
            Issue.record("no request")
            return
        }
        #expect(reader.takeContinueWish() == false)
    }

    @Test(.timeLimit(.minutes(1))) func `many tiny chunks take linear time`() {
        var reader = HTTPRequestReader(limits: .init(body: 500_000))
        reader.append(Array((Self.post + "Transfer-Encoding: chunked\r\n\r\n").utf8))
        let piece = Array(String(repeating: "1\r\na\r\n", count: 10_000).utf8)
        for _ in 0..<50 {
            reader.append(piece)
            #expect(reader.next() == .incomplete)
        }
        reader.append(piece)
        #expect(reader.next() == .refused(.bodyTooLarge))
    }

    @Test func `damaged requests never trap`() {
        let text = Array((Self.post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n\r\n").utf8)
        for index in text.indices {
            for byte in [0, 10, 13, 32, 58, 127, 255] as [UInt8] {
                var damaged = text
                damaged[index] = byte
                _ = outcome(damaged, pieces: 11)
                _ = outcome(Array(text[..<index]))
            }
        }
    }
}

@Suite struct HTTPResponseTests {
    @Test func `an answer is written as HTTP sys writes it`() {
        var response = HTTPResponse(status: 401, fields: ["WWW-Authenticate: Negotiate"], closes: true)
        #expect(
            String(decoding: response.serialized(date: 784_111_777), as: UTF8.self)
                == "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n"
                + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        response = HTTPResponse(status: 200, contentType: "a/b", body: [1, 2])
        #expect(response.serialized(date: 0).suffix(6) == [13, 10, 13, 10, 1, 2])
    }
}
