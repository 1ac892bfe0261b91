import Formats
import HostFacts

/// Names for findings and causes that stay the same from run to run, so that people can refer to them.
enum ReportIdentifier {
    /// Twelve hexadecimal digits of a SHA-256.
    static func make(_ parts: String...) -> String {
        let text = parts.joined(separator: "\u{1f}")
        return String(Digest.sha256(Array(text.utf8)).hexadecimal.lowercased().prefix(12))
    }
}
