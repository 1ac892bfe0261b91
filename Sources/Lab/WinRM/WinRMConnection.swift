import EventLoop
import Formats
import Glibc

/// One TCP connection of a WinRM host: requests one after the other, each signed in, answered, and protected.
@Reactor final class WinRMConnection {
    /// Bytes beside the envelope that the framing of an encrypted request has.
    private static let framingAllowance = 1_024
    /// How long a client may take for a request, or between two (HTTP.sys: 120 s).
    private static let patience = Duration.seconds(120)

    private let server: LabWinRMServer
    private let stream: any ByteStream
    private var reader: HTTPRequestReader
    private var signIn: SignInMachine
    private var context: AcceptorContext?
    /// Who presented a secret in the running exchange.
    private var presented: NTLMAuthenticate?

    /// What became of a request.
    private enum Ending { case keepOpen, finish, cut }

    init(_ server: LabWinRMServer, _ stream: any ByteStream) {
        self.server = server
        self.stream = stream
        reader = HTTPRequestReader(limits: .init(body: server.host.dialect.maxEnvelopeSize + Self.framingAllowance))
        signIn = SignInMachine(offer: server.host.offer)
    }

    func serve() async {
        do throws(EventLoopError) {
            while let request = try await nextRequest() {
                server.requestCount += 1
                switch try await answer(request) {
                case .keepOpen: continue
                case .finish: return await stream.finish()
                case .cut: return stream.close()
                }
            }
            await stream.finish()
        } catch {
            // The client is gone, too slow, or the lab ends.
            stream.close()
        }
    }

    private func nextRequest() async throws(EventLoopError) -> HTTPRequest? {
        let deadline = Deadline.after(Self.patience)
        while true {
            switch reader.next() {
            case .request(let request): return request
            case .refused(let refusal):
                _ = try await send(.empty(refusal.rawValue, closes: true))
                return nil
            case .incomplete:
                if reader.takeContinueWish() {
                    try await stream.write(Array("HTTP/1.1 100 \r\n\r\n".utf8), until: deadline)
                }
                let bytes = try await stream.read(until: deadline)
                if bytes.isEmpty { return nil }
                reader.append(bytes)
            }
        }
    }

    private func answer(_ request: HTTPRequest) async throws(EventLoopError) -> Ending {
        if let delay = server.faultPlan.delay { try await Loop.shared.sleep(until: .after(delay)) }
        if server.faultPlan.countsDownUnavailable() { return try await send(.empty(503, closes: true)) }
        if server.faultPlan.contains(.garbage) { return try await sendGarbage() }
        if server.faultPlan.contains(.endlessBody) { return try await sendEndlessly() }
        switch request.target {
        case "/wsman-anon/identify" where request.method == "POST": return try await identifyAnonymously(request)
        case "/wsman" where request.method == "POST": break
        case "/wsman": return try await send(.empty(405, closes: true))
        default: return try await send(.empty(404, closes: true))
        }
        if request.field("wsmanidentify") == "unauthenticated", request.field("authorization") == nil {
            return try await identifyAnonymously(request)
        }
        var action = signIn.handle(.request(authorization: request.field("authorization")))
        while true {
            switch action {
            case .serve(let account, let protectsMessages, let token):
                var ending = try await serve(request, account, protectsMessages: protectsMessages, token)
                if case .keepOpen = ending, request.wantsClose { ending = .finish }
                return ending
            case .refuse(let token, let closes): return try await refuse(token, closes: closes || request.wantsClose)
            case .step(let token, let begins):
                guard let event = try await step(token, begins: begins) else { return .cut }
                action = signIn.handle(event)
            case .checkPassword(let user, let password):
                guard let event = try await check(user, password) else { return .cut }
                action = signIn.handle(event)
            }
        }
    }

    // MARK: Signing in

    /// nil when the fault of the host was to stay silent until the client left.
    private func step(_ token: [UInt8], begins: Bool) async throws(EventLoopError) -> SignInMachine.Event? {
        guard let credential = server.credential else { return .refused }
        let context: AcceptorContext
        if !begins, let running = self.context {
            context = running
        } else {
            context = await AcceptorContext(credential)
            presented = nil
        }
        self.context = context
        if let message = NTLMAuthenticate(in: token) {
            presented = message
            server.signIns.present(key(message.account))
            if try await isSilentAtSignIn() { return nil }
        }
        let result: AcceptorContext.Step?
        do throws(GSSError) { result = try await context.accept(token) } catch { result = nil }
        switch result {
        case .challenge(let token): return .challenged(token)
        case .complete(let token):
            guard let presented else { return .refused }
            let isAdmitted =
                !server.faultPlan.contains(.refusesEveryPassword)
                && server.expectedBinding.map {
                    server.host.channelBinding.admits(presented.channelBinding, expected: $0)
                } ?? true
            server.signIns.conclude(key(presented.account), accepted: isAdmitted)
            return isAdmitted ? .completed(account: presented.account, token: token) : .refused
        case nil:
            if let presented { server.signIns.conclude(key(presented.account), accepted: false) }
            return .refused
        }
    }

