import Formats
import FoundationEssentials

extension FactDictionary {
    static let liveFacts: [Fact] =
        networkFacts + servedFacts + licensingFacts + [
            Fact("groups.remoteDesktopUsers", "Members of Remote Desktop Users by SID") {
                $0.live.members(of: .remoteDesktopUsers)
            },
            Fact("groups.administrators", "Members of Administrators by SID") { $0.live.members(of: .administrators) },
            Fact(
                "firewall.otherProduct",
                "Firewall that filters in place of Windows' own, or beside it: then its rules decide"
            ) { $0.live.otherFirewall },
            Fact("firewall.products", "Firewalls registered with Windows, and whether they are on") {
                facts -> Collected<[String]> in
                let live = facts.live
                let registered = live.registeredFirewalls.value?.map { product in
                    "\(product.name) (\(product.isInCharge ? "in charge" : "in part"))"
                }
                let named = live.securityCenterFirewalls.value?.map { "\($0.name) (\($0.isOn ? "on" : "off"))" }
                if registered == nil && named == nil { return live.registeredFirewalls.map { _ in [] } }
                return .value(((registered ?? []) + (named ?? [])).sorted())
            },
            Fact("domain.member", "The machine has joined a domain") { $0.live.membership.map(\.isMember) },
            Fact("domain.secureChannel.works", "Netlogon's channel to the domain works", stability: .volatile) {
                $0.live.secureChannelStatus.map { $0 == 0 }
            },
            Fact(
                "domain.secureChannel.status", "Win32 error of Netlogon's channel to the domain; 0: none",
                stability: .volatile
            ) { $0.live.secureChannelStatus },
            Fact(
                "domain.secureChannel.controller", "Domain controller at the other end of that channel",
                stability: .volatile
            ) { facts in
                facts.live.secureChannelStatus.flatMap { _ in
                    facts.live.secureChannel.flatMap { $0.controller.map { .value($0) } ?? .absent }
                }
            },
            Fact(
                "clock.skewSeconds",
                "Seconds that the host's clock is ahead of ours; 0 while it lies within the time of asking",
                stability: .volatile
            ) { facts in facts.engine.flatMap { facts.live.clockSkew($0.clock) } },
            Fact("updates.quickFixes", "KBs that WMI lists as installed; evidence only, absence of one proves nothing")
            {
                $0.live.quickFixes
            },
        ]

    private static let networkFacts: [Fact] = [
        Fact(
            "services.TermService.processStarted",
            "When the process of TermService began, UTC; the service may be younger",
            stability: .volatile
        ) { $0.live.termService.flatMap { $0.started.map { .value($0) } ?? .absent } },
        Fact("rdp.listenedByTermService", "What listens on the RDP port is TermService", stability: .volatile) {
            facts in
            facts.live.isTermService(
                on: facts.remoteDesktop.listener.flatMap(\.port.effective), listening: facts.listeningPorts,
                windows: facts.windows)
        },
        Fact("rdp.listeningUDP", "Something listens on the RDP port by UDP", stability: .volatile) {
            facts -> Collected<Bool> in
            facts.remoteDesktop.listener.flatMap(\.port.effective).flatMap { port in
                guard let port = UInt16(exactly: port), port < 49152 else {
                    return .failed("UDP ports from 49152 on are not listed")
                }
                return facts.live.udpPorts.map { $0.contains(port) }
            }
        },
        Fact(
            "network.smallestMTU", "Smallest MTU of IPv4 in bytes, of the interfaces that are up", stability: .volatile
        ) {
            $0.live.smallestMTU
        },
        Fact(
            "network.knownNetworks", "Categories of the networks that the machine was ever in",
            choices: networkCategories
        ) { facts -> Collected<[String]> in
            facts.registry.subkeys(of: Keys.networkProfiles).flatMap { names in
                var found: Set<String> = []
                for name in names {
                    switch facts.registry.number(Keys.networkProfiles + "\\" + name, "Category") {
                    case .value(let number):
                        guard number < UInt32(networkCategories.count) else { return .failed("category \(number)") }
                        found.insert(networkCategories[Int(number)])
                    case .absent: continue
                    case let missing: return missing.map { _ in [] }
                    }
                }
                return .value(found.sorted())
            }
        },
    ]

