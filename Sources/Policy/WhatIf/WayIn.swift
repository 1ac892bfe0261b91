import HostFacts

/// A way into a host that a change may cut off: people's, and our own.
package enum WayIn: String, Sendable, Hashable, CaseIterable {
    case rdp
    case winrmHTTP = "winrm-http"
    case winrmHTTPS = "winrm-https"
    case ssh

    package var name: String {
        switch self {
        case .rdp: "Remote Desktop"
        case .winrmHTTP: "WinRM over HTTP"
        case .winrmHTTPS: "WinRM over HTTPS"
        case .ssh: "SSH"
        }
    }

    /// What closes it, as far as one host can tell: what lies between is not looked at.
    func obstacles(_ facts: HostFacts) -> Obstacles {
        switch self {
        case .rdp: Obstacles(Self.remoteDesktop(facts))
        case .winrmHTTP:
            Obstacles([
                Self.service(.winRM, facts), Self.listener(5985, facts), Self.firewall("ports.winrmHTTP", facts),
            ])
        case .winrmHTTPS:
            Obstacles([
                Self.service(.winRM, facts), Self.listener(5986, facts), Self.tlsForUs(facts),
                Self.firewall("ports.winrmHTTPS", facts),
            ])
        case .ssh:
            Obstacles([Self.service(.sshd, facts), Self.listener(22, facts), Self.firewall("ports.ssh", facts)])
        }
    }

    struct Obstacles {
        /// Each of them closes the way.
        let certain: [String]
        /// What could not be told, and might close it.
        let possible: [String]

        fileprivate init(_ obstacles: [Obstacle]) {
            certain = obstacles.compactMap { if case .certain(let reason) = $0 { reason } else { nil } }
            possible = obstacles.compactMap { if case .possible(let reason) = $0 { reason } else { nil } }
        }
    }

    fileprivate enum Obstacle {
        case none
        case certain(String)
        case possible(String)
    }

    private static func remoteDesktop(_ facts: HostFacts) -> [Obstacle] {
        [
            fact("rdp.enabled.effective", .flag(false), "remote connections are not allowed", facts),
            fact("rdp.listener.enabled.effective", .integer(0), "its listener is off", facts),
            fact("rdp.listener.logonDisabled.effective", .integer(1), "its listener refuses new logons", facts),
            fact("rdp.drainMode.effective", .integer(1), "the host is drained", facts),
            fact("rdp.drainMode.effective", .integer(2), "the host is drained", facts),
            service(.termService, facts), tlsForRemoteDesktop(facts), firewall("rdp", facts),
        ]
    }

    /// A fact that closes the way when it has a value.
    private static func fact(_ path: String, _ closing: FactValue, _ reason: String, _ facts: HostFacts) -> Obstacle {
        switch read(path, facts) {
        case .value(let value): value == closing ? .certain(reason) : .none
        case .absent, .unsupported: .none
        case let missing: .possible("\(path): \(missing.whyMissing ?? "")")
        }
    }

    private static func read(_ path: String, _ facts: HostFacts) -> Collected<FactValue> {
        FactDictionary[path]?.read(facts) ?? .absent
    }

    private static func service(_ service: AuditedService, _ facts: HostFacts) -> Obstacle {
        let name = service.rawValue
        if read("services.\(name).start", facts).value == .text("disabled") {
            return .certain("the service \(name) is disabled, and does not start again")
        }
        switch read("services.\(name).state", facts) {
        case .value(.text("running")): return .none
        case .value(let state): return .certain("the service \(name) is \(state.text)")
        case .absent: return .certain("there is no service \(name)")
        case let missing: return .possible("whether the service \(name) runs: \(missing.whyMissing ?? "")")
        }
    }

    /// Where the host could list who listens, and nobody does, there is no such way.
    private static func listener(_ port: UInt16, _ facts: HostFacts) -> Obstacle {
        guard case .value(let ports) = facts.listeningPorts, !ports.contains(port) else { return .none }
        return .certain("nobody listens on port \(port)")
    }

    /// Closed when none of the profiles that are active lets anybody in.
    private static func firewall(_ area: String, _ facts: HostFacts) -> Obstacle {
        guard case .value(let active) = facts.firewall.activeProfiles else {
            return judge(FirewallProfile.allCases, area, facts, "no profile")
        }
        let profiles = FirewallProfile.allCases.filter { active.contains($0) }
        return judge(profiles, area, facts, profiles.map(\.rawValue).joined(separator: " and "))
    }

    private static func judge(
        _ profiles: [FirewallProfile], _ area: String, _ facts: HostFacts, _ names: String
    ) -> Obstacle {
        let answers = profiles.map { read("firewall.\(area).reachable.\($0.rawValue)", facts) }
        if answers.contains(.value(.flag(true))) || answers.isEmpty { return .none }
        if let missing = answers.first(where: { $0.value == nil }) {
            return .possible("the firewall: \(missing.whyMissing ?? "")")
        }
        return .certain(
            names == "no profile"
                ? "the firewall lets nobody in, whatever profile is active"
                : "the firewall lets nobody in on the \(names) profile")
    }

    private static func tlsForRemoteDesktop(_ facts: HostFacts) -> Obstacle {
        let needsTLS =
            read("rdp.listener.securityLayer.effective", facts).value == .integer(2)
            || read("rdp.listener.userAuthentication.effective", facts).value == .integer(1)
        guard needsTLS else { return .none }
        switch read("schannel.usableByRDP", facts) {
        case .value(.list([])): return .certain("no TLS version is left that Remote Desktop can serve")
        case .value, .absent, .unsupported: return .none
        case let missing: return .possible("TLS: \(missing.whyMissing ?? "")")
        }
    }

    /// We speak TLS 1.2 and 1.3, and nothing older.
    private static func tlsForUs(_ facts: HostFacts) -> Obstacle {
        var unknown: String?
        for version in [Schannel.ProtocolVersion.tls12, .tls13] {
            switch read("schannel.\(version.factName).server.effective", facts) {
            case .value(.text(Schannel.State.enabled.rawValue)): return .none
            case .value, .absent, .unsupported: continue
            case let missing: unknown = unknown ?? missing.whyMissing
            }
        }
        return unknown.map { .possible("TLS: \($0)") }
            ?? .certain("neither TLS 1.2 nor TLS 1.3 is left, and we speak nothing older")
    }
}
