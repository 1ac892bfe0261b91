import HostFacts

/// A way into a host that a change closes, or may close.
package struct CutOff: Sendable, Hashable {
    /// Whether the host was audited that way.
    package enum Use: String, Sendable, Hashable {
        case no, yes
        /// Over WinRM, and the snapshot does not tell which of its two ports.
        case maybe
    }

    package let way: WayIn
    package let ours: Use
    /// Whether it closes for certain.
    package let isCertain: Bool
    package let because: String

    /// What is open, or may be, before and not after. By which way we came in is proof that it was open.
    static func all(_ host: AuditedHost, before: HostFacts, after: HostFacts) -> [CutOff] {
        let earlier = Dictionary(uniqueKeysWithValues: WayIn.allCases.map { ($0, $0.obstacles(before)) })
        func isClosed(_ way: WayIn) -> Bool { earlier[way].map { !$0.certain.isEmpty } ?? false }
        let ours = use(host, isHTTPClosed: isClosed(.winrmHTTP), isHTTPSClosed: isClosed(.winrmHTTPS))
        return WayIn.allCases.compactMap { way in
            let use = ours[way] ?? .no
            guard use != .no || !isClosed(way) else { return nil }
            let known = Set((earlier[way]?.certain ?? []) + (earlier[way]?.possible ?? []))
            let later = way.obstacles(after)
            if let reason = later.certain.first(where: { !known.contains($0) }) {
                return CutOff(way: way, ours: use, isCertain: true, because: reason)
            }
            guard let reason = later.possible.first(where: { !known.contains($0) }) else { return nil }
            return CutOff(way: way, ours: use, isCertain: false, because: reason)
        }
    }

    /// Basic goes over TLS alone; else the port that was closed was not it.
    private static func use(_ host: AuditedHost, isHTTPClosed: Bool, isHTTPSClosed: Bool) -> [WayIn: Use] {
        switch host.transport {
        case "ssh": [.ssh: .yes]
        case "winrm" where host.authentication == "basic": [.winrmHTTPS: .yes]
        case "winrm" where isHTTPClosed == isHTTPSClosed: [.winrmHTTP: .maybe, .winrmHTTPS: .maybe]
        case "winrm": isHTTPClosed ? [.winrmHTTPS: .yes] : [.winrmHTTP: .yes]
        default: [:]
        }
    }
}

/// Somebody whom a change shuts out although the way stays open.
package enum Caution: String, Sendable, Hashable, CaseIterable {
    case portMoved = "port-moved"
    case clientsWithoutNLA = "clients-without-nla"
    case unpatchedClients = "unpatched-clients"
    case oldTLSClients = "old-tls-clients"
    case localAdministrators = "local-administrators"

    package var text: String {
        switch self {
        case .portMoved: "Remote Desktop moves to another port: clients, gateways and rules that name the old one fail"
        case .clientsWithoutNLA:
            "clients without network level authentication are refused, and users whose password must be changed first"
        case .unpatchedClients: "clients without the CredSSP update of May 2018 are refused"
        case .oldTLSClients: "clients that speak only the TLS versions that go are refused"
        case .localAdministrators:
            "local accounts but the built-in Administrator lose their administrative rights over WinRM"
        }
    }

    static func all(_ host: AuditedHost, before: HostFacts, after: HostFacts) -> [Caution] {
        /// Whether a fact becomes a value that it did not have.
        func becomes(_ path: String, _ value: FactValue) -> Bool {
            guard let fact = FactDictionary[path] else { return false }
            return fact.read(after).value == value && fact.read(before).value != value
        }
        func list(_ facts: HostFacts) -> [String]? {
            guard case .value(.list(let items))? = FactDictionary["schannel.usableByRDP"]?.read(facts) else {
                return nil
            }
            return items
        }
        let port = FactDictionary["rdp.listener.port.effective"]
        return allCases.filter { caution in
            switch caution {
            case .portMoved: port?.read(before) != port?.read(after)
            case .clientsWithoutNLA: becomes("rdp.listener.userAuthentication.effective", .integer(1))
            case .unpatchedClients: becomes("credssp.encryptionOracle.effective", .integer(0))
            case .oldTLSClients:
                list(before).flatMap { old in list(after).map { !Set(old).isSubset(of: $0) && !$0.isEmpty } } ?? false
            case .localAdministrators:
                host.transport == "winrm" && becomes("security.localAccountTokenFilter.effective", .integer(0))
            }
        }
    }
}
