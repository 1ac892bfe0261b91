import EventLoop
import Formats

/// Envelopes over one signed-in HTTP connection: sign-in, sealing and HTTP's statuses.
@Reactor final class WinRMExchange {
    private static let soapType = "Content-Type: application/soap+xml;charset=UTF-8"

    private enum Channel {
        /// Nothing was sent yet.
        case new
        /// The connection is signed in and messages are sealed.
        case sealed(NTLMContext)
        /// Messages go as they are; the headers are sent with each.
        case plain(headers: [String])
    }

    let url: String
    private let endpoint: WinRMEndpoint
    private let gate: any SignInGate
    private let authority: String
    private var clock: StageClock
    private var http: HTTPConnection
    private var channel = Channel.new
    private var earlierRequests = 0
    private(set) var connections = 1

    init(endpoint: WinRMEndpoint, gate: any SignInGate, clock: StageClock) throws(TransportError) {
        guard let authority = HostName.authority(endpoint.host, port: endpoint.port) else {
            throw TransportError(.name, .settings, "'\(endpoint.host)' is not the name or address of a host")
        }
        guard endpoint.path.hasPrefix("/"), endpoint.path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw TransportError(.connect, .settings, "'\(endpoint.path)' is not the path of a URL")
        }
        if case .basic = endpoint.authentication, endpoint.scheme == .http, !endpoint.allowsUnencryptedBasic {
            throw TransportError(.signIn, .settings, "Basic over plain HTTP would show the password to everyone")
        }
        self.endpoint = endpoint
        self.gate = gate
        self.authority = authority
        self.clock = clock
        url = "\(endpoint.trust == nil ? "http" : "https")://\(authority)\(endpoint.path)"
        http = try HTTPConnection(authority: authority, path: endpoint.path, trust: endpoint.trust, clock: clock)
    }

    var limits: StageDeadlines { clock.limits }
    var end: Deadline { clock.end }
    var requests: Int { earlierRequests + http.requests }

    /// Sends an envelope and returns the answer's, a fault's too. Signs in first when nothing was sent yet.
    ///
    /// After a failure the connection cannot be used again.
    func call(
        _ envelope: [UInt8], stage: TransportError.Stage, limit: Duration, isLast: Bool
    ) async throws(TransportError) -> [UInt8] {
        switch channel {
        case .new:
            switch endpoint.authentication {
            case .ntlm(let credential): return try await signIn(credential, envelope, stage, limit)
            case .basic(let user, let password): return try await signIn(user, password, envelope, stage, limit)
            }
        case .sealed(let context):
            let sealed = try await context.seal(envelope)
            let response = try await http.post(
                ["Content-Type: \(EncryptedMessage.contentType)"], Self.body(sealed, envelope), stage: stage,
                limit: limit, isLast: isLast)
            return try await open(response, stage)
        case .plain(let headers):
            let response = try await http.post(
                headers + [Self.soapType], envelope, stage: stage, limit: limit, isLast: isLast)
            return try await open(response, stage)
        }
    }

    // MARK: NTLM ([MS-NLMP] in RFC 4559's headers)

    private func signIn(
        _ credential: NTLMCredential, _ envelope: [UInt8], _ stage: TransportError.Stage, _ limit: Duration
    ) async throws(TransportError) -> [UInt8] {
        if endpoint.combinesSignIn {
            let (context, challenge) = try await challenge(credential)
            let response = try await answer(context, challenge, with: envelope, max(limit, limits.signIn))
            if let response { return try await conclude(response, context, stage) }
            // The host takes the proof only by itself. It has not refused it, so it may be made once more.
            earlierRequests = requests
            connections += 1
            http = try HTTPConnection(authority: authority, path: endpoint.path, trust: endpoint.trust, clock: clock)
        }
        let (context, challenge) = try await challenge(credential)
        guard let response = try await answer(context, challenge, with: nil, limits.signIn) else {
            throw TransportError(.signIn, .protocolViolation, "the host takes no NTLM sign-in in either form")
        }
        guard response.status == 200 else {
            throw Self.unexpected(response, .signIn)
        }
        channel = endpoint.trust == nil ? .sealed(context) : .plain(headers: [])
        return try await call(envelope, stage: stage, limit: limit, isLast: false)
    }

    /// The first leg, which holds no secret.
    private func challenge(
        _ credential: NTLMCredential
    ) async throws(TransportError) -> (NTLMContext, [UInt8]) {
        let context = NTLMContext(credential)
        let token = try await context.begin(host: endpoint.host)
        let response = try await http.post(
            ["Authorization: Negotiate \(Base64.encode(token))"], [], stage: .signIn, limit: limits.signIn)
        guard response.status == 401 else { throw Self.unexpected(response, .signIn) }
        let offer = AuthenticateHeader(response.values("www-authenticate"))
        guard let challenge = offer.token(of: "Negotiate") else {
            let detail = offer.offers("Negotiate") ? "it offers Negotiate, and answered no NTLM" : ""
            throw TransportError(.signIn, .methodNotOffered(offered: offer.schemes), detail)
        }
        return (context, challenge)
    }

    /// The second leg, with the proof and, if given, the first envelope. Nil when the host could not take both together.
    private func answer(
        _ context: NTLMContext, _ challenge: [UInt8], with envelope: [UInt8]?, _ limit: Duration
    ) async throws(TransportError) -> HTTPResponse? {
        let isSealed = endpoint.trust == nil
        let (token, sealed) = try await context.answer(
            challenge, channelBinding: http.certificate?.channelBinding ?? [], sealing: isSealed ? envelope : nil)
        var headers = ["Authorization: Negotiate \(Base64.encode(token))"]
        var body: [UInt8] = []
        if let envelope {
            headers.append(isSealed ? "Content-Type: \(EncryptedMessage.contentType)" : Self.soapType)
            body = sealed.map { Self.body($0, envelope) } ?? envelope
        }
        try await enterGate()
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await http.post(headers, body, stage: .signIn, limit: limit)
        } catch {
            await gate.leave(.unknown)
            throw error
        }
        if response.status == 401 {
            await gate.leave(.refused)
            let offer = AuthenticateHeader(response.values("www-authenticate"))
            throw TransportError(.signIn, .authenticationRefused(offered: offer.schemes))
        }
        if envelope != nil, response.body.isEmpty, Self.cannotCombine.contains(response.status) {
            await gate.leave(.unknown)
            return nil
        }
        // 200 without a body answers the proof alone. With one, only what can be opened proves that the host knows us.
        if envelope == nil { await gate.leave(response.status == 200 ? .accepted : .unknown) }
        return response
    }

    /// Statuses of hosts that want the proof in a request without a body.
    private static let cannotCombine: Set<Int> = [400, 405, 411, 500, 501]

    /// Reads the answer to the combined leg; that it can be read is the proof that the sign-in was accepted.
    private func conclude(
        _ response: HTTPResponse, _ context: NTLMContext, _ stage: TransportError.Stage
    ) async throws(TransportError) -> [UInt8] {
        channel = endpoint.trust == nil ? .sealed(context) : .plain(headers: [])
        do throws(TransportError) {
            let envelope = try await open(response, stage)
            await gate.leave(.accepted)
            return envelope
        } catch {
            await gate.leave(.unknown)
            throw error
        }
    }

    // MARK: Basic (RFC 7617)

    private func signIn(
        _ user: String, _ password: Secret, _ envelope: [UInt8], _ stage: TransportError.Stage, _ limit: Duration
    ) async throws(TransportError) -> [UInt8] {
        let pair = password.withBytes { Array(user.utf8) + [UInt8(ascii: ":")] + $0 }
        let headers = ["Authorization: Basic \(Base64.encode(pair))"]
        var response: HTTPResponse
        var opened: [UInt8] = []
        try await enterGate()
        do throws(TransportError) {
            response = try await http.post(headers + [Self.soapType], envelope, stage: .signIn, limit: limit)
            channel = .plain(headers: headers)
            if response.status != 401 { opened = try await open(response, stage) }
        } catch {
            await gate.leave(.unknown)
            throw error
        }
        guard response.status != 401 else {
            await gate.leave(.refused)
            let offer = AuthenticateHeader(response.values("www-authenticate"))
            throw TransportError(
                .signIn, .authenticationRefused(offered: offer.schemes),
                offer.offers("Basic") ? "" : "Basic is not among what it offers")
        }
        await gate.leave(.accepted)
        return opened
    }

    // MARK: Answers

    /// The envelope in an answer; over HTTP nothing that was not sealed is believed.
    private func open(_ response: HTTPResponse, _ stage: TransportError.Stage) async throws(TransportError) -> [UInt8] {
        guard response.status == 200 || response.status == 500, !response.body.isEmpty else {
            throw Self.unexpected(response, stage)
        }
        let type = response.values("content-type").first?.lowercased() ?? ""
        guard case .sealed(let context) = channel else {
            guard type.hasPrefix("application/soap+xml") else { throw Self.unexpected(response, stage) }
            return response.body
        }
        guard type.hasPrefix("multipart/encrypted") else {
            throw TransportError(stage, .protocolViolation, "an answer that is not encrypted")
        }
        let message: EncryptedMessage
        do throws(EncryptedMessageError) { message = try EncryptedMessage(response.body) } catch {
            throw TransportError(stage, .protocolViolation, "an encrypted answer: \(error.rawValue)")
        }
        guard message.signature.count == NTLMContext.signatureLength, message.sealed.count == message.plainLength else {
            throw TransportError(stage, .protocolViolation, "an encrypted answer: its lengths do not fit")
        }
        return try await context.open(message.signature + message.sealed)
    }

    private static func body(_ sealed: [UInt8], _ envelope: [UInt8]) -> [UInt8] {
        EncryptedMessage(
            plainLength: envelope.count, signature: Array(sealed.prefix(NTLMContext.signatureLength)),
            sealed: Array(sealed.dropFirst(NTLMContext.signatureLength))
        ).body
    }

    /// What a status means that is neither an envelope nor a refused sign-in.
    private static func unexpected(_ response: HTTPResponse, _ stage: TransportError.Stage) -> TransportError {
        switch response.status {
        case 503: TransportError(stage, .busy, "HTTP status 503")
        case 500 where response.body.isEmpty:
            TransportError(
                stage, .protocolViolation,
                "HTTP status 500 without a word: the host could not decrypt the request, or wants another form of it")
        case 413: TransportError(stage, .protocolViolation, "the request is larger than the host's MaxEnvelopeSizekb")
        case 401: TransportError(stage, .protocolViolation, "the host wants another sign-in on a signed-in connection")
        case 200: TransportError(stage, .protocolViolation, "HTTP status 200, and no answer in it")
        case 404: TransportError(stage, .protocolViolation, "HTTP status 404: another service or a proxy")
        default: TransportError(stage, .protocolViolation, "HTTP status \(response.status)")
        }
    }

    private func enterGate() async throws(TransportError) {
        let start = Deadline.after(.zero)
        defer {
            clock.pause(from: start)
            http.pause(from: start)
        }
        try await gate.enter()
    }
}
