import Formats
import HostFacts

/// Short words for long registry keys, in files of cases and templates: `$listener`.
enum KeyWords {
    private static let server = #"SYSTEM\CurrentControlSet\Control\Terminal Server"#

    private static let words = [
        ("$services", Keys.services), ("$server", server), ("$listener", server + #"\WinStations\RDP-Tcp"#),
        ("$policy", Keys.terminalServicesPolicy), ("$schannel", Keys.schannelProtocols), ("$firewall", Keys.firewall),
        ("$windows", Keys.currentVersion), ("$delegation", Keys.credentialsDelegation),
        ("$reboot", Keys.servicingRebootPending), ("$packages", Keys.packages),
    ]

    /// The node with its words written out; places stay those of the file.
    static func expanded(_ node: YAMLNode) -> YAMLNode {
        var node = node
        switch node.content {
        case .scalar(let text, let style):
            guard text.contains("$") else { return node }
            node.content = .scalar(words.reduce(text) { $0.replacing($1.0, with: $1.1) }, style)
        case .sequence(let items): node.content = .sequence(items.map(expanded))
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.key = expanded(entry.key)
                    entry.value = expanded(entry.value)
                    return entry
                })
        }
        return node
    }
}
