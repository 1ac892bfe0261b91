package import HostFacts

extension FleetIdentities {
    /// The identities of all hosts of a snapshot that gave facts. Reads it once, from end to end.
    package init(snapshot path: String) throws(SnapshotError) {
        self.init()
        var reader = try SnapshotReader(path: path)
        while let record = try reader.next() {
            guard record.state.isJudged else { continue }
            add(record.name, record.reading(of: Self.sections))
        }
    }
}
