/// A section of the probe: a group of facts that is asked, answered and may fail on its own.
package enum SectionName: String, Sendable, Hashable, CaseIterable {
    case os, rdp, credssp, certificates
    case machineKeys = "machine-keys"
    case firewall, services, schannel, updates, network, identity
    case activeProfiles = "active-profiles"
}
