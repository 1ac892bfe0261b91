package import HostFacts

/// The probe as a file of its own, for hosts that nobody can reach: it needs no standard input, and what it prints is
/// read by ``Transcript`` (docs/ingest.md).
package struct ExportedProgram: Sendable {
    /// Asked in the order of the contract.
    package let sections: Set<SectionName>
    /// Bytes that one run may print, for channels that hand back only their last KB; `nil`: everything at once.
    package let frameLimit: Int?

    /// What a limit may be: below, a piece is mostly its own head.
    package static let frameLimits = 1500...1_000_000

    package init(sections: Set<SectionName>, frameLimit: Int? = nil) {
        self.sections = sections
        self.frameLimit = frameLimit
    }

    /// What the lines around the pieces take: which machine they are from, and the closing line.
    private static let roomForAnnouncement = 640
    /// What a piece's head takes at most.
    private static let roomForHead = 96

    /// Bytes of the pieces of one part, a multiple of what their sizes are rounded up to.
    private var partSize: Int? { frameLimit.map { ($0 - Self.roomForAnnouncement) / 128 * 128 } }
    /// Characters of base64 in one piece.
    package var pieceSize: Int? { partSize.map { $0 - Self.roomForHead } }

    /// What it asks and how it answers; SHA-256 of this names the program in its answers.
    private var body: String {
        var lines = [
            ProbeProgram.resource(PackageResources.prelude_ps1), ProbeProgram.resource(PackageResources.export_ps1),
        ]
        if frameLimit != nil { lines.append(ProbeProgram.resource(PackageResources.export_pieces_ps1)) }
        if frameLimit == nil { lines.append("Announce 1 1") }
        lines += ProbeProgram.questions(of: sections)
        lines.append(
            frameLimit == nil
                ? "[Console]::Out.Write('\(ProbeProgram.marker) END '+$script:lines+\"`n\"); [Console]::Out.Flush()"
                : "WritePart $Part")
        lines.append(ProbeProgram.resource(PackageResources.export_end_ps1))
        return lines.joined(separator: "\n") + "\n"
    }

    /// SHA-256 of what it asks and how, in lower-case hexadecimal; stands in each answer, and in the snapshot.
    package var fingerprint: String { Digest.sha256(Array(body.utf8)).hexadecimal.lowercased() }

    /// The whole file: plain ASCII, lines end with a line feed.
    package var text: String {
        let asked = SectionName.allCases.filter(sections.contains).map { "'\($0.rawValue)'" }.joined(separator: ",")
        var lines = [
            "# FleetAudit probe, contract 1, as a file of its own. It reads and prints; it changes nothing.",
            "# Run it as administrator: powershell -NoProfile -ExecutionPolicy Bypass -File <this file>",
            "# Keep everything that it prints, and hand it to: fleetaudit ingest <file> --host <name>",
        ]
        if let partSize, let pieceSize {
            lines += [
                "# It prints one part of its answer. The part's first line counts the parts: run it again for each, with -Part 2, ...",
                "param([int]$Part=1)", "$partArgument=@($Part)", "$partSize=\(partSize)", "$pieceSize=\(pieceSize)",
            ]
        } else {
            lines.append("$partArgument=@()")
        }
        lines += [
            "$fingerprint='\(fingerprint)'", "$asked=@(\(asked))",
            ProbeProgram.resource(PackageResources.export_start_ps1),
        ]
        return lines.joined(separator: "\n") + "\n" + body
    }
}
