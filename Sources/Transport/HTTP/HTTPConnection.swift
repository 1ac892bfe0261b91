import CCurl
import COpenSSL
import EventLoop
import Formats
import Glibc

/// One TCP connection to one HTTP server: POSTs, one at a time.
///
/// The first request opens the connection; every later one goes out on it or not at all. NTLM signs in a connection, not
/// a request, and a body that was encrypted for one must not reach another: curl, left alone, would open a new one
/// silently and send the body again.
@Reactor final class HTTPConnection {
    /// Bytes of one body.
    private static let bodyLimit = 4 << 20

    private let multi: CurlMulti
    private let easy: UnsafeMutableRawPointer
    private let trust: TLSTrust?
    private let roots: TrustedRoots?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private let watcher = UnsafeMutablePointer<cssl_watcher>.allocate(capacity: 1)

    private var response = HTTPResponse()
    private var refusal: TransportError?
    private var verifyError = X509_V_OK
    private var port: Int32?
    private var isUsable = true
    private var clock: StageClock
    /// Of the request under way: the stage it belongs to, and its limit once the connection is there.
    private var stage = TransportError.Stage.connect
    private var limit = Duration.zero
    private var connectionStage: TransportError.Stage?

    private(set) var requests = 0
    /// What the server showed, once there is TLS.
    private(set) var certificate: ServerCertificate?

    /// `trust`: nil for plain HTTP.
    init(authority: String, path: String, trust: TLSTrust?, clock: StageClock) throws(TransportError) {
        guard let multi = CurlMulti(), let easy = curl_easy_init() else {
            throw TransportError(.connect, .connectionLost, "out of memory")
        }
        self.multi = multi
        self.easy = easy
        self.trust = trust
        self.clock = clock
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        do throws(TransportError) {
            roots = try trust.flatMap { trust throws(TransportError) in try TrustedRoots.roots(for: trust) }
        } catch {
            curl_easy_cleanup(easy)
            errorText.deallocate()
            watcher.deallocate()
            throw error
        }
        watcher.initialize(to: cssl_watcher(verified: Self.verified, user: Unmanaged.passUnretained(self).toOpaque()))
        ccurl_set_text(easy, CURLOPT_URL, "\(trust == nil ? "http" : "https")://\(authority)\(path)")
        multi.onProgress = { [unowned self] in self.progressed() }
        setOptions()
    }

    isolated deinit {
        // A transfer under way holds its owner, so there is none; the handle can go before its multi handle.
        curl_easy_cleanup(easy)
        errorText.deallocate()
        watcher.deallocate()
    }

    // MARK: Requests

