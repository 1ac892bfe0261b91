/// What a host said about one key.
package enum KeyAnswer: Sendable, Hashable {
    case absent
    case accessDenied
    case failed(String)
    /// The key is there. `values` holds what was asked for, in the host's order; a value of `nil` was asked for and is
    /// not there. `isComplete` says that every value of the key was listed.
    case values([NamedValue], isComplete: Bool)

    package struct NamedValue: Sendable, Hashable {
        package let name: String
        package let value: RegistryValue?
        /// Why there is no value; absent, unless the host could not tell this one.
        package let missing: Collected<RegistryValue>

        package init(_ name: String, _ value: RegistryValue?) {
            self.name = name
            self.value = value
            missing = .absent
        }

        package init(_ name: String, missing: Collected<RegistryValue>) {
            self.name = name
            value = nil
            self.missing = missing
        }
    }
}

/// All that a host said about its registry: the raw evidence behind most facts.
///
/// A key or value that nobody asked for is never "absent": it is `failed`, with a text that says so.
package struct RegistryReading: Sendable {
    private var keys: [String: KeyAnswer] = [:]
    /// Keys whose subkeys were listed, with the names found (or why they could not be listed).
    private var children: [String: Collected<[String]>] = [:]
    private var counts: [String: Collected<Int>] = [:]

    package init() {}

    // MARK: Filling

    package mutating func record(_ key: String, _ answer: KeyAnswer) {
        let folded = key.foldedName
        // Two questions may ask the same key for different values: both answers count.
        if case .values(let more, let isComplete) = answer, case .values(let before, let wasComplete) = keys[folded] {
            keys[folded] = .values(before + more, isComplete: isComplete || wasComplete)
        } else {
            keys[folded] = answer
        }
    }

    package mutating func recordChildren(of key: String, _ names: Collected<[String]>) {
        children[key.foldedName] = names
    }

    package mutating func recordCount(of key: String, _ count: Collected<Int>) {
        counts[key.foldedName] = count
    }

    /// The reading of a host on which one value stood otherwise: what a change would lead to. A key that was not there
    /// is made; of one that could not be read nothing but this value is known.
    ///
    /// - Parameter value: `nil` takes the value away.
    package mutating func replace(_ location: RegistryLocation, with value: RegistryValue?) {
        let answer = answer(location.key)
        if answer == .absent, value == nil { return }
        var values: [KeyAnswer.NamedValue] = []
        var isComplete = answer == .absent
        if case .values(let before, let wasComplete) = answer {
            values = before.filter { !$0.name.isSameName(as: location.name) }
            isComplete = wasComplete
        }
        // In a list that is whole, a value that is not there is not listed.
        if value != nil || !isComplete { values.append(KeyAnswer.NamedValue(location.name, value)) }
        keys[location.key.foldedName] = .values(values, isComplete: isComplete)
    }

    // MARK: Asking

    package func value(_ key: String, _ name: String) -> Collected<RegistryValue> {
        switch answer(key) {
        case .absent: return .absent
        case .accessDenied: return .accessDenied
        case .failed(let reason): return .failed(reason)
        case .values(let values, let isComplete):
            if let found = values.first(where: { $0.name.isSameName(as: name) }) {
                return found.value.map { .value($0) } ?? found.missing
            }
            return isComplete ? .absent : .failed("this probe did not ask for \(name)")
        }
    }

    package func value(_ location: RegistryLocation) -> Collected<RegistryValue> {
        value(location.key, location.name)
    }

    /// All values of a key that was asked for whole.
    package func values(_ key: String) -> Collected<[KeyAnswer.NamedValue]> {
        switch answer(key) {
        case .absent: .absent
        case .accessDenied: .accessDenied
        case .failed(let reason): .failed(reason)
        case .values(let values, let isComplete):
            isComplete ? .value(values) : .failed("this probe did not list \(key)")
        }
    }

    package func exists(_ key: String) -> Collected<Bool> {
        switch answer(key) {
        case .absent: .value(false)
        case .accessDenied: .accessDenied
        case .failed(let reason): .failed(reason)
        case .values: .value(true)
        }
    }

    /// The names of the subkeys of a key that was asked for with its children.
    package func subkeys(of key: String) -> Collected<[String]> {
        children[key.foldedName] ?? .failed("this probe did not list the keys below \(key)")
    }

    package func count(of key: String) -> Collected<Int> {
        counts[key.foldedName] ?? .failed("this probe did not count \(key)")
    }

    private func answer(_ key: String) -> KeyAnswer {
        known(key.foldedName) ?? .failed("this probe did not ask for \(key)")
    }

    /// `nil`: nobody asked.
    private func known(_ folded: String) -> KeyAnswer? {
        if let answer = keys[folded] { return answer }
        guard let parent = Self.parent(of: folded) else { return nil }
        // Below a key whose subkeys were listed, what was not listed is not there.
        if let listed = children[parent] {
            switch listed {
            case .value, .absent: return .absent
            case .accessDenied: return .accessDenied
            case .unsupported(let reason), .failed(let reason): return .failed(reason)
            }
        }
        // Nor is anything below a key that is not there; what could not be told of a key cannot be told below it.
        guard let above = known(parent) else { return nil }
        if case .values = above { return nil }
        return above
    }

    private static func parent(of key: String) -> String? {
        key.utf8.lastIndex(of: 0x5c).map { String(key[..<$0]) }
    }
}
