import Formats

/// A baseline while its file is applied to what it extends.
struct BaselineDraft {
    private let name: String
    private let file: String
    private let parent: Baseline?
    /// Controls for every host.
    private var common: [Control]
    private(set) var parameters: [String: [String: PolicyValue]]
    private(set) var roles: [String: Baseline.Role]
    private(set) var origins: [String: String]
    private(set) var exclusions: [Baseline.Exclusion]
    private(set) var overrides: [Baseline.Override]
    private(set) var diagnostics = Diagnostics()

    init(name: String, file: String, parent: Baseline?) {
        self.name = name
        self.file = file
        self.parent = parent
        let own = Set((parent?.roles.values.flatMap(\.ownControls) ?? []).map(\.id))
        common = parent?.controls.filter { !own.contains($0.id) } ?? []
        parameters = parent?.parameters ?? [:]
        roles = parent?.roles ?? [:]
        origins = parent?.origins ?? [:]
        exclusions = parent?.exclusions ?? []
        overrides = parent?.overrides ?? []
    }

    /// Every control that concerns some host, those of single roles at the end.
    var controls: [Control] {
        var seen: Set<String> = []
        let own = roles.values.sorted { $0.name < $1.name }.flatMap(\.ownControls)
        return common + own.filter { seen.insert($0.id).inserted }
    }

    mutating func apply(_ parts: BaselineParts) {
        for exclusion in parts.exclusions { exclude(exclusion) }
        for named in parts.controls { add(named) }
        for role in parts.roles { addControls(of: role) }
        // From here on it is settled which controls there are.
        let known = Set(controls.map(\.id))
        var reported: Set<String> = []
        func checkKnown(_ id: String, _ place: YAMLNode) -> Bool {
            if known.contains(id) { return true }
            if reported.insert("\(id) \(place.position)").inserted { reportMissing(id, place, among: known) }
            return false
        }
        for role in parts.roles {
            for exclusion in role.exclusions where checkKnown(exclusion.control, exclusion.place) {
                roles[role.name]?.excluded[exclusion.control] = exclusion.reason
            }
        }
        for (role, settings) in [(nil, parts.settings)] + parts.roles.map({ ($0.name, $0.settings) }) {
            for setting in settings where checkKnown(setting.control, setting.place) { set(setting, role) }
        }
        for (role, overrides) in [(nil, parts.overrides)] + parts.roles.map({ ($0.name, $0.overrides) }) {
            for override in overrides where checkKnown(override.control, override.place) {
                apply(override, role, besides: role == nil ? parts.settings : [])
            }
        }
    }

    private func has(_ id: String) -> Bool { controls.contains { $0.id == id } }

    private mutating func report(_ place: YAMLNode, _ code: String, _ message: String, help: String? = nil) {
        diagnostics.add(place.diagnostic(file: file, code: code, message, help: help))
    }

    private mutating func reportMissing(_ id: String, _ place: YAMLNode, among known: Set<String>) {
        let suggestion = closest(to: id, among: known).map { "did you mean '\($0)'?" }
        let exclusion = exclusions.first { $0.control == id }
        report(
            place, "P136", "the baseline has no control '\(id)'",
            help: exclusion.map { "\($0.baseline) excludes it: \($0.reason)" } ?? suggestion
                ?? "add it to 'controls'")
    }

    // MARK: Which controls

    private mutating func exclude(_ exclusion: BaselineParts.Exclusion) {
        let id = exclusion.control
        guard let parent else { return }
        guard has(id) else {
            let earlier = parent.exclusions.first { $0.control == id }
            return report(
                exclusion.place, "P136", "\(parent.name) has no control '\(id)' to exclude",
                help: earlier.map { "\($0.baseline) excludes it already: \($0.reason)" }
                    ?? closest(to: id, among: parent.controls.map(\.id)).map { "did you mean '\($0)'?" })
        }
        common.removeAll { $0.id == id }
        for role in roles.keys {
            roles[role]?.ownControls.removeAll { $0.id == id }
            roles[role]?.excluded[id] = nil
            roles[role]?.parameters[id] = nil
        }
        parameters[id] = nil
        origins[id] = nil
        overrides.removeAll { $0.control == id }
        exclusions.append(.init(control: id, baseline: name, reason: exclusion.reason))
    }