    /// NLM_NETWORK_CATEGORY.
    private static let networkCategories = ["public", "private", "domain"]

    private static let servedFacts: [Fact] =
        [
            served("certificates.reported.thumbprint", "SHA-1 thumbprint that WMI says the listener serves") {
                $0.thumbprint.map { .value($0) } ?? .absent
            },
            served(
                "certificates.reported.kind", "How WMI says that certificate was chosen",
                choices: ServedSettings.CertificateKind.allCases.map(\.text)
            ) { $0.certificateKind.map { .value($0.text) } ?? .absent },
            Fact("certificates.reported.agrees", "That is the certificate that the settings name") { facts in
                facts.servedCertificate.thumbprint.flatMap { bound in
                    servedValue(facts) { settings in
                        settings.thumbprint.map { .value($0.uppercased() == bound.uppercased()) } ?? .absent
                    }
                }
            },
        ]
        + reported("securityLayer", "0 RDP's own, 1 negotiate, 2 TLS", \.securityLayer)
        + reported("userAuthentication", "1: network level authentication is required", \.userAuthentication)
        + reported("minEncryptionLevel", "1 low, 2 client compatible, 3 high, 4 FIPS", \.minEncryptionLevel)

    private static func reported(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (ServedSettings) -> ServedSettings.Value
    ) -> [Fact] {
        [
            served("rdp.reported.\(name)", "\(meaning), as WMI says of the listener") { settings in
                value(settings).value.map { .value($0) } ?? .absent
            },
            served(
                "rdp.reported.\(name)Source", "Who decides that, as WMI says",
                choices: ServedSettings.Source.allCases.map(\.text)
            ) { settings in value(settings).source.map { .value($0.text) } ?? .absent },
        ]
    }

    /// Of the listener whose settings the other facts are about.
    private static func served<Value: FactRepresentable>(
        _ path: String, _ meaning: String, choices: [String] = [],
        _ read: @escaping @Sendable (ServedSettings) -> Collected<Value>
    ) -> Fact {
        Fact(path, meaning, choices: choices) { servedValue($0, read) }
    }

    private static func servedValue<Value>(
        _ facts: HostFacts, _ read: (ServedSettings) -> Collected<Value>
    ) -> Collected<Value> {
        facts.live.served.flatMap { all in
            facts.remoteDesktop.listener.flatMap { listener in
                all.first { $0.listener.lowercased() == listener.name.lowercased() }.map(read) ?? .absent
            }
        }
    }

    private static let licensingFacts: [Fact] = [
        Fact("rdp.licensing.isSessionHost", "The machine is a session host, beyond two administrators") {
            $0.live.licensing.map { $0.mode == 1 }
        },
        Fact(
            "rdp.licensing.type", "Licensing mode in force, as WMI says",
            choices: ["personal", "administration", "per device", "per user", "not configured"]
        ) { facts -> Collected<String> in
            facts.live.licensing.flatMap { licensing in
                guard let type = licensing.type else { return .absent }
                return licensingTypes[type].map { .value($0) } ?? .failed("licensing type \(type)")
            }
        },
        Fact("rdp.licensing.graceDays", "Days left without a licence server; 0: over", stability: .volatile) {
            $0.live.licensing.flatMap(\.graceDays)
        },
        Fact("rdp.reported.drainMode", "What WMI says of draining: 0 takes new logons, 1 none until restart, 2 none") {
            $0.live.licensing.flatMap { $0.drainMode.map { .value($0) } ?? .absent }
        },
    ]

    private static let licensingTypes = [
        0: "personal", 1: "administration", 2: "per device", 4: "per user", 5: "not configured",
    ]
}

extension ServedSettings.Source {
    fileprivate var text: String {
        switch self {
        case .server: "local"
        case .policy: "policy"
        case .osDefault: "default"
        }
    }
}

extension ServedSettings.CertificateKind {
    fileprivate var text: String {
        switch self {
        case .invalid: "invalid"
        case .selfSigned: "self-signed"
        case .policy: "policy"
        case .custom: "explicit"
        }
    }
}
