import Collection
import HostFacts
import Testing

@Suite struct FactRuleTests {
    @Test(arguments: FactRule.table.indices) func `each row is about a fact, and what it names is there`(_ index: Int) {
        let rule = FactRule.table[index]
        let about = FactDictionary.all.filter { $0.rule?.text == rule.text && $0.rule?.evidence == rule.evidence }
        #expect(!about.isEmpty, "\(rule)")
        for input in rule.inputs { #expect(FactDictionary[input] != nil, "\(input)") }
        for evidence in rule.evidence {
            switch evidence {
            case .value(let location):
                #expect(!RegistryQuestion.sections(asking: location).isEmpty, "nobody asks \(location.description)")
            case .key(let key): #expect(!RegistryQuestion.sections(asking: key).isEmpty, "nobody asks \(key)")
            case .item(_, let path): #expect(!path.isEmpty)
            }
        }
        #expect(rule.text.last.map { $0 == "." } ?? true, "\(rule.text)")
    }

    @Test func `a setting stands where the probe asks`() {
        var count = 0
        for fact in FactDictionary.all where fact.setting?.part == .effective {
            let places = fact.setting?.places(.stock)
            let locations = [places?.policy, places?.local].compactMap(\.self)
            count += locations.isEmpty ? 0 : 1
            for location in locations {
                #expect(!RegistryQuestion.sections(asking: location).isEmpty, "\(fact.path): \(location.description)")
            }
        }
        #expect(count > 25)
    }

    @Test func `a listener's settings stand below the listener that the host has`() throws {
        var reading = HostReading()
        reading.registry.recordChildren(of: Keys.winStations, .value(["Console", "Own-Tcp"]))
        let fact = try #require(FactDictionary["rdp.listener.port.effective"])
        let places = fact.setting?.places(HostFacts(reading))
        #expect(places?.local == RegistryLocation(Keys.winStations + #"\Own-Tcp"#, "PortNumber"))
        #expect(places?.policy == nil)
        #expect(fact.setting?.places(HostFacts(HostReading())) == nil)
    }

    @Test func `every fact names a section that it comes from`() {
        // One that does not is told even when no section was answered, and needs a row in FactRule.table.
        for fact in FactDictionary.all { #expect(!fact.sections.isEmpty, "\(fact.path)") }
        #expect(FactDictionary["rdp.hiddenLocalValues"]?.sections == [.rdp])
        #expect(FactDictionary["rdp.listening"]?.sections.contains(.network) == true)
    }

    @Test(arguments: [
        (
            "rdp.listener.port",
            [
                "rdp.listener.port.effective", "rdp.listener.port.source", "rdp.listener.port.local",
                "rdp.listener.port.policy",
            ]
        ),
        ("os.name", ["os.name"]), ("OS.NAME", ["os.name"]), ("os.nam", ["os.name"]), ("os.name.", []), ("", []),
        ("*.listening", ["rdp.listening"]), ("os.?ame", ["os.name"]),
        ("rdp.hiddenLoc", ["rdp.hiddenLocalValues"]), ("*moon*", []),
    ])
    func `a pattern names facts`(_ pattern: String, _ paths: [String]) {
        #expect(FactPattern(pattern).facts.map(\.path) == paths)
    }

    @Test func `a misspelt path has a suggestion`() {
        #expect(FactPattern("rdp.listner").suggestion == "rdp.listener")
        #expect(FactPattern("os.nmae").suggestion == "os.name")
        #expect(FactPattern("somethingelse").suggestion == nil)
    }
}