    /// Sends one request and waits for its whole answer. `limit` counts from when the connection is there.
    func post(
        _ headers: [String], _ body: [UInt8], stage: TransportError.Stage, limit: Duration, isLast: Bool = false
    ) async throws(TransportError) -> HTTPResponse {
        guard isUsable else { throw TransportError(stage, .connectionLost) }
        self.stage = stage
        self.limit = limit
        response = HTTPResponse()
        refusal = nil
        errorText.pointee = 0
        ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, port == nil ? 1 : 0)
        ccurl_set_long(easy, CURLOPT_FORBID_REUSE, isLast ? 1 : 0)
        ccurl_set_long(easy, CURLOPT_POST, 1)
        ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        body.withUnsafeBytes { bytes in
            _ = ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(errorText))
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for header in Self.commonHeaders + headers { list = curl_slist_append(list, header) ?? list }
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, list)
        connectionStage = port == nil ? .name : nil
        let outcome = await multi.perform(easy, until: clock.deadline(port == nil ? clock.limits.connect : limit))
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(list)
        // curl would keep its copy until the next request, through the long wait for output.
        ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, nil)
        if case .finished(CURLE_OK) = outcome {
            response.status = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
            defer { response = HTTPResponse() }
            return response
        }
        isUsable = false
        throw error(outcome)
    }

    /// Moves the end of the conversation by a wait that does not count.
    func pause(from start: Deadline) { clock.pause(from: start) }

    private static let commonHeaders = [
        "Expect:", "User-Agent: fleetaudit", "Accept-Encoding: identity", "Connection: Keep-Alive",
    ]

    private func setOptions() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        CurlOptions.setCommon(easy)
        ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        ccurl_set_long(easy, CURLOPT_BUFFERSIZE, 16_384)
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        ccurl_on_body(
            easy,
            { data, size, count, this in
                let this = UInt(bitPattern: this), start = UInt(bitPattern: data), length = size * count
                return Reactor.assumeIsolated { HTTPConnection.at(this)?.receivedBody(start, length) ?? 0 }
            }, this)
        ccurl_on_header(
            easy,
            { data, size, count, this in
                let this = UInt(bitPattern: this), start = UInt(bitPattern: data), length = size * count
                return Reactor.assumeIsolated { HTTPConnection.at(this)?.receivedHeader(start, length) ?? 0 }
            }, this)
        ccurl_on_open_socket(
            easy,
            { this, _, address in
                let this = UInt(bitPattern: this), address = UInt(bitPattern: address)
                return Reactor.assumeIsolated { HTTPConnection.at(this)?.openSocket(address) ?? CURL_SOCKET_BAD }
            }, this)
        ccurl_before_request(
            easy,
            { this, _, _, localPort, _ in
                let this = UInt(bitPattern: this)
                let isAllowed = Reactor.assumeIsolated { HTTPConnection.at(this)?.maySend(from: localPort) ?? false }
                return isAllowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }, this)
        if trust != nil { setTLSOptions() }
    }

    private func setTLSOptions() {
        ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, roots == nil ? 0 : 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, roots == nil ? 0 : 2)
        // The roots are ours; curl must not read its own file for every connection.
        ccurl_set_text(easy, CURLOPT_CAINFO, nil)
        ccurl_set_text(easy, CURLOPT_CAPATH, nil)
        guard roots != nil else { return }
        ccurl_on_tls_context(
            easy,
            { _, context, this in
                let this = UInt(bitPattern: this), context = UInt(bitPattern: context)
                let isSet = Reactor.assumeIsolated { HTTPConnection.at(this)?.watch(context) ?? false }
                return isSet ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    // MARK: What curl calls

    private static func at(_ address: UInt) -> HTTPConnection? {
        UnsafeRawPointer(bitPattern: address).map {
            Unmanaged<HTTPConnection>.fromOpaque($0).takeUnretainedValue()
        }
    }

    private func receivedBody(_ start: UInt, _ length: Int) -> Int {
        guard response.body.count + length <= Self.bodyLimit else {
            refusal = TransportError(stage, .protocolViolation, "an answer of more than \(Self.bodyLimit) bytes")
            return 0
        }
        response.body.append(
            contentsOf: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: length))
        return length
    }

    private func receivedHeader(_ start: UInt, _ length: Int) -> Int {
        let line = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: length)
        guard response.appendHeader(line) else {
            refusal = TransportError(
                stage, .protocolViolation, "headers of more than \(HTTPResponse.headerLimit) bytes")
            return 0
        }
        return length
    }

    /// Opens the sockets of the one connection (more than one when a name has several addresses), and none after it.
    private func openSocket(_ address: UInt) -> curl_socket_t {
        guard let address = UnsafePointer<curl_sockaddr>(bitPattern: address)?.pointee else { return CURL_SOCKET_BAD }
        guard port == nil else {
            refusal = Self.closedBetween(stage)
            return CURL_SOCKET_BAD
        }
        return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
    }

    private static func closedBetween(_ stage: TransportError.Stage) -> TransportError {
        TransportError(stage, .connectionLost, "the host closed the connection without an answer")
    }

    /// Called when the connection is there and before a byte of the request is written, for every request.
    private func maySend(from localPort: Int32) -> Bool {
        connectionStage = nil
        multi.extend(until: clock.deadline(limit))
        if let port {
            // The port alone could come again by chance.
            guard localPort == port, ccurl_get_long(easy, CURLINFO_NUM_CONNECTS) == 0 else {
                refusal = Self.closedBetween(stage)
                return false
            }
        } else {
            port = localPort
            guard mayTrust() else { return false }
        }
        requests += 1
        return true
    }

    private func mayTrust() -> Bool {
        guard let trust else { return true }
        certificate = ccurl_get_tls(easy).flatMap { ServerCertificate(session: $0) }
        guard let certificate else {
            refusal = TransportError(.tls, .tls(.other), "the host showed no certificate")
            return false
        }
        if case .pinned(let pin) = trust, pin != certificate.sha256 {
            refusal = TransportError(.tls, .tls(.pinDiffers(presented: Hex.encode(certificate.sha256))))
            return false
        }
        return true
    }

    private func watch(_ context: UInt) -> Bool {
        guard let roots, let context = OpaquePointer(bitPattern: context) else { return false }
        return cssl_watch(context, roots.store, watcher) == 1
    }

    private static let verified: cssl_verified = { this, isGood, error, _, _ in
        let this = UInt(bitPattern: this)
        if isGood != 1 { Reactor.assumeIsolated { HTTPConnection.at(this)?.verifyError = error } }
        return isGood
    }

    // MARK: Stages and errors

    private func progressed() {
        guard connectionStage != nil else { return }
        let now = CurlFailure.connectionStage(easy, isTLS: trust != nil)
        if now == .tls, connectionStage != .tls { multi.extend(until: clock.deadline(clock.limits.tls)) }
        connectionStage = now ?? connectionStage
    }

    private func error(_ outcome: CurlMulti.Outcome) -> TransportError {
        let stage = connectionStage ?? stage
        switch outcome {
        case .timedOut:
            return clock.timedOut(
                stage, connectionStage == nil ? limit : stage == .tls ? clock.limits.tls : clock.limits.connect)
        case .cancelled: return TransportError(stage, .cancelled)
        case .finished(let code): return refusal ?? tlsError(code) ?? CurlFailure.error(code, easy, stage)
        }
    }

    private func tlsError(_ code: CURLcode) -> TransportError? {
        let text = String(cString: errorText)
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            let problem = TLSVerdict.problem(verifyError)
            let detail = problem == .other ? String(cString: X509_verify_cert_error_string(Int(verifyError))) : ""
            return TransportError(.tls, .tls(problem), detail)
        case CURLE_SSL_CONNECT_ERROR:
            // A host that hangs up in the middle of the handshake has no OpenSSL error to tell.
            if connectionStage == .tls, text.contains("SSL_ERROR_SYSCALL") || text.contains("Connection reset") {
                return TransportError(.tls, .connectionLost)
            }
            let problem = TLSVerdict.problem(handshakeError: text)
            return TransportError(.tls, .tls(problem), problem == .other ? text : "")
        default: return nil
        }
    }
}
