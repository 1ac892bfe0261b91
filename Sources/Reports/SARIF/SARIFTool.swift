import Formats
import Policy

/// The part of a SARIF run that says who looked, and for what.
enum SARIFTool {
    static let notAudited = "HOST-NOT-AUDITED"
    static let partly = "HOST-AUDITED-IN-PART"

    static func write(_ result: AuditResult, _ writer: inout JSONWriter) {
        writer.key("tool")
        writer.object { writer in
            writer.key("driver")
            writer.object { writer in
                writer.member("name", "FleetAudit")
                writer.member("version", result.programVersion)
                writer.key("notifications")
                writer.array { writer in
                    descriptor(notAudited, "Nothing can be said about a host", "error", &writer)
                    descriptor(partly, "A part of a host's answer is missing", "warning", &writer)
                }
                writer.key("rules")
                writer.array { writer in for control in result.baseline.controls { rule(control, &writer) } }
            }
        }
    }

    private static func descriptor(_ id: String, _ text: String, _ level: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            message("shortDescription", text, &writer)
            writer.key("defaultConfiguration")
            writer.object { $0.member("level", level) }
        }
    }

    private static func rule(_ control: ControlStatement, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", control.id)
            writer.member("name", name(control))
            message("shortDescription", SARIFText.message(control.title), &writer)
            message("fullDescription", SARIFText.message(control.why), &writer)
            writer.key("help")
            writer.object { writer in
                writer.member("text", SARIFText.message(help(control).joined(separator: "\n")))
                writer.member("markdown", markdown(control))
            }
            writer.key("defaultConfiguration")
            writer.object { $0.member("level", control.severity.sarifLevel) }
            writer.key("properties")
            writer.object { writer in
                if let number = control.severity.securitySeverity { writer.member("security-severity", number) }
                writer.member("severity", control.severity.rawValue)
                writer.key("tags")
                writer.array { writer in
                    writer.string("security")
                    writer.string(control.area)
                    if let consequence = control.consequence { writer.string(consequence.rawValue) }
                }
            }
        }
    }

    private static func message(_ key: String, _ text: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.object { $0.member("text", text) }
    }

    /// `NetworkLevelAuthenticationIsRequired`
    private static func name(_ control: ControlStatement) -> String {
        let words = control.title.unicodeScalars.split {
            !($0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
        }
        let name = words.map { word in
            String(word.prefix(1)).uppercased() + String(String.UnicodeScalarView(word.dropFirst()))
        }.joined()
        return name.isEmpty ? control.id : name
    }

    private static func help(_ control: ControlStatement) -> [String] {
        var lines = [control.why]
        if !control.symptoms.isEmpty { lines.append("Seen as: " + control.symptoms.joined(separator: "; ")) }
        if !control.references.isEmpty { lines.append("References: " + control.references.joined(separator: "; ")) }
        return lines
    }

    private static func markdown(_ control: ControlStatement) -> String {
        func list(_ title: String, _ items: [String]) -> String? {
            items.isEmpty
                ? nil : "**\(title)**\n\n" + items.map { "- " + MarkdownText.escaped($0) }.joined(separator: "\n")
        }
        return [
            "# \(control.id): \(MarkdownText.escaped(control.title))", MarkdownText.escaped(control.why),
            list("Seen as", control.symptoms), list("References", control.references),
        ].compactMap(\.self).joined(separator: "\n\n") + "\n"
    }
}

extension Severity {
    /// SARIF knows three levels of a failure.
    var sarifLevel: String {
        switch self {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low, .info: "note"
        }
    }

    /// What GitHub sorts by: above 9.0 is critical, from 7.0 high, from 4.0 medium, below low; `nil` where it is no matter
    /// of security.
    var securitySeverity: String? {
        switch self {
        case .critical: "9.5"
        case .high: "8.0"
        case .medium: "5.5"
        case .low: "2.0"
        case .info: nil
        }
    }
}
