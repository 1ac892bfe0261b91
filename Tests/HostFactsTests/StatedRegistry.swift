import HostFacts
import Testing

/// Facts of a host whose registry holds just what a test says, and answers that all else is absent.
struct StatedRegistry {
    /// What it says beside its registry.
    var reading = HostReading()
    private var values: [String: [KeyAnswer.NamedValue]] = [:]
    private var children: [String: [String]] = [:]

    /// - Parameter build: `CurrentBuildNumber`; from 10240 on with major version 10.
    init(build: UInt32 = 17763, type: String = "ServerNT") {
        let version = build >= 10240 ? "10.0" : build >= 9600 ? "6.3" : build >= 9200 ? "6.2" : "6.1"
        set(Keys.currentVersion, "CurrentBuildNumber", .string("\(build)"))
        set(Keys.currentVersion, "CurrentVersion", .string(version))
        if build >= 10240 {
            set(Keys.currentVersion, "CurrentMajorVersionNumber", .dword(10))
            set(Keys.currentVersion, "CurrentMinorVersionNumber", .dword(0))
        }
        set(Keys.productOptions, "ProductType", .string(type))
        list(Keys.winStations, ["Console", "RDP-Tcp"])
    }

    mutating func set(_ key: String, _ name: String, _ value: RegistryValue) {
        values[key, default: []].append(.init(name, value))
    }

    mutating func list(_ key: String, _ names: [String]) { children[key] = names }

    var facts: HostFacts {
        var registry = RegistryReading()
        var left = values
        for question in SectionName.allCases.flatMap(\.registryQuestions) {
            switch question.scope {
            case .values, .everyValue, .presence:
                registry.record(question.key, values[question.key].map { .values($0, isComplete: true) } ?? .absent)
                left[question.key] = nil
            case .children, .childrenLike, .tree:
                registry.recordChildren(of: question.key, children[question.key].map { .value($0) } ?? .absent)
                for name in children[question.key] ?? [] {
                    let key = question.key + "\\" + name
                    registry.record(key, .values(values[key] ?? [], isComplete: true))
                    left[key] = nil
                }
                if case .tree = question.scope { registry.record(question.key, .values([], isComplete: true)) }
            case .count: registry.recordCount(of: question.key, .value(0))
            }
        }
        // Keys deeper than one level below those that were listed.
        for (key, found) in left { registry.record(key, .values(found, isComplete: true)) }
        var reading = reading
        reading.registry = registry
        return HostFacts(reading)
    }

    /// A fact as the dictionary reads it.
    func fact(_ path: String) throws -> Collected<FactValue> {
        try #require(FactDictionary[path], "\(path)").read(facts)
    }
}
