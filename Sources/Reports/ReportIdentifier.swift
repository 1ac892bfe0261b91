import Formats
import HostFacts

/// Names for findings and causes that stay the same from run to run, so that people can refer to them.
enum ReportIdentifier {
    /// 48 bits of a SHA-256: a letter from `g` to `v`, then eleven hexadecimal digits. Twelve digits of which none or one
    /// is an `e` would be a number to every spreadsheet.
    static func make(_ parts: String...) -> String { make(joined: parts.joined(separator: "\u{1f}")) }

    /// The name of one control's finding on one host.
    static func finding(_ control: String, on host: String) -> String { make(joined: host + "\u{1f}" + control) }

    /// By hand: a large fleet has a million of them.
    private static func make(joined text: String) -> String {
        let digest = Digest.sha256(Array(text.utf8)).bytes
        return String(unsafeUninitializedCapacity: 12) { output in
            output[0] = UInt8(ascii: "g") + digest[0] >> 4
            for place in 1..<12 {
                let digit = digest[place / 2] >> (place % 2 == 0 ? 4 : 0) & 15
                output[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 12
        }
    }
}
