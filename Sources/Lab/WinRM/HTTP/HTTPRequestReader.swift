/// Makes requests from the bytes of one connection (RFC 9112). Pure: bytes in, requests out; memory bounded by its limits.
///
/// Strict where a client of ours must not be sloppy: CRLF only, one length, no folded lines, no second request before the
/// first is answered.
struct HTTPRequestReader: Sendable {
    /// Why a request is not taken, as the status of the answer; the connection ends with it.
    enum Refusal: UInt16, Sendable, Hashable {
        case badRequest = 400
        case bodyTooLarge = 413
        case headTooLarge = 431
        case notImplemented = 501
        case versionNotSupported = 505
    }

    enum Outcome: Sendable, Hashable { case incomplete, request(HTTPRequest), refused(Refusal) }

    struct Limits: Sendable {
        /// Bytes of the request line and all fields. A Kerberos ticket in base64 can have 64 KB.
        var head = 98_304
        /// Number of fields.
        var fields = 100
        /// Bytes of the body.
        var body: Int
    }

    private enum State {
        case head
        case body(length: Int)
        case chunks
        /// The last chunk was read; trailer fields are read and dropped.
        case trailer
        case refused(Refusal)
    }

    private let limits: Limits
    private var state = State.head
    private var request = HTTPRequest(method: "", target: "")
    private var buffer: [UInt8] = []
    /// Everything before it has been used.
    private var position = 0
    /// Everything before it was searched for the end of the head in vain.
    private var searched = 0
    private var awaitsContinue = false

    init(limits: Limits) {
        self.limits = limits
    }

    /// True once for a request whose client waits for "100 Continue" before it sends the body.
    mutating func takeContinueWish() -> Bool {
        defer { awaitsContinue = false }
        return awaitsContinue
    }

    mutating func append(_ bytes: [UInt8]) {
        if case .refused = state { return }
        if position > 0 {
            buffer.removeFirst(position)
            searched = max(0, searched - position)
            position = 0
        }
        buffer += bytes
    }

    /// The next request when all of it is there.
    mutating func next() -> Outcome {
        do throws(Refusal) {
            while try advance() {
                guard case .head = state else { continue }
                // Whatever is there already was sent before our answer.
                guard position == buffer.count else { throw .badRequest }
                buffer = []
                (position, searched, awaitsContinue) = (0, 0, false)
                defer { request = HTTPRequest(method: "", target: "") }
                return .request(request)
            }
            return .incomplete
        } catch {
            state = .refused(error)
            buffer = []
            position = 0
            return .refused(error)
        }
    }

    /// One step; false when bytes are missing. The request is complete when the state is `.head` again.
    private mutating func advance() throws(Refusal) -> Bool {
        switch state {
        case .head: return try readHead()
        case .body(let length):
            guard buffer.count - position >= length else { return false }
            request.body = Array(buffer[position..<(position + length)])
            position += length
            state = .head
            return true
        case .chunks: return try readChunk()
        case .trailer: return try readTrailer()
        case .refused(let refusal): throw refusal
        }
    }

    // MARK: Head

    private mutating func readHead() throws(Refusal) -> Bool {
        guard let end = endOfHead() else {
            guard buffer.count <= limits.head else { throw .headTooLarge }
            return false
        }
        guard end <= limits.head else { throw .headTooLarge }
        try parseHead(buffer[position..<(end - 4)])
        position = end
        try prepareBody()
        awaitsContinue = !request.isVersion10 && request.field("expect")?.lowercased() == "100-continue"
        return true
    }

    /// The index behind the empty line.
    private mutating func endOfHead() -> Int? {
        var index = max(searched, position + 3)
        while index < buffer.count {
            if buffer[index] == 10, buffer[index - 1] == 13, buffer[index - 2] == 10, buffer[index - 3] == 13 {
                return index + 1
            }
            index += 1
        }
        searched = buffer.count
        return nil
    }

