import Formats
import HostFacts

/// Changes that would make a control fail: their own, or another of the baseline.
extension PolicyLint {
    mutating func checkChanges(
        of control: BoundControl, among others: [BoundControl], _ role: String?, _ file: String,
        _ told: inout Set<[String]>
    ) {
        for (index, template) in control.control.remediation.enumerated() {
            guard case .setRegistry(let key, let name, let target) = template.change,
                let value = target.value(control.check.context.parameters),
                let changed = host(after: RegistryChange(key: key, name: name, value: value))
            else { continue }
            let place = sources.root(control.control.file)?["remediation"]?[index]
            for other in others where !told.contains([control.id, "\(index)", other.id]) {
                guard changed.fails(other), other.id == control.id || meet(control, other) else { continue }
                told.insert([control.id, "\(index)", other.id])
                let whose = other.id == control.id ? "its own check" : "the check of \(other.id)"
                report(
                    sources.diagnostic(
                        .error, control.control.file, place, "P152",
                        "\(control.id) sets \(name) to \(RemediationTemplate.shown(value)), which \(whose) "
                            + "refuses\(Self.whom(role))",
                        help: other.id == control.id ? nil : "see \(other.control.file)"))
            }
        }
    }

    private mutating func host(after change: RegistryChange) -> ChangedHost? {
        if let known = knownChanges[change] { return known }
        let host = ChangedHost(change)
        knownChanges[change] = .some(host)
        return host
    }

    /// Whether some host is concerned by both.
    private func meet(_ left: BoundControl, _ right: BoundControl) -> Bool {
        guard let space = ConditionSpace([left.application, right.application].compactMap(\.self)) else { return false }
        return space.contains { left.applies(to: $0) && right.applies(to: $0) }
    }
}

/// A registry value that a remediation sets.
struct RegistryChange: Hashable {
    /// As the policy has it, with facts in braces.
    let key: String
    let name: String
    let value: RegistryValue
}

/// A host of which nothing is known but that one registry value was set, and that no policy sets another.
final class ChangedHost {
    private let facts: HostFacts
    private let location: RegistryLocation
    /// Whether the value is behind a fact, by the fact's path.
    private var isBehind: [String: Bool] = [:]

    /// `nil` when the key hangs on a fact that only a host can tell.
    init?(_ change: RegistryChange) {
        let key = change.key.replacing("{rdp.listener.name}", with: "RDP-Tcp")
        guard !key.contains("{") else { return nil }
        location = RegistryLocation(key, change.name)
        var reading = HostReading()
        for question in SectionName.allCases.flatMap(\.registryQuestions) {
            reading.registry.record(question.key, .absent)
        }
        reading.registry.recordChildren(of: Keys.winStations, .value(["RDP-Tcp"]))
        reading.registry.record(key, .values([.init(change.name, change.value)], isComplete: true))
        facts = HostFacts(reading)
    }

    /// Whether a control that may concern the host fails whatever else is on it.
    func fails(_ control: BoundControl) -> Bool {
        truth(control.check) == .fails && control.application.map { truth($0) != .fails } ?? true
    }

    private func truth(_ bound: BoundCondition) -> Truth {
        bound.truth { leaf in
            // What the value has no part in may be anything.
            guard case .compare(let comparison) = leaf, isBehind(comparison.fact) else { return .unknown("not known") }
            return comparison.truth(facts, bound.context)
        }
    }

    private func isBehind(_ fact: Fact) -> Bool {
        if let known = isBehind[fact.path] { return known }
        let found = fact.evidence(on: facts).contains { $0.evidence == .value(location) }
        isBehind[fact.path] = found
        return found
    }
}
