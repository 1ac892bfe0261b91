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
    /// The way of asking that the sections came by.
    package var askedBy: AskedBy?
    /// SHA-256 of the program that was sent.
    package var probe: String?
    /// The JSON of each section by name, as the host sent it; a section that came damaged has `{"damaged": "why"}`.
    package var sections: [JSON.Member] = []
    /// The time of the run was up before this host had answered: `--resume` takes the record off and asks.
    package var isLeftOver = false
    /// Members that this version does not know; they survive reading and writing.
    package var unknown: [JSON.Member] = []
    /// The members' names as they were read, so that what is written again keeps its order; empty for a new record.
    var memberOrder: [String] = []

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

    /// A host that the time of a run did not suffice for.
    ///
    /// - Parameters:
    ///   - reason: which time was up, as a sentence.
    ///   - advice: how to go on with it.
    package init(leftOver host: PlannedHost, at moment: Date, reason: String, advice: String) {
        self.init(
            name: host.name, address: host.address, groups: host.groups, role: host.role, site: host.site,
            state: .skipped, started: moment)
        self.reason = reason
        self.advice = advice
        isLeftOver = true
    }

    /// Notes which program the host was asked by.
    mutating func asked(by way: AskedBy) {
        askedBy = way
        probe = way == .cmd ? CommandProgram.fingerprint : ProbeProgram.fingerprint
    }

    /// Decodes the sections.
    package var reading: HostReading { reading(of: Set(SectionName.allCases)) }

    /// Decodes some sections; the others are as if they had not come.
    package func reading(of wanted: Set<SectionName>) -> HostReading {
        var answers: [SectionName: SectionAnswer] = [:]
        for member in sections {
            guard let name = SectionName(rawValue: member.key), wanted.contains(name) else { continue }
            answers[name] = SectionAnswer(recorded: member.value)
        }
        var reading = HostReading(sections: answers)
        reading.live.asked = started...started.addingTimeInterval(max(seconds, 0))
        return reading
    }

    /// The host for reports, with what its facts say about Windows.
    package func audited(_ facts: HostFacts?) -> AuditedHost {
        AuditedHost(
            name: name, address: address, groups: groups, role: role, site: site, state: state, reason: reason,
            advice: advice, transport: transport, authentication: authentication, seconds: seconds, collected: started,
            osName: facts?.windows.value?.name, osVersion: facts?.windows.value?.version)
    }
}

/// The two ways of asking a host.
package enum AskedBy: String, Sendable, Hashable {
    /// The probe, in PowerShell.
    case powershell
    /// Windows' console programs, by cmd.exe.
    case cmd
}
