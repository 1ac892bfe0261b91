import Formats
import HostFacts

/// File names for the hosts of a fleet: safe on Linux and on Windows, whatever a host is called, and never the same for
/// two hosts.
package struct ScriptNames: Sendable {
    private var names: [String: String] = [:]

    /// Longest name of a file that is taken from a host's, in bytes.
    private static let mostBytes = 100
    /// Names that Windows takes for devices, with any ending.
    private static let devices: Set<String> = {
        let ports = (0...9).flatMap { ["com\($0)", "lpt\($0)"] }
        return Set(["con", "prn", "aux", "nul"] + ports)
    }()

    package init(hosts: some Sequence<String>) {
        var taken: Set<String> = []
        for host in hosts.sorted() where names[host] == nil {
            var name = Self.plain(host)
            // Windows takes capitals for the same letters.
            if name == nil || taken.contains(name?.lowercased() ?? "") { name = Self.marked(host) }
            let file = (name ?? Self.marked(host)) + ".ps1"
            taken.insert(String(file.dropLast(4)).lowercased())
            names[host] = file
        }
    }

    package subscript(host host: String) -> String? { names[host] }

    /// The host's own name where every system takes it as a file's.
    private static func plain(_ host: String) -> String? {
        let bytes = Array(host.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= mostBytes, isLetterOrDigit(first),
            last != UInt8(ascii: "."), bytes.allSatisfy({ isLetterOrDigit($0) || [0x2d, 0x2e, 0x5f].contains($0) }),
            let stem = host.lowercased().split(separator: ".").first, !devices.contains(String(stem))
        else { return nil }
        return host
    }

    /// What is left of the name, and a digest of all of it.
    private static func marked(_ host: String) -> String {
        let kept = host.utf8.prefix(60).map { isLetterOrDigit($0) || $0 == 0x2d ? $0 : UInt8(ascii: "_") }
        let digest = Digest.sha256(Array(host.utf8)).hexadecimal.lowercased().prefix(12)
        return "host-" + String(decoding: kept, as: UTF8.self) + "-" + digest
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
