package import Formats
package import FoundationEssentials
package import HostFacts

/// What one host answered, as it stands in a snapshot: the sections as they came, and how asking went.
///
/// The sections are kept uninterpreted, so that a snapshot can be read again with the rules of next year.
package struct HostRecord: Sendable {
    package var name: String
    package var address: String
    package var groups: [String]
    package var role: String?
    package var site: String?
    package var state: HostState
    package var reason = ""
    package var advice = ""
    package var transport: String?
    package var authentication: String?
    /// When the first attempt began, UTC.
    package var started: Date
    package var seconds: Double = 0
    package var attempts = 0
    package var roundTrips = 0
    package var connections = 0
    /// What was not checked although it could be, as the inventory asked: host keys, certificates, encryption.
    package var unchecked: [String] = []
    /// SHA-256 of the probe that was sent.
    package var probe: String?
    /// The JSON of each section by name, as the host sent it; a section that came damaged has `{"damaged": "why"}`.
    package var sections: [JSON.Member] = []
    /// Members that this version does not know; they survive reading and writing.
    package var unknown: [JSON.Member] = []

    package init(
        name: String, address: String, groups: [String], role: String?, site: String?, state: HostState, started: Date
    ) {
        self.name = name
        self.address = address
        self.groups = groups
        self.role = role
        self.site = site
        self.state = state
        self.started = started
    }

    /// Decodes the sections.
    package var reading: HostReading {
        var answers: [SectionName: SectionAnswer] = [:]
        for member in sections {
            guard let name = SectionName(rawValue: member.key) else { continue }
            if let reason = member.value["damaged"]?.string {
                answers[name] = SectionAnswer(.damaged(reason))
            } else {
                answers[name] = SectionAnswer(.json(member.value))
            }
        }
        return HostReading(sections: answers)
    }

    /// The host for reports, with what its facts say about Windows.
    package func audited(_ facts: HostFacts?) -> AuditedHost {
        AuditedHost(
            name: name, address: address, groups: groups, role: role, site: site, state: state, reason: reason,
            advice: advice, transport: transport, authentication: authentication, seconds: seconds, collected: started,
            osName: facts?.windows.value?.name, osVersion: facts?.windows.value?.version)
    }
}
