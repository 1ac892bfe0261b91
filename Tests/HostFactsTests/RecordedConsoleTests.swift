import Collection
import Formats
import HostFacts
import TestSupport
import Testing

@testable import Lab

/// Print and parse: what a console would show of each real machine comes back as the same facts.
@Suite struct RecordedConsoleTests {
    @Test(arguments: try RealMachine.all())
    func `a machine that is asked by cmd.exe tells the same registry`(_ machine: Fixture) throws {
        let host = RecordedHost(registry: try RealMachine.image(machine))
        let reply = CommandReply([RecordedConsole(host).output])
        #expect(reply.isComplete)
        let told = Dictionary(uniqueKeysWithValues: reply.sections.map { ($0.name, $0.json["data"] ?? .null) })
        var compared = 0
        for section in SectionName.allCases {
            for part in ["keys", "lists", "children"] {
                // Two questions may ask the same key.
                let answers = Dictionary(
                    grouping: told[section]?[part]?.object ?? [], by: \.key
                ).mapValues { $0.map(\.value) }
                for key in host.data(section)[part]?.object ?? [] where key.value.string == nil {
                    let answer = try #require(answers[key.key], "\(section.rawValue) \(part) \(key.key)")
                    for value in key.value.object ?? [] where !value.value.isNull {
                        compared += 1
                        #expect(answer.contains { $0[value.key] == value.value }, "\(key.key)\\\(value.key)")
                    }
                    if key.value.isNull { #expect(answer.contains(.null), "\(key.key)") }
                    if let names = key.value.array { #expect(answer.contains { $0.array == names }, "\(key.key)") }
                }
            }
        }
        #expect(compared > 10)
    }
}
