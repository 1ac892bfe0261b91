import Formats
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct SettingKeyTests {
    /// What a remediation makes must go again: then the audit must have seen which keys were there.
    @Test func `every key above a setting that a control changes is asked for`() throws {
        let asked = Set(SectionName.allCases.flatMap(\.registryQuestions).map { $0.key.lowercased() })
        var count = 0
        for control in try PolicyFolder(ControlFixtures.policies).controls.values {
            for template in control.remediation {
                // Listeners and protocols are listed with the key that they stand in.
                guard case .setRegistry(let key, _, _) = template.change, !key.contains("{") else { continue }
                count += 1
                var path = key.hasPrefix(Keys.schannelProtocols) ? Keys.schannelProtocols : key
                while !Keys.isEverywhere(path) {
                    #expect(asked.contains(path.lowercased()), "\(control.id): nobody asks for \(path)")
                    path = String(path[..<(try #require(path.lastIndex(of: "\\")))])
                }
            }
        }
        #expect(count >= 10)
        #expect(asked.isSuperset(of: Keys.aboveSettings.map { $0.lowercased() }))
    }
}
