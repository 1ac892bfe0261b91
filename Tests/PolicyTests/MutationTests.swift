import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// A control whose condition can be changed without any case noticing is a control that nobody tested.
@Suite struct MutationTests {
    @Test(
        arguments: try ControlFixtures.cases.get().map(\.control).reduce(into: [String]()) {
            if $0.last != $1 { $0.append($1) }
        })
    func `changing an operator or a constant of a control changes a verdict`(_ id: String) throws {
        let cases = try ControlFixtures.cases.get().filter { $0.control == id }
        let place = try #require(ControlFixtures.controlFiles[id])
        let text = try String(contentsOfFile: ControlFixtures.policies + "/controls/" + place, encoding: .utf8)
        let mutants = try ControlMutation.all(of: text)
        var survivors: [String] = []
        var tried = 0
        for mutant in mutants {
            // One that does not load is no control at all.
            guard let sole = try? SoleControl(id, text: mutant.text) else { continue }
            tried += 1
            let isNoticed = cases.contains { (try? sole.judge($0))?.outcome != $0.outcome }
            if !isNoticed { survivors.append(mutant.change) }
        }
        #expect(tried > 0, "nothing to change in \(id)")
        #expect(survivors == Self.equivalent[id, default: []], "\(id)")
    }

    /// Changes that mean the same, with the reason.
    private static let equivalent: [String: [String]] = [
        // Without the file the first part fails already.
        "CERT-004": ["not-applicable -> pass", "not-applicable -> fail"],
        // Where no thumbprint is set at all the binding is self-signed, which the next part leaves out.
        "CERT-003": ["fail -> pass", "fail -> not-applicable"],
        // The other folder is judged all the same.
        "KEY-004": ["pass -> not-applicable"],
        // No Windows has the build 7602.
        "KB-004": ["7601 -> 7602"],
        // The other part of each pair decides.
        "LIC-001": ["fail -> not-applicable", "pass -> not-applicable"],
        // One of the two rights is there, or it does not apply, and a part that does not apply is left out.
        "USR-001": ["pass -> not-applicable", "pass -> not-applicable"],
    ]
}

/// One change of a control's text.
struct ControlMutation {
    let text: String
    /// `old -> new`
    let change: String

    static func all(of text: String) throws -> [ControlMutation] {
        let root = try #require(try YAML.parse(Array(text.utf8)).root)
        var found: [ControlMutation] = []
        for part in ["check", "applies-to"] {
            if let node = root[part] { collect(node, text, &found) }
        }
        for entry in root["parameters"]?.mapping ?? [] { constants(entry.value, text, &found) }
        if root["applies-to"] != nil { found.append(try withoutApplication(text)) }
        return found
    }

    private static let opposite = [
        "equals": "not-equals", "not-equals": "equals", "at-least": "at-most", "at-most": "at-least", "before": "after",
        "after": "before", "all": "any", "any": "all", "only": "equals", "contains": "is-present",
        "more-than": "at-most", "less-than": "at-least", "one-of": "none-of", "none-of": "one-of",
        "contains-all": "contains-none", "contains-none": "contains-all", "matches": "not-matches",
        "not-matches": "matches", "older-than": "younger-than", "younger-than": "older-than", "every": "none",
        "some": "none", "none": "some",
    ]
    private static let quantifiers: Set<String> = ["every", "some", "none", "count"]
    private static let operands: Set<String> = [
        "equals", "not-equals", "at-least", "at-most", "one-of", "contains", "only", "matches", "before", "after",
        "is-present", "is-empty", "absent", "more-than", "less-than", "none-of", "contains-all", "contains-none",
        "not-matches", "older-than", "younger-than",
    ]

    private static let rules = [
        "no-known-regression", "no-rdp-block-rule", "cipher-order-usable", "certificate-names-host", "rdp-reachable",
        "rdp-port-owned", "rdp-key-stock-access", "no-certificate-errors",
    ]

    private static func collect(_ node: YAMLNode, _ text: String, _ found: inout [ControlMutation]) {
        for entry in node.mapping ?? [] {
            if let other = opposite[entry.name] {
                // One part alone is the same under 'all' and 'any'.
                let isOnePart = ["all", "any"].contains(entry.name) && entry.value.sequence?.count == 1
                if !isOnePart { found.append(replace(entry.key, with: other, in: text)) }
            }
            if entry.name == "rule", let name = entry.value.scalar {
                found += rules.filter { $0 != name }.map { replace(entry.value, with: $0, in: text) }
            }
            if entry.name == "with" {
                for argument in entry.value.mapping ?? [] { constants(argument.value, text, &found) }
            }
            if operands.contains(entry.name), entry.value.mapping == nil { constants(entry.value, text, &found) }
            if entry.name == "all" || entry.name == "any" || entry.name == "not" {
                for part in entry.value.sequence ?? [entry.value] { collect(part, text, &found) }
            }
            if quantifiers.contains(entry.name) { collect(entry.value, text, &found) }
        }
    }

    private static func constants(_ node: YAMLNode, _ text: String, _ found: inout [ControlMutation]) {
        if let items = node.sequence {
            for item in items { found.append(replace(item, with: item.int == nil ? "zzz" : "77", in: text)) }
            return
        }
        guard let scalar = node.scalar else { return }
        if let flag = node.bool {
            found.append(replace(node, with: flag ? "false" : "true", in: text))
        } else if let number = node.int {
            found.append(replace(node, with: String(number + 1), in: text))
            if number > 0 { found.append(replace(node, with: String(number - 1), in: text)) }
        } else if scalar == "now" {
            found += ["now+1d", "now-1d"].map { replace(node, with: $0, in: text) }
        } else if scalar.hasSuffix("d"), let days = Int(scalar.dropLast()) {
            found += ["\(days * 24 + 1)h", "\(days * 24 - 1)h"].map { replace(node, with: $0, in: text) }
        } else if scalar.hasPrefix("now+"), scalar.hasSuffix("d"), let days = Int(scalar.dropFirst(4).dropLast()) {
            found += ["now+\(days * 24 + 1)h", "now+\(days * 24 - 1)h"].map { replace(node, with: $0, in: text) }
        } else if scalar.hasPrefix("now-"), scalar.hasSuffix("d"), let days = Int(scalar.dropFirst(4).dropLast()) {
            found += ["now-\(days * 24 + 1)h", "now-\(days * 24 - 1)h"].map { replace(node, with: $0, in: text) }
        } else {
            let others = [
                "enabled", "disabled", "running", "stopped", "pass", "fail", "not-applicable", "self-signed",
                "template", "server", "client",
            ]
            found += others.filter { $0 != scalar }.map { replace(node, with: $0, in: text) }
            found.append(replace(node, with: "zzz", in: text))
        }
    }

    private static func replace(_ node: YAMLNode, with other: String, in text: String) -> ControlMutation {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        let start = node.position.column - 1
        let line = node.position.line - 1
        let old = String(String.UnicodeScalarView(lines[line][start..<start + node.length]))
        lines[line].replaceSubrange(start..<start + node.length, with: other.unicodeScalars)
        let changed = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
        return ControlMutation(text: changed, change: "\(old) -> \(other)")
    }

    /// It then concerns every host.
    private static func withoutApplication(_ text: String) throws -> ControlMutation {
        var kept: [Substring] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("applies-to:") {
                isInside = true
            } else if let first = line.first, first != " " {
                isInside = false
            }
            if !isInside { kept.append(line) }
        }
        return ControlMutation(text: kept.joined(separator: "\n"), change: "without applies-to")
    }
}
