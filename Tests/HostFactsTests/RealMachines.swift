import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport

/// The real machines of `Tests/Fixtures/windows-hosts`, as the probe would have found them.
enum RealMachine {
    static func all() throws -> [Fixture] { try Fixture.all("windows-hosts", suffix: ".json") }

    static func image(_ fixture: Fixture) throws -> RegistryImage {
        try RegistryImage(extract: try JSON.parse(fixture.bytes))
    }

    static func facts(_ fixture: Fixture) throws -> HostFacts {
        facts(RecordedHost(registry: try image(fixture)))
    }

    /// Through the same JSON and decoder as a live host.
    static func facts(_ host: RecordedHost) -> HostFacts {
        var sections: [SectionName: SectionAnswer] = [:]
        for section in SectionName.allCases { sections[section] = .data(host.data(section)) }
        return HostFacts(HostReading(sections: sections))
    }
}
