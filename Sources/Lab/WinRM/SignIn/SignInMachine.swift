import Formats

/// Who the requests of one TCP connection speak for (RFC 4559, RFC 7617, and what Windows makes of them). Pure.
///
/// Negotiate authenticates the connection; Basic every single request. A 401 to a request that presents nothing closes the
/// connection, one that carries a token of a running exchange does not.
struct SignInMachine: Sendable {
    /// What the host takes.
    struct Offer: Sendable, Hashable {
        var negotiate = true
        var basic: Bool
    }

    enum Event: Sendable, Hashable {
        /// A request came, with the value of its Authorization field.
        case request(authorization: String?)
        /// GSSAPI took the token and wants another.
        case challenged([UInt8])
        /// GSSAPI took the last token, which belongs to the account; its own last token goes with the answer.
        case completed(account: String, token: [UInt8])
        /// The password is the account's.
        case accepted(account: String)
        case refused
    }

    enum Action: Sendable, Equatable {
        /// Answer the request. `protectsMessages`: a security context exists. `token` belongs into the answer.
        case serve(account: String, protectsMessages: Bool, token: [UInt8]?)
        /// Give the token to GSSAPI, to a new context when `begins`.
        case step([UInt8], begins: Bool)
        case checkPassword(user: String, password: Secret)
        /// 401 with the schemes, or with the token alone.
        case refuse(token: [UInt8]?, closes: Bool)
    }

    private enum State {
        case nobody
        /// A token was given to GSSAPI for the request in hand.
        case stepping
        /// The challenge is out.
        case challenged
        case checking(authorization: String)
        case signedIn(account: String)
        /// The Authorization field that was right.
        case knows(authorization: String, account: String)
    }

    private let offer: Offer
    private var state = State.nobody

    init(offer: Offer) {
        self.offer = offer
    }

    mutating func handle(_ event: Event) -> Action {
        switch (state, event) {
        case (.signedIn(let account), .request(authorization: nil)):
            return .serve(account: account, protectsMessages: true, token: nil)
        case (.knows(let known, let account), .request(authorization: .some(let authorization)))
        where known == authorization:
            return .serve(account: account, protectsMessages: false, token: nil)
        case (_, .request(authorization: nil)):
            return end()
        case (.challenged, .request(authorization: .some(let text))):
            return present(text, continues: true)
        case (_, .request(authorization: .some(let text))):
            return present(text, continues: false)
        case (.stepping, .challenged(let token)):
            state = .challenged
            return .refuse(token: token, closes: false)
        case (.stepping, .completed(let account, let token)):
            state = .signedIn(account: account)
            return .serve(account: account, protectsMessages: true, token: token.isEmpty ? nil : token)
        case (.checking(let authorization), .accepted(let account)):
            state = .knows(authorization: authorization, account: account)
            return .serve(account: account, protectsMessages: false, token: nil)
        case (_, .refused), (_, .challenged), (_, .completed), (_, .accepted):
            return end()
        }
    }

    private mutating func end() -> Action {
        state = .nobody
        return .refuse(token: nil, closes: true)
    }

    private mutating func present(_ authorization: String, continues: Bool) -> Action {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let credentials = Base64.decode(parts[1].trimmed.utf8), !credentials.isEmpty else {
            return end()
        }
        switch parts[0].lowercased() {
        case "negotiate" where offer.negotiate:
            state = .stepping
            return .step(credentials, begins: !continues)
        case "basic" where offer.basic:
            guard let colon = credentials.firstIndex(of: UInt8(ascii: ":")) else { return end() }
            state = .checking(authorization: authorization)
            return .checkPassword(
                user: String(decoding: credentials[..<colon], as: UTF8.self),
                password: Secret(bytes: Array(credentials[(colon + 1)...])))
        default: return end()
        }
    }

    /// The WWW-Authenticate fields of a 401 without a token.
    static func challenges(_ offer: Offer, joined: Bool) -> [String] {
        var schemes: [String] = []
        if offer.negotiate { schemes.append("Negotiate") }
        if offer.basic { schemes.append(#"Basic realm="WSMAN""#) }
        return (joined ? [schemes.joined(separator: ", ")] : schemes).map { "WWW-Authenticate: \($0)" }
    }
}
