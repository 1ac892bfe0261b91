import Formats
import HostFacts

/// The parameters of a control while it is read. A default is written as YAML has it; what it is compared with says
/// whether `10.0.17763` is a text or a version.
struct ParameterTable {
    /// The defaults, by name.
    private(set) var values: [String: PolicyValue] = [:]
    private var nodes: [String: YAMLNode] = [:]
    private var settled: Set<String> = []
    private var used: Set<String> = []

    mutating func declare(_ name: String, _ value: PolicyValue, at node: YAMLNode) {
        values[name] = value
        nodes[name] = node
    }

    var names: [String] { values.keys.sorted() }

    /// Notes that something rests on a parameter; false when there is none of that name.
    mutating func use(_ name: String) -> Bool {
        used.insert(name)
        return values[name] != nil
    }

    /// The default as what a comparison needs; `nil` when it is none such.
    mutating func value(_ name: String, as kind: PolicyValueReader.Kind) -> PolicyValue? {
        guard let value = values[name], let node = nodes[name] else { return nil }
        if PolicyValueReader.Kind(value) == kind {
            settled.insert(name)
            return value
        }
        // Only a text can turn out to be something else, and only until something has taken it for a text.
        guard case .text = value, !settled.contains(name), let read = PolicyValueReader.read(node, as: kind) else {
            return nil
        }
        values[name] = read
        settled.insert(name)
        return read
    }

    /// Declared, and nothing rests on it; with the place of the default.
    func unused(beside others: Set<String>) -> [(name: String, node: YAMLNode)] {
        nodes.filter { !used.contains($0.key) && !others.contains($0.key) }.sorted { $0.key < $1.key }
            .map { (name: $0.key, node: $0.value) }
    }
}
