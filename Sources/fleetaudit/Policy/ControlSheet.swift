import Collection
import Console
import HostFacts
import Policy

/// A control in words, on a terminal.
struct ControlSheet {
    let explanation: ControlExplanation
    let role: String?

    func print(on output: Output) {
        let control = explanation.control
        output.print("\(control.id, .bold)  \(control.title, .bold)")
        let consequence =
            switch control.consequence {
            case .breaks?: ", breaks Remote Desktop"
            case .exposes?: ", exposes the host"
            case nil: ""
            }
        output.print("\(control.severity.rawValue)\(consequence), area \(control.area)")
        heading("Why", output)
        paragraph(control.why, output)
        heading("What it asks", output)
        tree(explanation.check, output)
        heading("Of whom", output)
        if explanation.appliesTo.isEmpty {
            paragraph("every host", output)
        } else {
            tree(explanation.appliesTo, output)
        }
        if !explanation.parameters.isEmpty {
            heading("Parameters", output)
            for (name, value) in explanation.parameters.sorted(by: { $0.key < $1.key }) {
                let usual = control.parameters[name].flatMap { $0 == value ? nil : " (by default \($0.shown))" } ?? ""
                paragraph("\(name): \(value.shown)\(usual)", output)
            }
        }
        list("What people see", control.symptoms, output)
        list("Not applicable when", explanation.notApplicable, output)
        list("Unknown when", explanation.unknown, output)
        facts(output)
        changes(output)
        places(output)
        list("References", control.references, output)
        heading("File", output)
        paragraph(control.file, output)
    }

    private func heading(_ text: String, _ output: Output) {
        output.print("")
        output.print("\(text, .bold)")
    }

    private func paragraph(_ text: String, indent: Int = 2, mark: String = "", _ output: Output) {
        let blank = String(repeating: " ", count: indent)
        for (index, line) in Text.wrapped(text, to: 98 - indent - mark.count).enumerated() {
            output.print("\(blank)\(index == 0 ? mark : String(repeating: " ", count: mark.count))\(line)")
        }
    }

    private func tree(_ sentences: [ConditionSentence], _ output: Output) {
        for sentence in sentences {
            paragraph(sentence.text, indent: 2 + 2 * sentence.depth, mark: sentence.depth == 0 ? "" : "- ", output)
        }
    }

    private func list(_ title: String, _ items: [String], _ output: Output) {
        guard !items.isEmpty else { return }
        heading(title, output)
        for item in items { paragraph(item, mark: "- ", output) }
    }

    private func facts(_ output: Output) {
        heading("Facts", output)
        for fact in explanation.facts {
            paragraph("\(fact.path) (\(fact.type.rawValue)): \(fact.meaning)", mark: "- ", output)
            for line in fact.sources { paragraph(line, indent: 6, output) }
        }
    }

    private func changes(_ output: Output) {
        guard !explanation.changes.isEmpty else { return }
        heading("What ends a failure", output)
        for change in explanation.changes {
            paragraph(
                change.summary + (change.onlyFor.map { " (when \($0) is what failed)" } ?? ""), mark: "- ", output)
            if let path = change.policyPath { paragraph("policy: \(path)", indent: 4, output) }
            paragraph("effect: \(change.effect)", indent: 4, output)
            if !change.risk.isEmpty { paragraph("risk: \(change.risk)", indent: 4, output) }
        }
    }

    private func places(_ output: Output) {
        heading("Stands in", output)
        if explanation.places.isEmpty { paragraph("no baseline", output) }
        for place in explanation.places {
            let whom = place.role.map { ", role \($0)" } ?? ""
            let values = place.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shown)" }
            let what =
                place.exclusion.map { "left out: \($0)" }
                ?? ([place.severity.rawValue] + values).joined(separator: ", ")
            paragraph("\(place.baseline)\(whom): \(what)", mark: "- ", output)
        }
    }
}

extension Fact {
    /// Where its value comes from, a line for each place.
    var sources: [String] {
        let places = evidence(on: .stock).map { part, evidence -> String in
            let label = part.map { "\($0.rawValue): " } ?? ""
            return switch evidence {
            case .value(let location): "\(label)\(location.description)"
            case .key(let key): "\(label)HKLM\\\(key)"
            case .item(let section, let path): "\(path.joined(separator: ".")) of section \(section.rawValue)"
            }
        }
        guard places.isEmpty else { return places }
        return (rule?.inputs ?? []).isEmpty ? [] : ["from \((rule?.inputs ?? []).joined(separator: ", "))"]
    }
}
