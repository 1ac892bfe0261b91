import Formats
package import HostFacts

/// `FACT=VALUE` of a what-if question: a setting, or a fact, as it shall be.
package struct FactAssignment: Sendable {
    /// What is changed on a copy of what the host said.
    enum Target: Sendable {
        /// The registry value of a setting: the component's own, or that of a policy.
        case setting(Fact, isPolicy: Bool)
        /// `Enabled` and `DisabledByDefault` of one side of a TLS version.
        case schannel(Schannel.ProtocolVersion, Schannel.Side)
        case serviceStart(AuditedService)
        case serviceState(AuditedService)
        /// A rule of the host's own store, by its id.
        case firewallRule(String)
        /// Nothing: the fact is taken as given when it is judged.
        case fact
    }

    /// The fact that tells its effect; `nil` for a firewall rule, of which many facts tell.
    let fact: Fact?
    let target: Target
    /// As the dictionary writes it, without `.effective`.
    package let path: String
    /// `nil`: the value is taken away (`absent`).
    package let value: FactValue?

    /// Facts that are derived from it do not follow.
    package var isTakenAsGiven: Bool {
        if case .fact = target { true } else { false }
    }

    /// As it is written on a command line.
    package var text: String { "\(path)=\(value?.text ?? "absent")" }
}

/// Why a `FACT=VALUE` cannot be asked.
package struct FactAssignmentError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package let help: String?

    package var description: String { message + (help.map { " (\($0))" } ?? "") }
}

extension FactAssignment {
    /// Reads `rdp.listener.userAuthentication=1`, `rdp.enabled.policy=absent`, `services.TermService.start=disabled`,
    /// `schannel.tls12.server=disabled`, `firewall.rules.<id>.active=false`, or any other fact of the dictionary.
    package init(_ text: String) throws(FactAssignmentError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw FactAssignmentError(
                message: "'\(text)' is not of the form FACT=VALUE",
                help: "for example rdp.listener.userAuthentication=1; absent takes a value away")
        }
        if let id = Self.ruleID(parts[0]) {
            guard let value = Self.read(parts[1], .flag, of: parts[0]).value else {
                throw Self.wrong(parts[1], for: parts[0], "true or false")
            }
            self.init(fact: nil, target: .firewallRule(id), path: "firewall.rules.\(id).active", value: value)
            return
        }
        let (fact, target) = try Self.target(parts[0])
        let base = fact.path.hasSuffix(".effective") ? String(fact.path.dropLast(".effective".count)) : fact.path
        var path = base
        if case .setting(_, isPolicy: true) = target, fact.setting?.places(.stock)?.local != nil { path += ".policy" }
        let value = try Self.value(parts[1], of: fact, target, path)
        self.init(fact: fact, target: target, path: path, value: value)
    }

    /// `firewall.rules.<id>.active`
    private static func ruleID(_ path: String) -> String? {
        let (start, end) = ("firewall.rules.", ".active")
        guard path.hasPrefix(start), path.hasSuffix(end), path.count > start.count + end.count else { return nil }
        return String(path.dropFirst(start.count).dropLast(end.count))
    }

    private static let byFoldedPath = Dictionary(
        FactDictionary.all.map { ($0.path.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

    private static func target(_ path: String) throws(FactAssignmentError) -> (Fact, Target) {
        let folded = path.lowercased()
        if let fact = byFoldedPath[folded + ".effective"] { return try target(of: fact) }
        guard let fact = byFoldedPath[folded] else {
            throw FactAssignmentError(
                message: "there is no fact and no setting '\(path)'",
                help: closest(to: path, among: names).map { "did you mean '\($0)'?" } ?? "fleetaudit facts lists them")
        }
        return try target(of: fact)
    }

    /// What may stand before the `=`, for suggestions.
    private static let names: [String] = FactDictionary.all.map { fact in
        fact.path.hasSuffix(".effective") ? String(fact.path.dropLast(".effective".count)) : fact.path
    }

    private static func target(of fact: Fact) throws(FactAssignmentError) -> (Fact, Target) {
        if fact.path.hasSuffix(".source") {
            throw FactAssignmentError(
                message: "\(fact.path) follows from where a value stands",
                help: "set the value itself, or that of the policy: \(fact.path.dropLast("source".count))policy")
        }
        if let setting = fact.setting, let effective = FactDictionary["\(setting.path).effective"] {
            return (effective, try place(of: setting, effective))
        }
        let words = fact.path.split(separator: ".").map(String.init)
        if words.count == 3, words[0] == "services", let service = AuditedService(rawValue: words[1]) {
            switch words[2] {
            case "start": return (fact, .serviceStart(service))
            case "state": return (fact, .serviceState(service))
            default: return (fact, .fact)
            }
        }
        if words.count == 4, words[0] == "schannel",
            let version = Schannel.ProtocolVersion.allCases.first(where: { $0.factName == words[1] }),
            let side = Schannel.Side.allCases.first(where: { $0.rawValue.lowercased() == words[2] })
        {
            return (fact, .schannel(version, side))
        }
        return (fact, .fact)
    }

    private static func place(
        of setting: Fact.SettingPart, _ effective: Fact
    ) throws(FactAssignmentError) -> Target {
        let places = setting.places(.stock)
        switch setting.part {
        case .policy where places?.policy == nil:
            throw FactAssignmentError(message: "\(setting.path) has no policy", help: "set \(setting.path)")
        case .local where places?.local == nil:
            throw FactAssignmentError(
                message: "only a policy sets \(setting.path)", help: "set \(setting.path).policy")
        case .policy: return .setting(effective, isPolicy: true)
        case .local, .effective, .source: return .setting(effective, isPolicy: places?.local == nil)
        }
    }
}
