extension FactDictionary {
    /// The path under which facts about a host's place in its fleet stand.
    package static let fleetPrefix = "fleet."

    static let fleetFacts: [Fact] = [
        Fact("fleet.sameMachine", "Other names in the inventory of this very machine", stability: .volatile) {
            $0.fleet.flatMap(\.sameMachine)
        },
        Fact("fleet.sharedMachineGuid", "Other machines with its MachineGuid: clones", stability: .volatile) {
            $0.fleet.flatMap(\.sharedMachineGuid)
        },
        Fact(
            "fleet.sharedMachineSID",
            "Other machines with its machine SID, controllers of one domain excepted: credentials fail between them",
            stability: .volatile
        ) { $0.fleet.flatMap(\.sharedMachineSID) },
        Fact("fleet.sharedCertificate", "Other machines set to serve the same certificate", stability: .volatile) {
            $0.fleet.flatMap(\.sharedCertificate)
        },
    ]
}
