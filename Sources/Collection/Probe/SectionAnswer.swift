package import Formats
import HostFacts

/// What became of one section of the probe.
package enum SectionAnswer: Sendable {
    /// The `data` member of its JSON.
    case data(JSON)
    /// It was not answered, with the reason in words.
    case failed(String)

    /// Reads a section's JSON, `{"ms": …, "data": …}` or `{"ms": …, "failed": {error, hresult, message}}`.
    package init(_ content: ProbeReply.Content) {
        switch content {
        case .damaged(let reason): self = .failed("the section is damaged: \(reason)")
        case .json(let json):
            if let data = json["data"], data.object != nil {
                self = .data(data)
            } else if let failure = json["failed"] {
                self = .failed(Self.reason(failure))
            } else {
                self = .failed("the section holds neither data nor a failure that could be read")
            }
        }
    }

    /// Reads a section as a snapshot holds it: the host's JSON, or what we wrote in its place (docs/snapshot.md).
    package init(recorded json: JSON) {
        if let reason = json["damaged"]?.string {
            self.init(.damaged(reason))
        } else if let reason = json["unasked"]?.string {
            self = .failed("the section was \(reason)")
        } else {
            self.init(.json(json))
        }
    }

    /// The host's own words are in its language; type and number mean the same everywhere.
    private static func reason(_ failure: JSON) -> String {
        let error = failure["error"]?.string ?? "unknown error"
        let message = failure["message"]?.string ?? ""
        if error == "timeout" { return "the section took too long: \(message)" }
        let number = failure["hresult"]?.string.map { " 0x\($0)" } ?? ""
        return "the section failed: \(error)\(number)" + (message.isEmpty ? "" : ", \(message)")
    }
}

/// A problem as the probe prints it: `<hresult> <type>`. Where no number tells it, a word stands in its place and the reason
/// behind it: `failed <reason>`, `unsupported <reason>`.
struct HostProblem {
    static let accessDenied = "80070005 access denied"
    static let notFound = "80070002 not found"
    static func failed(_ reason: String) -> String { "failed \(reason)" }
    static func unsupported(_ reason: String) -> String { "unsupported \(reason)" }

    let number: String
    let kind: String

    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        number = parts.first.map(String.init) ?? ""
        kind = parts.count > 1 ? String(parts[1]) : ""
    }

    /// E_ACCESSDENIED, SecurityException's own number, and WMI's.
    var isAccessDenied: Bool { ["80070005", "8013150a", "80041003"].contains(number) }
    /// File, path, service or element not found; WMI's namespace or class; an event log.
    var isNotFound: Bool {
        ["80070002", "80070003", "80070424", "80070490", "8004100e", "80041010"].contains(number)
            || kind == "System.Diagnostics.Eventing.Reader.EventLogNotFoundException"
    }

    func collected<Value>(_ type: Value.Type = Value.self) -> Collected<Value> {
        if isAccessDenied { return .accessDenied }
        if isNotFound { return .absent }
        if number == "failed" { return .failed(kind) }
        if number == "unsupported" { return .unsupported(kind) }
        // The lab's recordings say so of what nobody wrote down.
        if number == "ffffffff" { return .failed("it was not recorded") }
        return .failed("the host answered \(kind.isEmpty ? "an error" : kind) 0x\(number)")
    }
}
