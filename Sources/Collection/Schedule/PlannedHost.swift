package import Inventory
package import Transport

/// A host that is to be asked, with everything that asking needs.
package struct PlannedHost: Sendable {
    package let name: String
    package let address: String
    package let groups: [String]
    package let role: String?
    package let site: String?
    /// The computer name that must answer; `nil` when the inventory cannot tell.
    package let expectedName: String?
    package let way: Way
    /// Which of the two ways of asking is used.
    package var probe: ProbeChoice

    /// How it is asked, or why it is not.
    package enum Way: Sendable {
        case connect(Connecting)
        /// The inventory says too little, or something that cannot be honoured.
        case unusable(String)
    }

    /// What makes a connection, once the gate is known.
    package struct Connecting: Sendable {
        /// `ssh`, `winrm`, `recorded`.
        package let transport: String
        /// `key`, `password`, `ntlm`, `basic`; `nil` for recordings.
        package let authentication: String?
        /// What the lock-out breaker watches; `nil` when no secret is sent that could lock an account.
        package let credential: LockoutBreaker.Credential?
        /// What is not checked although it could be.
        package let unchecked: [String]
        package let make: @Sendable (any SignInGate, StageDeadlines) -> any HostConnection
    }

    /// A host that no inventory speaks of.
    package init(named name: String) {
        self.name = name
        address = name
        groups = []
        (role, site) = (nil, nil)
        expectedName = FleetPlanner.nameExpected(at: name)
        way = .unusable("it is not asked")
        probe = .auto
    }

    init(
        host: InventoryHost, address: String, role: String?, site: String?, expectedName: String?, way: Way,
        probe: ProbeChoice = .auto
    ) {
        name = host.name
        self.address = address
        groups = host.groups.filter { $0 != "all" && $0 != "ungrouped" }
        self.role = role
        self.site = site
        self.expectedName = expectedName
        self.way = way
        self.probe = probe
    }
}
