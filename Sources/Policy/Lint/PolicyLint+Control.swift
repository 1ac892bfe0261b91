import Formats
import HostFacts

/// What is wrong with one control by itself.
extension PolicyLint {
    mutating func check(_ control: Control) {
        let context = context(control, nil, nil)
        let root = sources.root(control.file)
        let check = BoundCondition(condition: control.check, context: context)
        let application = control.appliesTo.map { BoundCondition(condition: $0, context: context) }
        if let condition = control.appliesTo { constants(in: condition, at: root?["applies-to"], control, context) }
        constants(in: control.check, at: root?["check"], control, context)
        guard let space = ConditionSpace([check] + [application].compactMap(\.self)) else { return }
        func applies(_ host: ConditionSpace.Host) -> Bool { application.map { $0.truth(on: host) == .holds } ?? true }
        guard space.contains(where: applies) else {
            report(
                sources.diagnostic(
                    .warning, control.file, root?.entry("applies-to")?.key, "P153",
                    "\(control.id) concerns no host: its applies-to can never hold"))
            return
        }
        if !space.contains(where: { applies($0) && check.truth(on: $0) != .fails && check.truth(on: $0).isDecided }) {
            report(
                sources.diagnostic(
                    .error, control.file, root?.entry("check")?.key, "P151",
                    "no host that \(control.id) concerns can pass it", help: "its parts exclude each other"))
        } else if !space.contains(where: { applies($0) && check.truth(on: $0) == .fails }) {
            report(
                sources.diagnostic(
                    .warning, control.file, root?.entry("check")?.key, "P153",
                    "no host that \(control.id) concerns can fail it"))
        }
    }

    /// Parts of 'all' and 'any' that are the same for every host.
    private mutating func constants(
        in condition: Condition, at node: YAMLNode?, _ control: Control, _ context: JudgingContext
    ) {
        switch condition {
        case .compare, .rule: return
        case .not(let part): constants(in: part, at: node?["not"], control, context)
        case .all(let parts), .any(let parts):
            let items = (node?["all"] ?? node?["any"])?.sequence ?? []
            for (index, part) in parts.enumerated() {
                let place = items.count == parts.count ? items[index] : node
                let bound = BoundCondition(condition: part, context: context)
                if let space = ConditionSpace([bound]) {
                    let holds = space.contains { bound.truth(on: $0) == .holds }
                    let fails = space.contains { bound.truth(on: $0) == .fails }
                    if holds != fails {
                        report(
                            sources.diagnostic(
                                .warning, control.file, place, "P154",
                                "this part \(holds ? "always" : "never") holds, so it decides nothing"))
                        continue
                    }
                }
                constants(in: part, at: place, control, context)
            }
        }
    }
}

extension Truth {
    /// Not unknown: the facts were there, or do not matter.
    var isDecided: Bool {
        if case .unknown = self { false } else { true }
    }
}
