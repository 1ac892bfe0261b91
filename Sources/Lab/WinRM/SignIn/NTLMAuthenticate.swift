/// What the lab reads of an AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3): who signs in, and to which TLS channel it is bound.
///
/// GSSAPI decides whether the secret is right. It does not say who failed, and how missing and wrong bindings are told
/// apart is Windows' own rule; so both are read here. The names are only trusted for counting; the binding is part of
/// what the proof covers.
struct NTLMAuthenticate: Sendable, Hashable {
    static let signature: [UInt8] = Array("NTLMSSP\0".utf8)

    var domain: String
    var user: String
    /// MsvAvChannelBindings (AvId 10); nil when the pair is missing or all zero.
    var channelBinding: [UInt8]?

    /// `DOMAIN\user`, or `user` when no domain was sent.
    var account: String { domain.isEmpty ? user : domain + "\\" + user }

    /// Finds the message in a token, which may be the message itself or SPNEGO around it.
    init?(in token: [UInt8]) {
        let start = Self.signature + [3, 0, 0, 0]
        guard let offset = token.indices.first(where: { token[$0...].starts(with: start) }) else { return nil }
        let message = Array(token[offset...])
        guard message.count >= 64, let domain = Self.field(at: 28, of: message),
            let user = Self.field(at: 36, of: message), let response = Self.field(at: 20, of: message)
        else { return nil }
        let isUnicode = message[60] & 1 != 0
        self.domain = Self.text(domain, isUnicode)
        self.user = Self.text(user, isUnicode)
        channelBinding = Self.channelBinding(of: response)
    }

    /// The bytes that a length and an offset point to.
    private static func field(at index: Int, of message: [UInt8]) -> ArraySlice<UInt8>? {
        let length = Int(message[index]) | Int(message[index + 1]) << 8
        let offset = (0..<4).reduce(0) { $0 | Int(message[index + 4 + $1]) << (8 * $1) }
        guard length > 0 else { return [] }
        guard offset <= message.count, length <= message.count - offset else { return nil }
        return message[offset..<(offset + length)]
    }

    private static func text(_ bytes: ArraySlice<UInt8>, _ isUnicode: Bool) -> String {
        guard isUnicode else { return String(decoding: bytes, as: UTF8.self) }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
            UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Walks the AV_PAIRs of an NTLMv2_RESPONSE (2.2.2.8: 16 bytes of proof and 28 of client challenge precede them).
    private static func channelBinding(of response: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = response.dropFirst(44)
        while rest.count >= 4 {
            let head = Array(rest.prefix(4))
            let id = Int(head[0]) | Int(head[1]) << 8, length = Int(head[2]) | Int(head[3]) << 8
            rest = rest.dropFirst(4)
            guard id != 0, length <= rest.count else { return nil }
            if id == 10 {
                let value = Array(rest.prefix(length))
                return value.allSatisfy { $0 == 0 } ? nil : value
            }
            rest = rest.dropFirst(length)
        }
        return nil
    }
}
