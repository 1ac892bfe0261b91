import Formats
import Policy

extension BaselineDifference.Entry {
    /// `~ RDP-004  port 3389 -> 3390  (rdsh): reason`
    func text(title: String, asked: String?) -> String {
        var text: String
        switch change.kind {
        case .added(let severity): text = "+ \(change.control)  \(severity.rawValue)  \(title)"
        case .removed(let severity): text = "- \(change.control)  \(severity.rawValue)  \(title)"
        case .severity(let from, let to): text = "~ \(change.control)  severity \(from.rawValue) -> \(to.rawValue)"
        case .parameter(let name, let from, let to):
            text = "~ \(change.control)  \(name) \(from.map(Self.shown) ?? "unset") -> \(to.map(Self.shown) ?? "unset")"
        }
        if asked == nil, !isForAll {
            text += "  (\(roles.map { $0 ?? "hosts without a role" }.joined(separator: ", ")))"
        }
        return change.reason.map { "\(text): \($0)" } ?? text
    }

    private static func shown(_ value: PolicyValue) -> String {
        if case .list(let items) = value { "[\(items.joined(separator: ", "))]" } else { value.text }
    }
}

extension BaselineDifference {
    func json(_ first: Baseline, _ second: Baseline, role: String?) -> JSON {
        func name(_ baseline: Baseline) -> JSON {
            [
                "name": .string(baseline.name), "version": .string(baseline.version),
                "title": .string(baseline.title), "extends": .array(baseline.lineage.map { .string($0) }),
            ]
        }
        return [
            "fleetaudit": "baseline-diff", "format": 1, "first": name(first), "second": name(second),
            "role": role.map { .string($0) } ?? .null, "changes": .array(entries.map(\.json)),
        ]
    }
}

extension BaselineDifference.Entry {
    /// `roles` is `null` when the change concerns every host; in it, `null` stands for hosts without a role.
    fileprivate var json: JSON {
        var members: [JSON.Member] = [.init("control", .string(change.control))]
        func add(_ kind: String, _ from: JSON, _ to: JSON) {
            members += [.init("change", .string(kind)), .init("from", from), .init("to", to)]
        }
        switch change.kind {
        case .added(let severity): add("added", .null, .string(severity.rawValue))
        case .removed(let severity): add("removed", .string(severity.rawValue), .null)
        case .severity(let from, let to): add("severity", .string(from.rawValue), .string(to.rawValue))
        case .parameter(let name, let from, let to):
            members.append(.init("parameter", .string(name)))
            add("parameter", from?.json ?? .null, to?.json ?? .null)
        }
        members.append(.init("reason", change.reason.map { .string($0) } ?? .null))
        let held = roles.map { role -> JSON in role.map { .string($0) } ?? .null }
        members.append(.init("roles", isForAll ? .null : .array(held)))
        return .object(members)
    }
}
