import Formats

/// One line of a known_hosts file.
enum KnownHostsLine {
    struct Entry: Sendable, Hashable {
        var key: HostKey
        var isRevoked: Bool
    }

    enum Names {
        /// In lower case.
        case plain([String])
        /// With wildcards or a negation somewhere.
        case pattern(KnownHostsPattern)
        case hashed(salt: [UInt8], digest: [UInt8])
    }

    /// Empty, or a comment.
    case nothing
    case certificateAuthority
    case unreadable
    case entry(Entry, Names)

    init(_ line: ArraySlice<UInt8>) {
        var fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }[...]
        guard let first = fields.first, first.first != UInt8(ascii: "#") else {
            self = .nothing
            return
        }
        var isRevoked = false
        if first.first == UInt8(ascii: "@") {
            switch String(decoding: first, as: UTF8.self) {
            case "@revoked": isRevoked = true
            case "@cert-authority":
                self = .certificateAuthority
                return
            default:
                self = .unreadable
                return
            }
            fields.removeFirst()
        }
        self = .unreadable
        guard fields.count >= 3 else { return }
        let hosts = fields[fields.startIndex], type = fields[fields.startIndex + 1]
        guard let blob = Base64.decode(fields[fields.startIndex + 2]), let names = Self.names(hosts) else { return }
        let key = HostKey(blob: blob)
        // As OpenSSH: the name in front must be the one inside.
        guard !type.isEmpty, key.type.utf8.elementsEqual(type) else { return }
        self = .entry(Entry(key: key, isRevoked: isRevoked), names)
    }

    private static func names(_ field: ArraySlice<UInt8>) -> Names? {
        if field.first == UInt8(ascii: "|") {
            let parts = field.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            guard parts.count == 4, parts[1].elementsEqual([UInt8(ascii: "1")]), let salt = Base64.decode(parts[2]),
                let digest = Base64.decode(parts[3]), salt.count == 20, digest.count == 20
            else { return nil }
            return .hashed(salt: salt, digest: digest)
        }
        let names = String(decoding: field, as: UTF8.self).lowercased().split(separator: ",").map(String.init)
        let isPlain = names.allSatisfy { $0.utf8.allSatisfy { !"*?!".utf8.contains($0) } }
        return isPlain ? .plain(names) : .pattern(KnownHostsPattern(names))
    }
}

/// A list of patterns of which one must match and no negated one may (ssh_config(5), "PATTERNS").
struct KnownHostsPattern: Sendable, Hashable {
    private var wanted: [[UInt8]] = []
    private var unwanted: [[UInt8]] = []

    init(_ patterns: [String]) {
        for pattern in patterns {
            if pattern.hasPrefix("!") {
                unwanted.append(Array(pattern.utf8.dropFirst()))
            } else {
                wanted.append(Array(pattern.utf8))
            }
        }
    }

    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        return !unwanted.contains { Self.matches(name, $0) } && wanted.contains { Self.matches(name, $0) }
    }

    /// `*` stands for any text, `?` for one byte. On a mismatch only the last `*` takes one byte more: never worse than
    /// the product of both lengths.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var at = 0, next = 0
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                star = (next, at)
                next += 1
            } else if next < pattern.count, pattern[next] == UInt8(ascii: "?") || pattern[next] == name[at] {
                at += 1
                next += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                at = last.name + 1
                next = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
