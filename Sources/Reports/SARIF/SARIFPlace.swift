import Formats
import HostFacts

/// Where the results of a host are found.
struct SARIFPlace {
    private let uri: String
    private let name: String
    /// `site/host`
    private let qualified: String

    init(_ host: AuditedHost) {
        uri = "hosts/" + SARIFText.segment(host.name)
        name = SARIFText.message(host.name)
        qualified = SARIFText.message(
            [host.site, host.name].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "/"))
    }

    func write(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("physicalLocation")
            writer.object { writer in
                writer.key("artifactLocation")
                writer.object { $0.member("uri", uri) }
                writer.key("region")
                writer.object { $0.member("startLine", 1) }
            }
            writer.key("logicalLocations")
            writer.array { writer in
                writer.object { writer in
                    writer.member("name", name)
                    writer.member("fullyQualifiedName", qualified)
                    writer.member("kind", "host")
                }
            }
        }
    }
}