    private mutating func parseHead(_ head: ArraySlice<UInt8>) throws(Refusal) {
        // Bytes above ASCII are taken as Latin-1: they may stand in values and mean nothing to us.
        var scalars = String.UnicodeScalarView()
        for byte in head { scalars.append(UnicodeScalar(byte)) }
        var lines = String(scalars).split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        let parts = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, isToken(parts[0]), parts[1].hasPrefix("/"),
            parts[1].unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 })
        else { throw .badRequest }
        guard ["HTTP/1.1", "HTTP/1.0"].contains(parts[2]) else {
            throw parts[2].hasPrefix("HTTP/") ? .versionNotSupported : .badRequest
        }
        guard lines.count <= limits.fields else { throw .headTooLarge }
        request = HTTPRequest(method: String(parts[0]), target: String(parts[1]), isVersion10: parts[2] == "HTTP/1.0")
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]),
                line.unicodeScalars.allSatisfy({ $0.value >= 32 || $0 == "\t" })
            else { throw .badRequest }
            request.fields.append(
                .init(name: line[..<colon].lowercased(), value: String(line[line.index(after: colon)...].trimmed)))
        }
        guard request.isVersion10 || request.fields.count(where: { $0.name == "host" }) == 1 else { throw .badRequest }
    }

    private func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
            }
    }

    private mutating func prepareBody() throws(Refusal) {
        let lengths = request.fields.filter { $0.name == "content-length" }.map(\.value)
        let codings = request.fields.filter { $0.name == "transfer-encoding" }.map { $0.value.lowercased() }
        guard codings.isEmpty else {
            // Both at once is the classic way to smuggle a request.
            guard lengths.isEmpty, !request.isVersion10 else { throw .badRequest }
            guard codings == ["chunked"] else { throw .notImplemented }
            state = .chunks
            return
        }
        guard lengths.count <= 1 else { throw .badRequest }
        let length = lengths.isEmpty ? 0 : try number(lengths[0].utf8, radix: 10)
        guard length <= limits.body else { throw .bodyTooLarge }
        state = .body(length: length)
    }

    // MARK: Chunks

    private mutating func readChunk() throws(Refusal) -> Bool {
        guard let line = try peekLine(limit: 256) else { return false }
        let length = try number(buffer[line].prefix { $0 != UInt8(ascii: ";") }, radix: 16)
        guard request.body.count + length <= limits.body else { throw .bodyTooLarge }
        let start = line.upperBound + 2
        if length == 0 {
            position = start
            state = .trailer
            return true
        }
        guard buffer.count >= start + length + 2 else { return false }
        guard buffer[start + length] == 13, buffer[start + length + 1] == 10 else { throw .badRequest }
        request.body += buffer[start..<(start + length)]
        position = start + length + 2
        return true
    }

    private mutating func readTrailer() throws(Refusal) -> Bool {
        guard let line = try peekLine(limit: 4096) else { return false }
        position = line.upperBound + 2
        if line.isEmpty { state = .head }
        return true
    }

    /// Where the bytes before the next CRLF lie; nil when there is none yet.
    private func peekLine(limit: Int) throws(Refusal) -> Range<Int>? {
        guard let end = buffer[position...].prefix(limit + 2).firstIndex(of: 10) else {
            guard buffer.count - position <= limit else { throw .badRequest }
            return nil
        }
        guard end > position, buffer[end - 1] == 13 else { throw .badRequest }
        return position..<(end - 1)
    }

    /// Digits only, at most nine of them.
    private func number(_ text: some Collection<UInt8>, radix: Int) throws(Refusal) -> Int {
        guard !text.isEmpty else { throw .badRequest }
        var value = 0
        for byte in text {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix else { throw .badRequest }
            value = value * radix + digit
            guard value < 1 << 40 else { throw .bodyTooLarge }
        }
        return value
    }
}

extension HTTPRequestReader.Refusal: Error {}
