import Formats

/// What the `WWW-Authenticate` headers of an answer offer (RFC 9110 section 11.6.1): one line each or joined by commas.
package struct AuthenticateHeader: Sendable, Hashable {
    private struct Challenge: Sendable, Hashable {
        var scheme: String
        /// What follows the scheme when it is not parameters: base64 (RFC 4559).
        var token: [UInt8]?
    }

    private var challenges: [Challenge] = []

    package init(_ values: [String]) {
        for value in values {
            for piece in Self.pieces(value) { append(piece) }
        }
    }

    /// The schemes as the host spells them, each once; only names that are plain ASCII words.
    package var schemes: [String] {
        var schemes: [String] = []
        for challenge in challenges where !schemes.contains(where: { $0.lowercased() == challenge.scheme.lowercased() })
        {
            schemes.append(challenge.scheme)
        }
        return schemes
    }

    package func offers(_ scheme: String) -> Bool {
        challenges.contains { $0.scheme.lowercased() == scheme.lowercased() }
    }

    /// The scheme's token, nil when there is none or it is not base64.
    package func token(of scheme: String) -> [UInt8]? {
        challenges.lazy.filter { $0.scheme.lowercased() == scheme.lowercased() }.compactMap(\.token).first
    }

    private mutating func append(_ piece: Substring) {
        let words = piece.split(separator: " ", maxSplits: 1)
        // `charset="UTF-8"` and the like are further parameters of the scheme before.
        guard let scheme = words.first, !scheme.utf8.contains(UInt8(ascii: "=")), scheme.utf8.count <= 32,
            scheme.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return }
        let rest = words.count == 2 ? words[1].drop { $0 == " " } : ""
        let token = rest.isEmpty ? nil : Base64.decode(rest.utf8)
        challenges.append(Challenge(scheme: String(scheme), token: token))
    }

    /// The text between commas that stand outside of quotes, without spaces around it.
    private static func pieces(_ value: String) -> [Substring] {
        var pieces: [Substring] = []
        var isQuoted = false, isEscaped = false
        var start = value.startIndex
        for index in value.indices {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch value[index] {
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                pieces.append(value[start..<index])
                start = value.index(after: index)
            default: break
            }
        }
        pieces.append(value[start...])
        return pieces.map { piece in
            var trimmed = piece.drop { $0 == " " || $0 == "\t" }
            while let last = trimmed.last, last == " " || last == "\t" { trimmed.removeLast() }
            return trimmed
        }.filter { !$0.isEmpty }
    }
}