    private mutating func add(_ named: BaselineParts.Named) {
        let id = named.control.id
        if exclusions.contains(where: { $0.control == id && $0.baseline == name }) {
            return report(named.place, "P131", "'\(id)' is added and excluded here")
        }
        if common.contains(where: { $0.id == id }) {
            return report(named.place, "P131", "'\(id)' comes from \(origins[id] ?? "what it extends") already")
        }
        // For every host now, no longer for single roles.
        let rated = controls.first { $0.id == id } ?? named.control
        for role in roles.keys { roles[role]?.ownControls.removeAll { $0.id == id } }
        common.append(rated)
        note(id)
    }

    private mutating func addControls(of role: BaselineParts.Role) {
        var own = roles[role.name] ?? Baseline.Role(name: role.name)
        for named in role.controls {
            let id = named.control.id
            if own.excluded[id] != nil {
                // It was taken out for this role, and is back.
                own.excluded[id] = nil
            } else if common.contains(where: { $0.id == id }) {
                report(named.place, "P131", "'\(id)' is for every host already, not for single roles")
            } else if own.ownControls.contains(where: { $0.id == id }) {
                report(named.place, "P131", "'\(id)' is the role's already, by \(origins[id] ?? "what it extends")")
            } else {
                own.ownControls.append(controls.first { $0.id == id } ?? named.control)
                note(id)
            }
        }
        roles[role.name] = own
    }

    private mutating func note(_ id: String) {
        if origins[id] == nil { origins[id] = name }
        exclusions.removeAll { $0.control == id }
    }

    // MARK: What differs about them

    private mutating func set(_ setting: BaselineParts.Setting, _ role: String?) {
        if let inherited = inherited(setting, role), inherited != setting.value {
            return report(
                setting.place, "P137",
                "'\(setting.name)' of \(setting.control) is \(inherited.text) in what it extends, and a change needs its reason",
                help: "set it under 'override', with 'reason'")
        }
        write(setting, role)
    }

    private func inherited(_ setting: BaselineParts.Setting, _ role: String?) -> PolicyValue? {
        let all = if let role { parent?.roles[role]?.parameters } else { parent?.parameters }
        // Of a control that was excluded above and is back, nothing is left.
        guard let parent, parent.controls.contains(where: { $0.id == setting.control }) else { return nil }
        return all?[setting.control]?[setting.name]
    }

    private mutating func write(_ setting: BaselineParts.Setting, _ role: String?) {
        if let role {
            roles[role]?.parameters[setting.control, default: [:]][setting.name] = setting.value
        } else {
            parameters[setting.control, default: [:]][setting.name] = setting.value
        }
    }

    private mutating func apply(
        _ override: BaselineParts.Override, _ role: String?, besides settings: [BaselineParts.Setting]
    ) {
        for setting in override.settings {
            if settings.contains(where: { $0.control == setting.control && $0.name == setting.name }) {
                report(setting.place, "P131", "'\(setting.name)' of \(setting.control) is set under 'parameters', too")
            }
            write(setting, role)
        }
        if let severity = override.severity { rate(override.control, severity) }
        overrides.append(
            .init(
                control: override.control, baseline: name, role: role, reason: override.reason,
                severity: override.severity,
                parameters: Dictionary(override.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })))
    }

    private mutating func rate(_ id: String, _ severity: Severity) {
        for index in common.indices where common[index].id == id { common[index] = common[index].rated(severity) }
        for (name, role) in roles {
            for index in role.ownControls.indices where role.ownControls[index].id == id {
                roles[name]?.ownControls[index] = role.ownControls[index].rated(severity)
            }
        }
    }
}
