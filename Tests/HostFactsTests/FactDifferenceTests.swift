import HostFacts
import Testing

@Suite struct FactDifferenceTests {
    private static func facts(_ change: (inout HostReading) -> Void) -> HostFacts {
        var reading = HostReading()
        change(&reading)
        return HostFacts(reading)
    }

    private static func difference(
        _ path: String, _ one: (inout HostReading) -> Void, _ other: (inout HostReading) -> Void
    ) -> FactDifference.Kind? {
        FactDictionary.differences(facts(one), facts(other)).first { $0.fact.path == path }?.kind
    }

    private static func ports(_ ports: Collected<Set<UInt16>>) -> (inout HostReading) -> Void {
        { $0.listeningPorts = ports }
    }

    private static func folder(_ descriptor: String) -> (inout HostReading) -> Void {
        {
            let folder = KeyFolderReading(path: "x", descriptor: .value(descriptor), count: 0, files: [])
            $0.machineKeys = .value(MachineKeysReading(rsa: .value(folder), cng: .absent, siblings: .value([])))
        }
    }

    @Test func `two equal readings differ in nothing`() {
        #expect(
            FactDictionary.differences(Self.facts(Self.ports(.value([1]))), Self.facts(Self.ports(.value([1])))).isEmpty
        )
    }

    @Test func `a descriptor without its owner is the same access list`() {
        let path = "machineKeys.folder.sddl"
        let whole = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
        #expect(Self.difference(path, Self.folder(whole), Self.folder("D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)")) == nil)
        #expect(Self.difference(path, Self.folder(whole), Self.folder("D:PAI(A;;0x12019f;;;WD)")) == .contradiction)
        #expect(
            Self.difference(path, Self.folder(whole), Self.folder(whole.replacing("O:SY", with: "O:BA")))
                == .contradiction)
    }

    @Test func `what one way has no means to tell is no contradiction`() {
        let path = "machineKeys.folder.sddl"
        let told = Self.folder("D:PAI(A;;FA;;;BA)")
        #expect(Self.difference(path, told) { $0.machineKeys = .unsupported("no means") } == .untold)
        #expect(Self.difference(path, told) { $0.machineKeys = .failed("why") } == .missing)
        #expect(Self.difference(path, told) { $0.machineKeys = .accessDenied } == .missing)
        #expect(Self.difference(path, { _ in }, told) == .missing)
    }
}
