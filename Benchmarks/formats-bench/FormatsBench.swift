import Formats
import FoundationEssentials
import Glibc
import Measure

/// Measures what Formats costs a host, and prints a table.
///
///     swift run -c release formats-bench [FOLDER OF REGISTRY EXTRACTS [PART OF A NAME]]
@main enum FormatsBench {
    static func main() {
        do {
            let folder = CommandLine.arguments.dropFirst().first ?? "Tests/Fixtures/windows-hosts"
            let registry = try Registry(folder: folder)
            print("                                                    size    CPU a run       rate")
            try json(registry)
            try certificates(registry)
            try yaml()
            try xml()
            try gzip(registry)
            csv()
            try times()
        } catch {
            print("formats-bench: \(error)")
            exit(1)
        }
    }

    private static func json(_ registry: Registry) throws {
        for (rules, certificates) in [(200, 4), (500, 10), (1_300, 40)] {
            let value = registry.document(rules: rules, certificates: certificates)
            let document = JSON.write(value)
            let what = "\(rules) rules, \(certificates) certificates"
            try measure("JSON read, \(what)", bytes: document.count) { try JSON.parse(document).object?.count ?? 0 }
            try measure("JSON read + Base64 + X.509, \(what)", bytes: document.count) {
                let list = try JSON.parse(document)["certificates"]?.array ?? []
                return try list.reduce(0) { sum, text in
                    guard let der = text.string.flatMap(Base64.decode) else { return sum }
                    return sum + (try X509Certificate(der)).extensions.count
                }
            }
            measure("JSON write, \(what)", bytes: document.count) { JSON.write(value).count }
        }
    }

    private static func certificates(_ registry: Registry) throws {
        let all = registry.certificates
        let bytes = all.reduce(0) { $0 + $1.count } / all.count
        var next = 0
        try measure("X.509 certificate (mean of \(all.count))", bytes: bytes) {
            next = (next + 1) % all.count
            return try X509Certificate(all[next]).extensions.count
        }
        next = 0
        try measure("X.509 certificate with its names as text", bytes: bytes) {
            next = (next + 1) % all.count
            let certificate = try X509Certificate(all[next])
            return certificate.subject.text.utf8.count + certificate.issuer.text.utf8.count
        }
        let text = Base64.encode(all[0])
        measure("Base64 decode", bytes: text.utf8.count) { Base64.decode(text)?.count ?? 0 }
        measure("Base64 encode", bytes: all[0].count) { Base64.encode(all[0]).utf8.count }
        let digits = Hex.encode(all[0])
        measure("hexadecimal decode", bytes: digits.utf8.count) { Hex.decode(digits)?.count ?? 0 }
    }

    private static func yaml() throws {
        let controls = (0..<1_000).map { number in
            Array(
                """
                id: RDP-\(number)
                title: Network Level Authentication is required
                severity: high                    # critical, high, medium, low, info
                why: >
                  Without it the whole sign-in screen is reachable before anyone proved who they are.
                applies-to: { fact: rdp.enabled.effective, equals: true }
                check: { fact: rdp.listener.userAuthentication.effective, equals: 1 }
                remediation:
                  - set-registry:
                      key: HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp
                      value: UserAuthentication
                      to: 1
                references: [ "CIS Win11 18.10.56.3.9.4" ]

                """.utf8)
        }
        try measure("YAML read, 1,000 small files", bytes: controls.reduce(0) { $0 + $1.count }) {
            try controls.reduce(0) { $0 + (try YAML.parse($1).root?.mapping?.count ?? 0) }
        }
        var inventory = "all:\n  hosts:\n"
        for host in 0..<30_000 {
            inventory += "    srv\(host).corp.example.com:\n      ansible_host: 10.1.\(host / 256).\(host % 256)\n"
            inventory += "      site: 'berlin-\(host % 40)'\n      owner: \"team \(host % 17)\"\n      role: rdsh\n"
            inventory += "      note: moved on 2026-11-20, was srv-old-\(host)\n"
        }
        let bytes = Array(inventory.utf8)
        try measure("YAML read, 30,000 hosts", bytes: bytes.count) { try YAML.parse(bytes).root?.length ?? 0 }
    }

    private static func xml() throws {
        let output = Base64.encode((0..<380_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let envelope = """
            <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
            xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell" xml:lang="en-US"><s:Header>\
            <a:Action>http://schemas.microsoft.com/wbem/wsman/1/windows/shell/ReceiveResponse</a:Action></s:Header><s:Body>\
            <rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="C">\(output)</rsp:Stream>\
            <rsp:CommandState CommandId="C" State="Done"/></rsp:ReceiveResponse></s:Body></s:Envelope>
            """
        let bytes = Array(envelope.utf8)
        try measure("XML read, envelope with one large text", bytes: bytes.count) {
            try XMLNode.parse(bytes).children.count
        }
        try measure("XML read + Base64", bytes: bytes.count) {
            let stream = try XMLNode.parse(bytes).children.last?.children.first?.children.first
            return stream.flatMap { Base64.decode($0.text) }?.count ?? 0
        }
        let small = Array(
            "<a xmlns='urn:x'>\(String(repeating: "<b c='1' d=\"2\">text &amp; more</b>", count: 10_000))</a>".utf8)
        try measure("XML read, 10,000 small elements", bytes: small.count) { try XMLNode.parse(small).children.count }
        let text = String(repeating: "<value> & \"more\"\n", count: 10_000)
        measure("XML escape", bytes: text.utf8.count) { XML.escape(text).utf8.count }
    }

    private static func gzip(_ registry: Registry) throws {
        let document = JSON.write(registry.document(rules: 500, certificates: 10))
        for level in [1, 6, 9] {
            let packed = Gzip.compress(document, level: level)
            measure("gzip compress, level \(level), to \(packed.count / 1_024) KB", bytes: document.count) {
                Gzip.compress(document, level: level).count
            }
            try measure("gzip decompress, level \(level)", bytes: document.count) {
                try Gzip.decompress(packed, limit: 1 << 20).count
            }
        }
    }

    private static func csv() {
        let cells: [CSVWriter.Cell] = [
            "RDP-006", "web01.corp.example.com", CSVWriter.Cell(443), "fail", .instant(Date(timeIntervalSince1970: 0)),
            "Network Level Authentication is required, and is off", "=HYPERLINK(\"x\")",
        ]
        measure("CSV write, 10,000 rows of 7", bytes: nil) {
            var writer = CSVWriter()
            for _ in 0..<10_000 { writer.row(cells) }
            return writer.takeBytes().count
        }
    }

    private static func times() throws {
        let text = "2026-11-20T02:00:00Z", date = Date(timeIntervalSince1970: 1_795_140_000)
        measure("ISO 8601 read", bytes: nil) { ISO8601.date(text) == nil ? 0 : 1 }
        try measure("ISO 8601 read, Foundation", bytes: nil) {
            Int(try Date(text, strategy: .iso8601).timeIntervalSince1970)
        }
        measure("ISO 8601 write", bytes: nil) { ISO8601.text(date).utf8.count }
        measure("ISO 8601 write, Foundation", bytes: nil) { date.formatted(.iso8601).utf8.count }
    }
}
