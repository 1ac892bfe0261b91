import Formats
import FoundationEssentials
import HostFacts

extension ReleaseTable {
    /// A file of the catalogue, always the same for the same releases.
    package var yaml: [UInt8] {
        var text = """
            # Written by `fleetaudit catalogue import` from Microsoft's monthly security update documents.
            # Do not edit: what is known besides stands in the other files here. `month` is the first imported document
            # that names a release; `supersedes` is as published, and not all of it is true.

            """
        if let asOf { text += "as-of: \(ISO8601.text(asOf).prefix(10))\n" }
        text += "\ndocuments:\(documents.isEmpty ? " {}" : "")\n"
        for document in documents { text += "  \(document.id): \(ISO8601.text(document.revised).prefix(10))\n" }
        let releases = releases
        text += "\nreleases:\(releases.isEmpty ? " {}" : "")\n"
        var line: String?
        for release in releases {
            if release.line != line {
                line = release.line
                text += "  \(Self.scalar(release.line)):\n"
            }
            text += "    - { build: \(Self.short(release.version)), kb: \(release.kb), kind: \(release.kind.rawValue)"
            if let month = release.month { text += ", month: \(month)" }
            if !release.supersedes.isEmpty { text += ", supersedes: \(Self.list(release.supersedes))" }
            if !release.cves.isEmpty { text += ", cve: \(Self.list(release.cves))" }
            text += " }\n"
        }
        return Array(text.utf8)
    }

    private static func list(_ items: [some CustomStringConvertible]) -> String {
        "[\(items.map(\.description).joined(separator: ", "))]"
    }

    /// As people write builds: `17763.8389` for Windows 10 and later.
    private static func short(_ version: BuildVersion) -> String {
        guard version.major == 10, version.minor == 0, let revision = version.revision else { return "\(version)" }
        return "\(version.build).\(revision)"
    }

    /// Ids of lines come from files that people write.
    private static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7a, UInt8(ascii: "-"): true
            default: false
            }
        }
        return isPlain && text.utf8.first.map { $0 >= 0x61 } == true
            ? text : "'\(text.replacing("'", with: "''"))'"
    }
}
