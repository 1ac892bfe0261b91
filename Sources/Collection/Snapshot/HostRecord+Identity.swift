import HostFacts

extension HostRecord {
    /// The record, or that of a wrong host: another machine than the one asked for is no audit of the one asked for.
    ///
    /// - Parameters:
    ///   - expectedName: the computer name that must answer; `nil` when nobody can tell.
    ///   - announced: the computer name that stood beside the answer, for one whose section `os` is missing.
    func checked(against expectedName: String?, announced: String? = nil) -> HostRecord {
        guard let expectedName, state.isJudged else { return self }
        let answered = HostIdentity(registry: reading.registry, machineSID: .unasked).computerName.value ?? announced
        // NetBIOS names end after 15 characters.
        guard let answered, answered.lowercased() != expectedName.prefix(15).lowercased() else { return self }
        var record = self
        record.state = .wrongHost
        record.reason = "the computer that answered is called \(answered), and \(expectedName) was asked for"
        record.advice =
            "Check name resolution; for an alias set fleetaudit_computer_name to the computer's name, or to any."
        return record
    }
}
