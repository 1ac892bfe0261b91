import CCurl
import EventLoop

/// How far a transfer came, and what curl's codes mean.
@Reactor enum CurlFailure {
    /// The stage in which the transfer is, up to TLS; nil when the connection is there.
    static func connectionStage(_ easy: UnsafeMutableRawPointer, isTLS: Bool) -> TransportError.Stage? {
        if ccurl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .name }
        // curl 7.88 sets CONNECT_TIME only after TLS; the local port is known as soon as TCP is up.
        if ccurl_get_offset(easy, CURLINFO_CONNECT_TIME_T) == 0, ccurl_get_long(easy, CURLINFO_LOCAL_PORT) <= 0 {
            return .connect
        }
        return isTLS && ccurl_get_offset(easy, CURLINFO_APPCONNECT_TIME_T) == 0 ? .tls : nil
    }

    /// The error of a transfer that failed before its connection was there.
    static func error(
        _ outcome: CurlMulti.Outcome, _ easy: UnsafeMutableRawPointer, _ clock: StageClock, _ limit: Duration
    ) -> TransportError {
        let stage = connectionStage(easy, isTLS: false) ?? .connect
        switch outcome {
        case .timedOut: return clock.timedOut(stage, limit)
        case .cancelled: return TransportError(stage, .cancelled)
        case .finished(let code): return error(code, easy, stage)
        }
    }

    /// What a code of curl means when nothing of ours caused it.
    static func error(
        _ code: CURLcode, _ easy: UnsafeMutableRawPointer, _ stage: TransportError.Stage
    ) -> TransportError {
        let detail = "curl: \(String(cString: curl_easy_strerror(code)))"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return TransportError(.name, .nameNotFound)
        case CURLE_COULDNT_CONNECT:
            let system = Int32(truncatingIfNeeded: ccurl_get_long(easy, CURLINFO_OS_ERRNO))
            let reason = SystemCall.reason(system)
            return TransportError(
                .connect, reason == .connectionLost ? .unreachable : reason, SystemCall.detail(system))
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            return TransportError(stage, .connectionLost, detail)
        case CURLE_OPERATION_TIMEDOUT: return TransportError(stage, .unreachable, detail)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2:
            return TransportError(stage, .protocolViolation, detail)
        case CURLE_URL_MALFORMAT: return TransportError(.name, .settings, detail)
        default: return TransportError(stage, .connectionLost, detail)
        }
    }
}
