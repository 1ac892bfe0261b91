/// A section of the probe: a group of facts that is asked, answered and may fail on its own.
package enum SectionName: String, Sendable, Hashable, CaseIterable {
    case os, rdp, credssp, delegation, certificates
    case machineKeys = "machine-keys"
    case firewall, services, schannel, updates, network, identity
    case activeProfiles = "active-profiles"
    case events, served, groups, listeners, mdm
    case policySource = "policy-source"
    case firewallProducts = "firewall-products"
    case secureChannel = "secure-channel"
    case quickFixes = "quick-fixes"
}
