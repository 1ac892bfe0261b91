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

    /// The host's own words are in its language; type and number mean the same everywhere.
    private static func reason(_ failure: JSON) -> String {
        let error = failure["error"]?.string ?? "unknown error"
        let message = failure["message"]?.string ?? ""
        if error == "timeout" { return "the section took too long: \(message)" }
        let number = failure["hresult"]?.string.map { " 0x\($0)" } ?? ""
        return "the section failed: \(error)\(number)" + (message.isEmpty ? "" : ", \(message)")
    }
}

/// A problem as the probe prints it: `<hresult> <type>`.
struct HostProblem {
    let number: String
    let kind: String

    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        number = parts.first.map(String.init) ?? ""
        kind = parts.count > 1 ? String(parts[1]) : ""
    }

    /// E_ACCESSDENIED and SecurityException's own number.
    var isAccessDenied: Bool { number == "80070005" || number == "8013150a" }
    /// File, path, service or element not found.
    var isNotFound: Bool { ["80070002", "80070003", "80070424", "80070490"].contains(number) }

    func collected<Value>(_ type: Value.Type = Value.self) -> Collected<Value> {
        if isAccessDenied { return .accessDenied }
        if isNotFound { return .absent }
        // The lab's recordings say so of what nobody wrote down.
        if number == "ffffffff" { return .failed("it was not recorded") }
        return .failed("the host answered \(kind.isEmpty ? "an error" : kind) 0x\(number)")
    }
}
