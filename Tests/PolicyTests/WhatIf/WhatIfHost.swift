import Collection
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Testing

/// A fixture host of which what-if questions are asked.
struct WhatIfHost {
    var host: RecordedHost
    var transport: String? = "winrm"
    var authentication: String? = "ntlm"

    init(_ template: String = "server") throws { host = try ControlFixtures.template(template) }

    mutating func set(_ key: String, _ name: String, _ value: RegistryValue) {
        host.registry.set(RegistryLocation(key, name), value)
    }

    var reading: HostReading {
        HostReading(
            sections: Dictionary(
                uniqueKeysWithValues: SectionName.allCases.map { ($0, SectionAnswer.data(host.data($0))) }))
    }

    private var audited: AuditedHost {
        AuditedHost(
            name: "fixture", address: "192.0.2.1", groups: [], role: nil, site: nil, state: .audited, reason: "",
            advice: "", transport: transport, authentication: authentication, seconds: 0,
            collected: ControlFixtures.now, osName: nil, osVersion: nil)
    }

    private static let baseline = Result { try PolicyFolder(ControlFixtures.policies).baseline("rdp-connectivity") }

    /// - Parameter days: how much later the state after is judged.
    func ask(_ assignments: String..., days: Double = 0, reading: HostReading? = nil) throws -> WhatIf.HostAnswer {
        let baseline = try Self.baseline.get()
        return WhatIf(
            try assignments.map { try FactAssignment($0) }, before: .init(baseline, at: ControlFixtures.now),
            after: .init(baseline, at: ControlFixtures.now.addingTimeInterval(days * 86_400))
        ).answer(audited, reading ?? self.reading) { _ in }
    }
}

extension WhatIf.HostAnswer {
    /// `RDP-006 newly-failing`
    var changed: [String] {
        (difference?.changes ?? []).filter(\.kind.isChange).map { "\($0.control) \($0.kind.rawValue)" }.sorted()
    }

    var closed: [String] { cutOffs.map { "\($0.way.rawValue) \($0.ours.rawValue)" } }
}
