package import HostFacts
import Policy

/// A fact of one host that two runs tell differently.
package struct ChangedFact: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Both tell a value.
        case changed
        /// It was absent.
        case appeared
        /// It is absent now.
        case disappeared
        /// It was told, and could not be read any more: whether it changed is not known.
        case noLongerRead = "no-longer-read"
        /// It could not be read, and now is told.
        case readAgain = "read-again"

        /// The host itself is not as it was.
        package var isDrift: Bool { self != .noLongerRead && self != .readAgain }
    }

    /// One side of it.
    package struct Side: Sendable, Hashable {
        /// As reports show it; cut when it is long.
        package let text: String
        /// What decides it, of a setting.
        package let source: SettingSource?

        init(_ value: Collected<FactValue>, source: SettingSource? = nil) {
            text = ChangedFact.cut(value.shown)
            self.source = source
        }
    }

    /// The fact's path; of a setting whose value in force changed, the path of the setting.
    package let path: String
    package let kind: Kind
    package let before: Side
    package let after: Side
    /// Of a list, what is new in it.
    package let added: [String]
    /// Of a list, what is gone from it.
    package let removed: [String]

    private static let longest = 300
    private static let most = 20

    init(path: String, before: Collected<FactValue>, after: Collected<FactValue>, sources: Sources? = nil) {
        self.path = path
        let isList: Bool
        if case (.value(.list(let old)), .value(.list(let new))) = (before, after) {
            let (was, now) = (Set(old), Set(new))
            added = Self.listed(now.subtracting(was))
            removed = Self.listed(was.subtracting(now))
            isList = !added.isEmpty || !removed.isEmpty
        } else {
            (added, removed, isList) = ([], [], false)
        }
        // What a list had and has besides is not what changed: hosts that lost the same entry changed alike.
        self.before = isList ? Side(.value(.list(removed))) : Side(before, source: sources?.before)
        self.after = isList ? Side(.value(.list(added))) : Side(after, source: sources?.after)
        kind =
            switch (Self.isTold(before), Self.isTold(after)) {
            case (_, false): .noLongerRead
            case (false, true): .readAgain
            case (true, true): before.isAbsent ? .appeared : after.isAbsent ? .disappeared : .changed
            }
    }

    /// What decides a setting, before and after.
    struct Sources {
        let before: SettingSource?
        let after: SettingSource?
    }

    static func isTold(_ value: Collected<FactValue>) -> Bool { value.value != nil || value.isAbsent }

    private static func listed(_ items: Set<String>) -> [String] {
        let sorted = items.sorted()
        guard sorted.count > most else { return sorted.map(cut) }
        return sorted.prefix(most).map(cut) + ["and \(sorted.count - most) more"]
    }

    /// Two long texts that differ only behind the cut are told apart by their lengths at least.
    static func cut(_ text: String) -> String {
        text.utf8.count <= longest ? text : "\(text.prefix(longest))… (\(text.utf8.count) bytes)"
    }
}

extension FactLedger {
    /// The stable facts that two sheets of one host tell differently, in the dictionary's order; who a host says that
    /// it is is left to ``MachineChange``. Facts that only one of the two kept are not compared, and neither are those
    /// that could be read neither time.
    package func changes(from before: FactSheet, to after: FactSheet) -> [ChangedFact] {
        guard before.numbers != after.numbers else { return [] }
        var changes: [ChangedFact] = []
        var told: Set<String> = []
        for (place, fact) in Self.facts.enumerated() where differs(place, before, after) {
            if MachineChange.paths.contains(fact.path) { continue }
            guard let setting = fact.setting else {
                append(fact.path, place, before, after, nil, to: &changes)
                continue
            }
            switch setting.part {
            case .effective, .source:
                // The value and where it comes from are one change, told once.
                guard told.insert(setting.path).inserted, let value = Self.places["\(setting.path).effective"] else {
                    continue
                }
                let sources = ChangedFact.Sources(
                    before: source(of: setting.path, in: before), after: source(of: setting.path, in: after))
                append(setting.path, value, before, after, sources, to: &changes)
            case .local, .policy:
                // What lies below or above the value in force is worth a word only where that stays.
                if told.contains(setting.path) { continue }
                append(fact.path, place, before, after, nil, to: &changes)
            }
        }
        return changes
    }

    /// Whether facts that did not change are needed to tell these changes: who a machine is, its other marks say; of a
    /// setting that another place decides now, the value is told, too.
    package static func needsWhole(_ changed: [String]) -> Bool {
        let changed = Set(changed)
        return changed.contains { path in
            if MachineChange.paths.contains(path) { return true }
            guard let setting = FactDictionary[path]?.setting else { return false }
            let other = setting.part == .effective ? "source" : "effective"
            return (setting.part == .source || setting.part == .effective)
                && !changed.contains("\(setting.path).\(other)")
        }
    }

    private func append(
        _ path: String, _ place: Int, _ before: FactSheet, _ after: FactSheet, _ sources: ChangedFact.Sources?,
        to changes: inout [ChangedFact]
    ) {
        guard let old = value(at: place, in: before), let new = value(at: place, in: after) else { return }
        changes.append(ChangedFact(path: path, before: old, after: new, sources: sources))
    }

    /// Whether a fact was told otherwise. That it could not be read, for one reason or another, is no difference.
    private func differs(_ place: Int, _ before: FactSheet, _ after: FactSheet) -> Bool {
        guard place < before.numbers.count, place < after.numbers.count, before.numbers[place] != after.numbers[place],
            let old = value(at: place, in: before), let new = value(at: place, in: after)
        else { return false }
        if let value = old.value, let other = new.value { return !value.isSame(as: other) }
        return ChangedFact.isTold(old) || ChangedFact.isTold(new)
    }

    private func source(of setting: String, in sheet: FactSheet) -> SettingSource? {
        guard case .value(.text(let text))? = value("\(setting).source", in: sheet) else { return nil }
        return SettingSource(rawValue: text)
    }
}
