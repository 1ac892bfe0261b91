import COpenSSL
import EventLoop
import Formats

/// The host keys of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), parsed once and shared by all sessions.
///
/// libssh2's own reader passes over wildcards and `@revoked`, falls back from `[host]:port` to `host`, and scans a list
/// for every host: with hashed names that costs more than the session itself. Here plain names are a dictionary.
package final class KnownHosts: Sendable {
    /// `@cert-authority` lines: libssh2 checks no host certificates, so they say nothing here, and a plan warns of it.
    package let certificateAuthorityLines: Int
    /// 1-based numbers of the lines that could not be read, at most the first hundred.
    package let unreadableLines: [Int]

    private let entries: [KnownHostsLine.Entry]
    private let plain: [String: [Int32]]
    private let patterns: [(KnownHostsPattern, Int32)]
    private let hashed: HashedNames

    /// Reads the file's bytes; lines that cannot be read are passed over and named.
    package init(_ bytes: [UInt8]) {
        var authorities = 0
        var unreadable: [Int] = []
        var entries: [KnownHostsLine.Entry] = []
        var plain: [String: [Int32]] = [:]
        var patterns: [(KnownHostsPattern, Int32)] = []
        var hashed = HashedNames()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            switch KnownHostsLine(line) {
            case .nothing: break
            case .certificateAuthority: authorities += 1
            case .unreadable: if unreadable.count < 100 { unreadable.append(number) }
            case .entry(let entry, let names):
                let index = Int32(truncatingIfNeeded: entries.count)
                entries.append(entry)
                switch names {
                case .plain(let names): for name in names { plain[name, default: []].append(index) }
                case .pattern(let pattern): patterns.append((pattern, index))
                case .hashed(let salt, let digest): hashed.append(salt: salt, digest: digest, entry: index)
                }
            }
        }
        certificateAuthorityLines = authorities
        unreadableLines = unreadable
        self.entries = entries
        self.plain = plain
        self.patterns = patterns
        self.hashed = hashed
    }

    /// What the file says about one host. Each hashed name costs two SHA-1 blocks; many are tried off the loop.
    package func keys(host: String, port: UInt16) async -> Keys {
        let name = Self.name(host, port)
        return hashed.count < 500 ? keys(name) : await offLoop { self.keys(name) }
    }

    private func keys(_ name: String) -> Keys {
        var keys = Keys()
        var found = plain[name] ?? []
        found += patterns.filter { $0.0.matches(name) }.map(\.1)
        found += hashed.entries(for: name)
        for index in found {
            let entry = entries[Int(index)]
            if entry.isRevoked { keys.revoked.insert(entry.key) } else { keys.trusted.insert(entry.key) }
        }
        return keys
    }

    /// `host` for port 22, else `[host]:port` and nothing else, in lower case.
    private static func name(_ host: String, _ port: UInt16) -> String {
        var bare = Substring(host)
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        return port == 22 ? bare.lowercased() : "[\(bare.lowercased())]:\(port)"
    }
}

extension KnownHosts {
    /// The keys of one host.
    package struct Keys: Sendable, Hashable {
        package fileprivate(set) var trusted: Set<HostKey> = []
        package fileprivate(set) var revoked: Set<HostKey> = []

        /// Types of the trusted keys.
        package var types: Set<String> { Set(trusted.map(\.type)) }

        /// Throws unless the key is trusted for the host, and not revoked.
        package func check(_ key: HostKey) throws(TransportError) {
            if revoked.contains(key) { throw error(.revoked, key) }
            if trusted.contains(key) { return }
            let sameType = trusted.filter { $0.type == key.type }
            if !sameType.isEmpty {
                let known = sameType.map(\.fingerprint).sorted().joined(separator: ", ")
                throw error(.changed, key, "known_hosts has \(known)")
            }
            let others = types.sorted().joined(separator: ", ")
            throw error(.unknown, key, others.isEmpty ? "" : "known_hosts has only its \(others) key")
        }

        private func error(
            _ problem: TransportError.HostKeyProblem, _ key: HostKey, _ detail: String = ""
        ) -> TransportError {
            TransportError(.hostKey, .hostKey(problem, fingerprint: "\(key.type) \(key.fingerprint)"), detail)
        }
    }
}

/// Names of which known_hosts holds only HMAC-SHA-1 (`HashKnownHosts`), each with a salt of its own.
private struct HashedNames: Sendable {
    private var keys: [cssl_hmac_sha1_key] = []
    private var digests: [UInt8] = []
    private var owners: [Int32] = []

    var count: Int { owners.count }

    /// Salt and digest are 20 bytes each.
    mutating func append(salt: [UInt8], digest: [UInt8], entry: Int32) {
        keys.append(salt.withUnsafeBufferPointer { cssl_hmac_sha1_prepare($0.baseAddress, $0.count) })
        digests += digest
        owners.append(entry)
    }

    func entries(for name: String) -> [Int32] {
        let name = Array(name.utf8)
        return keys.withUnsafeBufferPointer { keys in
            digests.withUnsafeBufferPointer { digests in
                guard let firstKey = keys.baseAddress, let firstDigest = digests.baseAddress else { return [] }
                return owners.indices.filter {
                    cssl_hmac_sha1_matches(firstKey + $0, name, name.count, firstDigest + 20 * $0) != 0
                }.map { owners[$0] }
            }
        }
    }
}
