package import FoundationEssentials

/// What the running system said beside registry and files. Each part was asked, and may have failed, on its own.
package struct LiveReading: Sendable {
    package var events = EventReading()
    package var termService: Collected<ServiceProcess> = .unasked
    /// Who listens on TCP.
    package var portOwners: Collected<[PortOwner]> = .unasked
    /// UDP ports below the dynamic ones on which something listens.
    package var udpPorts: Collected<Set<UInt16>> = .unasked
    /// Interfaces that are up, without the loopback.
    package var interfaces: Collected<[InterfaceReading]> = .unasked
    package var served: Collected<[ServedSettings]> = .unasked
    package var licensing: Collected<LicensingReading> = .unasked
    package var groups: [LocalGroup: Collected<[GroupMember]>] = [:]
    package var policySettings: Collected<[PolicySetting]> = .unasked
    package var policyObjects: Collected<[PolicyObject]> = .unasked
    package var userRights: Collected<[UserRight]> = .unasked
    /// What the Security Center of a client says; `absent` on servers, which have none.
    package var securityCenterFirewalls: Collected<[SecurityCenterFirewall]> = .unasked
    /// Products that took over parts of Windows' own firewall (INetFwProducts).
    package var registeredFirewalls: Collected<[RegisteredFirewall]> = .unasked
    package var membership: Collected<DomainMembership> = .unasked
    package var secureChannel: Collected<SecureChannel> = .unasked
    /// Updates as Win32_QuickFixEngineering lists them: evidence, which decides nothing.
    package var quickFixes: Collected<[String]> = .unasked
    /// From when to when the host was asked, by our clock.
    package var asked: ClosedRange<Date>?

    package init() {}
}

/// The process of a service; 0 when it does not run.
package struct ServiceProcess: Sendable, Hashable {
    package let process: UInt32
    /// When the process began, which is no later than the service; `nil` when it does not run or was not shown.
    package let started: Date?

    package init(process: UInt32, started: Date?) {
        self.process = process
        self.started = started
    }
}

package struct PortOwner: Sendable, Hashable {
    package let port: UInt16
    package let process: UInt32

    package init(port: UInt16, process: UInt32) {
        self.port = port
        self.process = process
    }
}

package struct InterfaceReading: Sendable, Hashable {
    /// As IANA numbers them: 6 Ethernet, 71 wireless, 131 tunnel.
    package let type: Int
    /// Of IPv4, in bytes; `nil` when it has no IPv4.
    package let mtu: Int?

    package init(type: Int, mtu: Int?) {
        self.type = type
        self.mtu = mtu
    }
}

/// A group of the machine that decides about Remote Desktop; on a domain controller the domain's.
package enum LocalGroup: String, Sendable, Hashable, CaseIterable {
    case remoteDesktopUsers, administrators
}

package struct GroupMember: Sendable, Hashable {
    /// `nil` when Windows did not tell it.
    package let sid: SID?
    /// `User` or `Group`, in every language; empty when Windows does not know the member any more.
    package let kind: String

    package init(sid: SID?, kind: String) {
        self.sid = sid
        self.kind = kind
    }
}

/// The machine's place in a domain.
package struct DomainMembership: Sendable, Hashable {
    package let isMember: Bool
    /// Win32_ComputerSystem.DomainRole: 4 and 5 are domain controllers.
    package let role: Int
    package let domain: String?

    package init(isMember: Bool, role: Int, domain: String?) {
        self.isMember = isMember
        self.role = role
        self.domain = domain
    }

    package var isDomainController: Bool { role >= 4 }
}

/// What Netlogon says of its channel to the domain: `nltest /sc_query`.
package struct SecureChannel: Sendable, Hashable {
    package let exitCode: Int
    /// A Win32 error; 0: it works.
    package let status: UInt32?
    /// The domain controller at its other end.
    package let controller: String?

    package init(exitCode: Int, status: UInt32?, controller: String?) {
        self.exitCode = exitCode
        self.status = status
        self.controller = controller
    }
}
