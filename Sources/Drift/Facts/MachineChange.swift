import HostFacts

/// A host that says of itself that it is not who it was.
package struct MachineChange: Sendable, Hashable {
    /// One of the things that a machine is told by.
    package enum Mark: String, Sendable, Hashable, CaseIterable {
        case machineGuid = "machine-guid"
        case machineSID = "machine-sid"
        case computerName = "computer-name"

        var path: String {
            switch self {
            case .machineGuid: "os.machineGuid"
            case .machineSID: "os.machineSID"
            case .computerName: "os.computerName"
            }
        }
    }

    /// A mark that changed.
    package struct Difference: Sendable, Hashable {
        package let mark: Mark
        package let before: String
        package let after: String
    }

    /// The name in the inventory.
    package let host: String
    package let differences: [Difference]
    /// It is another machine now, or Windows was installed anew: what was and what is there have little to do with each
    /// other. Not so where only one mark changed and others vouch for the machine, as after a renaming, or when a
    /// server becomes a domain controller and shows its domain's SID.
    package let isAnotherMachine: Bool

    static let paths = Set(Mark.allCases.map(\.path))

    /// - Returns: `nil` when no mark that both runs know has changed.
    init?(_ host: String, _ ledger: FactLedger, _ before: FactSheet, _ after: FactSheet) {
        var differences: [Difference] = []
        var same: Set<Mark> = []
        for mark in Mark.allCases {
            guard let old = ledger.value(mark.path, in: before)?.value?.text,
                let new = ledger.value(mark.path, in: after)?.value?.text
            else { continue }
            if old.lowercased() == new.lowercased() {
                same.insert(mark)
            } else {
                differences.append(Difference(mark: mark, before: ChangedFact.cut(old), after: ChangedFact.cut(new)))
            }
        }
        guard !differences.isEmpty else { return nil }
        self.host = host
        self.differences = differences
        let isVouchedFor = same.count >= 2 || same.contains(.machineGuid) && differences.count == 1
        isAnotherMachine = !isVouchedFor
    }
}
