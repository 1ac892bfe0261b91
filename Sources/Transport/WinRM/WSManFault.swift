/// A fault of WinRM ([MS-WSMV] 2.2.4.43, 2.2.4.44), as far as decisions need it: texts are localised and not kept.
package struct WSManFault: Error, Sendable, Hashable {
    /// The outer WSManFault's code; 0 when there is none.
    package var code: UInt32
    /// The local name of the SOAP subcode, `TimedOut` say; empty when there is none.
    package var subcode: String

    package init(code: UInt32, subcode: String = "") {
        self.code = code
        self.subcode = subcode
    }

    /// The operation's time is over and there was nothing to tell: not a failure.
    package var isTimeout: Bool { code == 2_150_858_793 || code == 0 && subcode == "TimedOut" }

    /// The command has closed its standard input: ERROR_BROKEN_PIPE, ERROR_NO_DATA.
    package var isClosedPipe: Bool { code == 109 || code == 232 }

    /// The user's profile was being unloaded: a new shell works.
    var isWorthRetry: Bool { code == 2_147_943_418 }

    package func error(_ stage: TransportError.Stage) -> TransportError {
        switch WSManFaultCode(code, subcode: subcode) {
        case .accessDenied: TransportError(stage, .notAuthorised)
        case .quota(let text): TransportError(stage, .quota(code: code), text)
        case .other(let text): TransportError(stage, .fault(code: code), text)
        }
    }
}

/// What the codes mean; Windows' headers (winerror.h, wsmerror.h) name them.
private enum WSManFaultCode {
    case accessDenied
    case quota(String)
    case other(String)

    init(_ code: UInt32, subcode: String) {
        self =
            switch code {
            case 5: .accessDenied
            case 2_150_859_173, 2_150_859_236: .quota("too many shells for this user")
            case 2_150_859_237, 2_150_859_179: .quota("too many users with shells")
            case 2_150_859_174, 2_150_859_240: .quota("too many operations at a time")
            case 2_150_859_175: .quota("the user's share of requests is used up")
            case 2_150_859_176: .quota("the host's share of requests is used up")
            case 2_150_858_843: .other("the shell or its command is gone")
            case 995: .other("the operation was aborted")
            case 2_147_942_402: .other("the program was not found")
            case 2_150_858_824, 2_150_858_823: .other("the message is larger than MaxEnvelopeSizekb")
            case 2_147_943_418: .other("the user's profile was being unloaded")
            case 2_150_859_180: .other("remote shells are disabled by policy")
            case 2_150_859_229: .other("remote access is disabled by policy")
            case 0 where subcode == "AccessDenied": .accessDenied
            case 0 where subcode == "QuotaLimit": .quota("a quota is used up")
            case 0 where !subcode.isEmpty: .other(subcode)
            default: .other("")
            }
    }
}
