import Formats
import HostFacts

extension GoldenBaseline {
    /// The baseline's file, always the same for the same host.
    /// - Parameters:
    ///   - name: of the new baseline.
    ///   - extends: the base as the file must call it.
    ///   - origin: where the host's answers stand, for people.
    ///   - excludesFailing: controls that the host fails are left out, with the reason.
    package func yaml(name: String, extends: String, origin: String, excludesFailing: Bool) -> [UInt8] {
        let host = "the golden host \(host.name)"
        var lines = [
            "# Written by `fleetaudit baseline init` after \(YAMLText.comment(host)),",
            "# \(YAMLText.comment(origin)). Parameters are what that host has; all else is the base's.",
            "name: \(YAMLText.scalar(name))",
            "version: \"1.0\"",
            "title: \(YAMLText.quoted("As \(host) is"))",
            "extends: \(YAMLText.scalar(extends))",
        ]
        if excludesFailing, !failing.isEmpty {
            lines += ["exclude:"]
            lines += failing.map { note in
                "  \(note.control): \(YAMLText.quoted("\(host) fails it: \(note.because)"))"
            }
        }
        let kept = settings.filter { $0.place == .parameters }
        if !kept.isEmpty {
            lines.append("parameters:")
            lines += grouped(kept).flatMap { id, own in ["  \(id):"] + own.map { "    \(Self.line($0))" } }
        }
        let reason = YAMLText.quoted("\(host) has it so")
        lines += overrides(settings.filter { $0.place == .override }, reason, indent: "")
        let roles = settings.compactMap { if case .roleOverride(let role) = $0.place { role } else { nil } }
        if let role = roles.first {
            lines += ["roles:", "  \(YAMLText.scalar(role)):"]
            lines += overrides(settings.filter { $0.place == .roleOverride(role) }, reason, indent: "    ")
        }
        lines += remarks(excludesFailing: excludesFailing)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func overrides(_ settings: [Setting], _ reason: String, indent: String) -> [String] {
        guard !settings.isEmpty else { return [] }
        return ["\(indent)override:"]
            + grouped(settings).flatMap { id, own in
                ["\(indent)  \(id):", "\(indent)    reason: \(reason)", "\(indent)    parameters:"]
                    + own.map { "\(indent)      \(Self.line($0))" }
            }
    }

    private func grouped(_ settings: [Setting]) -> [(String, [Setting])] {
        Dictionary(grouping: settings, by: \.control).sorted { $0.key < $1.key }
    }

    private static func line(_ setting: Setting) -> String {
        let line = "\(YAMLText.scalar(setting.parameter)): \(text(setting.value))"
        return setting.value == setting.usual ? line : line + "  # the base: \(YAMLText.comment(setting.usual.text))"
    }

    private static func text(_ value: PolicyValue) -> String {
        switch value {
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .list(let items): "[" + items.map { YAMLText.scalar($0) }.joined(separator: ", ") + "]"
        // Moments and spans are counted from the day of judging: no host decides them.
        case .text, .version, .moment, .span: YAMLText.quoted(value.text)
        }
    }

    /// What the reader of the file must know and the file cannot say.
    private func remarks(excludesFailing: Bool) -> [String] {
        func part(_ heading: String, _ rows: [String]) -> [String] {
            rows.isEmpty ? [] : ["", "# \(heading)"] + rows.map { "#   \(YAMLText.comment($0))" }
        }
        return part(
            "The golden host fails these, and they are asked of every host all the same:",
            excludesFailing ? [] : failing.map { "\($0.control): \($0.because)" })
            + part("These could not be told on the golden host:", unknown.map { "\($0.control): \($0.because)" })
            + part(
                "These parameters stay the base's:", left.map { "\($0.control) \($0.parameter): \($0.reason)" })
    }
}
