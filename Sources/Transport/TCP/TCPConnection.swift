import CCurl
import EventLoop
import Glibc

/// A connected, non-blocking TCP socket with TCP_NODELAY; whoever takes the descriptor closes it.
@Reactor enum TCPConnection {
    /// Connects to a literal address directly, and to a name through curl, which looks it up off the loop and tries
    /// its addresses side by side.
    static func open(_ host: String, port: UInt16, clock: StageClock) async throws(TransportError) -> Int32 {
        if let address = LiteralAddress(host, port: port) {
            return try await open(address, clock)
        }
        return try await openByName(host, port, clock)
    }

    private static func open(_ address: LiteralAddress, _ clock: StageClock) async throws(TransportError) -> Int32 {
        let limit = clock.limits.connect
        let descriptor = address.startConnecting()
        if descriptor < 0 {
            throw TransportError(.connect, SystemCall.reason(-descriptor), SystemCall.detail(-descriptor))
        }
        do throws(EventLoopError) {
            try await Loop.shared.ready(descriptor, .write, until: clock.deadline(limit))
            let code = pendingError(descriptor)
            if code != 0 { throw .system("connect", code) }
            return descriptor
        } catch {
            Loop.shared.forget(descriptor)
            close(descriptor)
            throw clock.error(.connect, limit, error)
        }
    }

    private static func openByName(
        _ host: String, _ port: UInt16, _ clock: StageClock
    ) async throws(TransportError) -> Int32 {
        guard let authority = HostName.authority(host, port: port) else {
            throw TransportError(.name, .settings, "'\(host)' is not the name or address of a host")
        }
        guard let multi = CurlMulti(), let easy = curl_easy_init() else {
            throw TransportError(.connect, .connectionLost, "out of memory")
        }
        defer { curl_easy_cleanup(easy) }
        ccurl_set_text(easy, CURLOPT_URL, "http://\(authority)")
        ccurl_set_long(easy, CURLOPT_CONNECT_ONLY, 1)
        ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        CurlOptions.setCommon(easy)
        var descriptor: Int32 = -1
        let outcome = await multi.perform(easy, until: clock.deadline(clock.limits.connect)) {
            let own = ccurl_get_socket(easy)
            // curl closes its own; CONNECT_ONLY has no other way to hand a socket over.
            if own >= 0 { descriptor = fcntl(own, F_DUPFD_CLOEXEC, 0) }
        }
        if case .finished(CURLE_OK) = outcome, descriptor >= 0 { return descriptor }
        if descriptor >= 0 { close(descriptor) }
        throw CurlFailure.error(outcome, easy, clock, clock.limits.connect)
    }

    private static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : EIO
    }
}
