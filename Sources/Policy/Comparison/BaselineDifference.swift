/// What two baselines ask differently, for the hosts of which roles.
package struct BaselineDifference: Sendable {
    package struct Change: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            case added(Severity)
            case removed(Severity)
            case severity(from: Severity, to: Severity)
            case parameter(String, from: PolicyValue?, to: PolicyValue?)
        }

        package let control: String
        package let kind: Kind
        /// What the baselines say of why: of the second that has it so, or of the first that had left it out.
        package let reason: String?
    }

    /// A change with the roles for which it holds; `nil` among them stands for hosts without a role.
    package struct Entry: Sendable {
        package let change: Change
        package let roles: [String?]
        /// It holds for hosts of every role.
        package let isForAll: Bool
    }

    /// In the order of the controls' ids.
    package let entries: [Entry]

    package var isEmpty: Bool { entries.isEmpty }

    /// - Parameter roles: the hosts that are looked at; `nil` stands for those without a role.
    package init(_ first: Baseline, _ second: Baseline, roles: [String?]) {
        var order: [Change] = []
        var holders: [Change: [String?]] = [:]
        for role in roles {
            for change in Self.changes(BaselineView(first, role: role), BaselineView(second, role: role)) {
                if holders[change] == nil { order.append(change) }
                holders[change, default: []].append(role)
            }
        }
        entries = order.enumerated().sorted { ($0.1.control, $0.0) < ($1.1.control, $1.0) }.map { _, change in
            let held = holders[change] ?? []
            return Entry(change: change, roles: held, isForAll: held.count == roles.count)
        }
    }

    /// Every role that one of them knows, and hosts without one.
    package static func roles(_ first: Baseline, _ second: Baseline) -> [String?] {
        [nil] + Set(first.knownRoles).union(second.knownRoles).sorted().map(Optional.some)
    }

    private static func changes(_ first: BaselineView, _ second: BaselineView) -> [Change] {
        var changes: [Change] = []
        for id in Set(first.demands.keys).union(second.demands.keys).sorted() {
            switch (first.demands[id], second.demands[id]) {
            case (let old?, nil):
                changes.append(Change(control: id, kind: .removed(old.severity), reason: second.absence(id)))
            case (nil, let new?):
                changes.append(Change(control: id, kind: .added(new.severity), reason: first.absence(id)))
            case (let old?, let new?):
                if old.severity != new.severity {
                    changes.append(
                        Change(
                            control: id, kind: .severity(from: old.severity, to: new.severity),
                            reason: second.reasonForSeverity(id)))
                }
                for name in Set(old.parameters.keys).union(new.parameters.keys).sorted()
                where old.parameters[name] != new.parameters[name] {
                    changes.append(
                        Change(
                            control: id,
                            kind: .parameter(name, from: old.parameters[name], to: new.parameters[name]),
                            reason: second.reason(for: name, of: id)))
                }
            case (nil, nil): break
            }
        }
        return changes
    }
}
