package import HostFacts

/// As much of a Windows registry as somebody wrote down, and what is known not to be in it.
///
/// A recorded host answers the probe's questions from it. A key that nobody wrote down is neither there nor absent.
package struct RegistryImage: Sendable {
    private struct Key {
        var path: String
        var values: [(name: String, value: RegistryValue)] = []
        /// Names of the subkeys; `nil` when nobody listed them.
        var children: [String]?
        /// Every value is here; otherwise only those that the probe asks for.
        var isComplete = true
    }

    private var keys: [String: Key] = [:]
    private var absent: Set<String> = []
    private var counts: [String: Int] = [:]

    package init() {}

    // MARK: Changing

    /// Sets a value, making its key and the keys above.
    package mutating func set(_ location: RegistryLocation, _ value: RegistryValue) {
        make(location.key)
        let folded = location.key.lowercased()
        let name = location.name.lowercased()
        if let index = keys[folded]?.values.firstIndex(where: { $0.name.lowercased() == name }) {
            keys[folded]?.values[index].value = value
        } else {
            keys[folded]?.values.append((location.name, value))
        }
    }

    package mutating func remove(_ location: RegistryLocation) {
        keys[location.key.lowercased()]?.values.removeAll { $0.name.lowercased() == location.name.lowercased() }
    }

    /// Makes a key and those above. A key that nobody wrote down is then known to be empty, and a key that was absent
    /// holds nothing else than what is made in it.
    package mutating func make(_ path: String) {
        let before = presence(path)
        let folded = path.lowercased()
        absent.remove(folded)
        if keys[folded] == nil { keys[folded] = Key(path: path, children: []) }
        guard before != .present, let slash = path.lastIndex(of: "\\") else { return }
        let parent = String(path[..<slash])
        let name = String(path[path.index(after: slash)...])
        switch presence(parent) {
        case .absent: make(parent)
        case .notRecorded: keys[parent.lowercased()] = Key(path: parent)
        case .present: break
        }
        guard let siblings = keys[parent.lowercased()]?.children,
            !siblings.contains(where: { $0.lowercased() == name.lowercased() })
        else { return }
        keys[parent.lowercased()]?.children?.append(name)
    }

    /// Deletes a key with everything below it: it is known to be absent afterwards.
    package mutating func delete(_ path: String) {
        let folded = path.lowercased()
        for key in keys.keys where key == folded || key.hasPrefix(folded + "\\") { keys[key] = nil }
        absent.insert(folded)
        guard let slash = folded.lastIndex(of: "\\") else { return }
        let name = String(folded[folded.index(after: slash)...])
        keys[String(folded[..<slash])]?.children?.removeAll { $0.lowercased() == name }
    }

    mutating func setCount(_ path: String, _ count: Int) { counts[path.lowercased()] = count }

    mutating func setChildren(_ path: String, _ names: [String]) {
        let folded = path.lowercased()
        if keys[folded] == nil { keys[folded] = Key(path: path) }
        keys[folded]?.children = names
    }

    mutating func add(_ path: String, values: [(String, RegistryValue)], isComplete: Bool) {
        let folded = path.lowercased()
        var key = keys[folded] ?? Key(path: path)
        let names = Set(key.values.map { $0.name.lowercased() })
        key.values += values.filter { !names.contains($0.0.lowercased()) }.map { ($0.0, $0.1) }
        key.isComplete = key.isComplete && isComplete
        keys[folded] = key
    }

    mutating func markAbsent(_ path: String) { absent.insert(path.lowercased()) }

    // MARK: Asking

    package enum Presence: Sendable, Hashable { case present, absent, notRecorded }

    package func presence(_ path: String) -> Presence {
        let folded = path.lowercased()
        if keys[folded] != nil { return .present }
        if absent.contains(folded) { return .absent }
        guard let slash = folded.lastIndex(of: "\\") else { return .notRecorded }
        let parent = String(folded[..<slash])
        let name = String(folded[folded.index(after: slash)...])
        switch presence(parent) {
        case .absent: return .absent
        case .notRecorded: return .notRecorded
        case .present:
            // A parent whose subkeys were listed tells; a name that it lists was seen but not written down.
            guard let children = keys[parent]?.children else { return .notRecorded }
            return children.contains { $0.lowercased() == name } ? .notRecorded : .absent
        }
    }

    /// Every key that is known to be there, in the order of the paths.
    package var presentKeys: [String] { keys.values.map(\.path).sorted() }

    package func value(_ location: RegistryLocation) -> RegistryValue? {
        keys[location.key.lowercased()]?.values.first { $0.name.lowercased() == location.name.lowercased() }?.value
    }

    package func values(_ path: String) -> [(name: String, value: RegistryValue)] {
        keys[path.lowercased()]?.values ?? []
    }

    /// `nil` when nobody listed them.
    package func children(_ path: String) -> [String]? { keys[path.lowercased()]?.children }

    func count(_ path: String) -> Int? { counts[path.lowercased()] ?? keys[path.lowercased()]?.values.count }
}
