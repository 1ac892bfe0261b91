import Formats
import HostFacts

/// What stands in a description at a wrong place or in a wrong form would be missing in silence.
extension HostComposer {
    mutating func checkShapes(_ node: YAMLNode) {
        for entry in node.mapping ?? [] where !entry.value.isNull {
            if Self.mappings.contains(entry.name), entry.value.mapping == nil {
                report(entry.value, "'\(entry.name)' is a mapping, and this is \(entry.value.kind)")
            }
            if Self.lists.contains(entry.name), entry.value.sequence == nil {
                report(entry.value, "'\(entry.name)' is a list, and this is \(entry.value.kind)")
            }
        }
        for certificate in node["certificates"]?.sequence ?? [] { checkCertificate(certificate) }
        checkKeys(
            node["machine-keys"], ["folder", "rdp-key", "extra-files", "others", "siblings", "cng"], "machine-keys")
        checkKeys(node["engine"], ["version", "bits", "elevated", "clock"], "engine")
        checkKeys(node["licensing"], ["session-host", "type", "days"], "licensing")
        checkKeys(node["domain"], ["member", "role", "channel"], "domain")
        for item in node["listeners"]?.sequence ?? [] where item.int.flatMap({ UInt16(exactly: $0) }) == nil {
            report(item, "a port is a number up to 65535")
        }
        for item in node["active-profiles"]?.sequence ?? [] {
            checkWord(item, FirewallProfile.allCases.map(\.rawValue))
        }
        if let version = node["tspkg"], version.scalar.flatMap({ BuildVersion($0) }) == nil {
            report(version, "'tspkg' is a version such as 10.0.17763.6414")
        }
    }

    private static let mappings: Set = [
        "registry", "firewall-rules", "services", "machine-keys", "engine", "groups", "firewall-products",
        "port-owners", "rights", "licensing", "domain",
    ]
    private static let lists: Set = ["certificates", "listeners", "active-profiles"]

    private mutating func checkCertificate(_ node: YAMLNode) {
        checkKeys(node, ["file", "store", "container", "provider", "provider-type", "serve"], "a certificate")
        checkWord(node["store"], ["Remote Desktop", "My"])
        checkWord(node["serve"], ["self-signed", "bound"])
    }

    private mutating func checkKeys(_ node: YAMLNode?, _ known: [String], _ what: String) {
        for entry in node?.mapping ?? [] where !known.contains(entry.name) {
            report(entry.key, "unknown key '\(entry.name)' in \(what)")
        }
    }

    private mutating func checkWord(_ node: YAMLNode?, _ words: [String]) {
        guard let node, !words.contains(node.scalar ?? "") else { return }
        report(node, "'\(node.scalar ?? "")' is none of \(words.joined(separator: ", "))")
    }
}
