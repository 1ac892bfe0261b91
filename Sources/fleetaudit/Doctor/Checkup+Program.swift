import EventLoop
import Formats
import FoundationEssentials
import Glibc
import History
import Transport

extension Checkup {
    /// The program and the libraries that it runs with.
    mutating func checkProgram(needsNTLM: Bool) async {
        var system = utsname()
        let kernel = uname(&system) == 0 ? withUnsafeBytes(of: &system.release) { Self.text($0) } : "unknown"
        ok(.program, "fleetaudit", "\(FleetAudit.version), on \(Self.distribution), Linux \(kernel)")
        for library in LibraryVersion.transports { ok(.program, library.name, library.version) }
        ok(.program, "libyaml", FormatLibraries.yaml)
        ok(.program, "zlib", FormatLibraries.zlib)
        ok(.program, "SQLite", SQLiteLibrary.version)
        if await LibraryVersion.hasNTLM() {
            ok(.program, "gss-ntlmssp", "GSSAPI has NTLM")
        } else if needsNTLM {
            fail(
                .program, "gss-ntlmssp", "GSSAPI lacks NTLM, which hosts of the inventory are asked with",
                "install the package gss-ntlmssp")
        } else {
            warn(.program, "gss-ntlmssp", "GSSAPI lacks NTLM", "install the package gss-ntlmssp for WinRM")
        }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// `Debian GNU/Linux 12 (bookworm)`
    private static var distribution: String {
        let text = FileManager.default.contents(atPath: "/etc/os-release").map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst(12).filter { $0 != "\"" } } ?? "an unnamed system"
    }
}
