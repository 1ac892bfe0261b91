import Formats
import HostFacts
import Lab
import TestSupport
import Testing

@Suite struct RealMachineTests {
    /// Every fact of every machine, held against a file that was read line by line when it was made.
    /// `FLEETAUDIT_RECORD=1` writes it anew, for a review in the diff.
    @Test(arguments: try RealMachine.all())
    func `the facts of a real machine are those that were reviewed`(_ machine: Fixture) throws {
        let facts = try RealMachine.facts(machine)
        let lines = FactDictionary.all.map { "\($0.path) = \(Self.shown($0.read(facts)))" }
        let golden = Fixture.file("facts/" + machine.name.replacing(".json", with: ".txt"))
        try Golden.expect(lines, golden)
    }

    private static func shown(_ value: Collected<FactValue>) -> String {
        switch value {
        case .value(let value): VisibleText.shown(value.text)
        case .absent: "ABSENT"
        case .accessDenied: "ACCESS DENIED"
        case .unsupported(let reason): "UNSUPPORTED \(reason)"
        case .failed(let reason): "UNKNOWN \(reason)"
        }
    }
}
