package import FoundationEssentials

/// What became of the attempt to audit a host. Never fewer than these, never merged.
package enum HostState: String, Sendable, Hashable, CaseIterable {
    /// Every section came.
    case audited
    /// Some sections came; they are judged, the rest is unknown.
    case partial
    /// We signed in, and not one usable section came: rubbish, too much, nothing, or scripts are blocked.
    case failed
    /// No connection.
    case unreachable
    /// The host or the account's authority refused us.
    case refused
    /// Another machine answered than the one that was asked for.
    case wrongHost = "wrong-host"
    /// Not tried: the account was at risk, the run was interrupted, or the inventory says too little.
    case skipped

    /// Facts came that can be judged.
    package var isJudged: Bool { self == .audited || self == .partial }
}

/// A host of the inventory and how asking it went, without its facts: what reports print about it.
package struct AuditedHost: Sendable {
    /// The name in the inventory.
    package let name: String
    /// What was connected to.
    package let address: String
    package let groups: [String]
    package let role: String?
    package let site: String?
    package let state: HostState
    /// Why it is not `audited`, as a sentence; empty otherwise.
    package let reason: String
    /// What to check next; empty when there is nothing to say.
    package let advice: String
    /// `ssh`, `winrm`, `recorded`; `nil` when it was never tried.
    package let transport: String?
    /// `ntlm`, `basic`, `password`, `key`.
    package let authentication: String?
    package let seconds: Double
    /// When it was asked, UTC.
    package let collected: Date
    /// `Windows Server 2019`, when the host said so.
    package let osName: String?
    package let osVersion: BuildVersion?

    package init(
        name: String, address: String, groups: [String], role: String?, site: String?, state: HostState, reason: String,
        advice: String, transport: String?, authentication: String?, seconds: Double, collected: Date, osName: String?,
        osVersion: BuildVersion?
    ) {
        self.name = name
        self.address = address
        self.groups = groups
        self.role = role
        self.site = site
        self.state = state
        self.reason = reason
        self.advice = advice
        self.transport = transport
        self.authentication = authentication
        self.seconds = seconds
        self.collected = collected
        self.osName = osName
        self.osVersion = osVersion
    }
}