    private func check(_ user: String, _ password: Secret) async throws(EventLoopError) -> SignInMachine.Event? {
        server.signIns.present(key(user))
        if try await isSilentAtSignIn() { return nil }
        let isAdmitted =
            !server.faultPlan.contains(.refusesEveryPassword) && server.secretsOfAccounts.admits(user, password)
        server.signIns.conclude(key(user), accepted: isAdmitted)
        return isAdmitted ? .accepted(account: user) : .refused
    }

    private func isSilentAtSignIn() async throws(EventLoopError) -> Bool {
        guard server.faultPlan.contains(.silentAtSignIn) else { return false }
        while !(try await stream.read(until: .never)).isEmpty {}
        return true
    }

    private func key(_ account: String) -> SignInLedger.Key { .init(account: account, host: server.host.name) }

    private func refuse(_ token: [UInt8]?, closes: Bool) async throws(EventLoopError) -> Ending {
        var response = HTTPResponse.empty(401, closes: closes)
        response.fields =
            token.map { ["WWW-Authenticate: Negotiate \(Base64.encode($0))"] }
            ?? SignInMachine.challenges(server.host.offer, joined: server.host.joinsSchemes)
        return try await send(response)
    }

    // MARK: Answering

    private func identifyAnonymously(_ request: HTTPRequest) async throws(EventLoopError) -> Ending {
        guard case .identify? = try? WSManRequest.parse(request.body).operation else {
            return try await refuse(nil, closes: true)
        }
        let answer = server.service.identify(isAuthenticated: false)
        return try await send(
            HTTPResponse(
                status: 200, contentType: Self.soap, body: answer.envelope, closes: request.wantsClose))
    }

    private static let soap = "application/soap+xml;charset=UTF-8"

    private func serve(
        _ request: HTTPRequest, _ account: String, protectsMessages: Bool, _ token: [UInt8]?
    ) async throws(EventLoopError) -> Ending {
        let fields = token.map { ["WWW-Authenticate: Negotiate \(Base64.encode($0))"] } ?? []
        if request.body.isEmpty { return try await send(HTTPResponse(status: 200, fields: fields)) }
        if server.faultPlan.contains(.emptyInternalError) { return try await send(.empty(500)) }
        let isSealed = SealedMessage.isContentType(request.field("content-type"))
        let envelope: [UInt8]
        if isSealed {
            guard protectsMessages, let opened = await unseal(request.body) else {
                return try await send(.empty(500, closes: true))
            }
            envelope = opened
        } else {
            guard server.host.usesHTTPS || server.host.allowsUnencrypted else { return try await send(.empty(500)) }
            guard request.field("content-type")?.lowercased().hasPrefix("application/soap+xml") == true else {
                return try await send(.empty(415))
            }
            envelope = request.body
        }
        let caller = WSManService.Caller(account: account, address: "127.0.0.1")
        guard let answer = await server.service.answer(envelope, from: caller) else { return .cut }
        var response = HTTPResponse(status: answer.status, fields: fields, closes: request.wantsClose)
        response.contentType = isSealed ? SealedMessage.contentType : Self.soap
        response.body = answer.envelope
        if isSealed {
            guard let context, let sealed = try? await context.seal(answer.envelope) else { return .cut }
            response.body = SealedMessage.frame(sealed, plainLength: answer.envelope.count)
        }
        if answer.isReceive, server.faultPlan.contains(.closesDuringReceive) { return try await sendHalf(of: response) }
        return try await send(response)
    }

    private func unseal(_ body: [UInt8]) async -> [UInt8]? {
        guard let context, let parts = SealedMessage.parse(body), let plain = try? await context.unseal(parts.sealed),
            plain.count == parts.plainLength
        else { return nil }
        return plain
    }

    private func send(_ response: HTTPResponse) async throws(EventLoopError) -> Ending {
        try await stream.write(response.serialized(date: time(nil)), until: .after(Self.patience))
        return response.closes ? .finish : .keepOpen
    }

    // MARK: Faults

    private func sendHalf(of response: HTTPResponse) async throws(EventLoopError) -> Ending {
        var bytes = response.serialized(date: time(nil))
        bytes.removeLast(response.body.count / 2)
        try await stream.write(bytes, until: .after(Self.patience))
        return .cut
    }

    private func sendGarbage() async throws(EventLoopError) -> Ending {
        try await stream.write(
            Array("220 printer ready\r\n\0\u{7f}".utf8) + (0...255).map { UInt8($0) }, until: .after(Self.patience))
        return .finish
    }

    private func sendEndlessly() async throws(EventLoopError) -> Ending {
        let response = HTTPResponse(status: 200, contentType: Self.soap)
        try await stream.write(
            response.head(date: time(nil), length: "Transfer-Encoding: chunked"), until: .after(Self.patience))
        let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 32, count: 0x4000) + Array("\r\n".utf8)
        while true { try await stream.write(chunk, until: .after(Self.patience)) }
    }
}
