package import HostFacts

/// The stable facts of one host in one run, as numbers of a ``FactLedger``: some 2 KB, whatever the host said.
package struct FactSheet: Sendable, Hashable {
    /// In the order of ``FactLedger/facts``; 0 where nothing was kept.
    let numbers: [UInt32]
}

/// The values of many hosts' facts, each held once. Fleets agree on most of them, so that the facts of 10,000 hosts fit
/// into memory, and two sheets are compared by their numbers.
package struct FactLedger: Sendable {
    /// The facts that are held: those whose change is drift.
    package static let facts = FactDictionary.all.filter { $0.stability == .stable }

    static let places = Dictionary(
        uniqueKeysWithValues: facts.enumerated().map { ($0.element.path, $0.offset) })

    /// By number less one.
    private var values: [Collected<FactValue>] = []
    private var numbers: [Collected<FactValue>: UInt32] = [:]

    package init() {}

    /// What a host said, ready to be taken in: made on any thread.
    package static func read(_ facts: HostFacts) -> [Collected<FactValue>] {
        Self.facts.map { ordered($0.read(facts)) }
    }

    /// - Parameter values: of ``read(_:)``.
    package mutating func sheet(of values: [Collected<FactValue>]) -> FactSheet {
        FactSheet(numbers: values.map { number(of: $0) })
    }

    /// Takes in what was kept of a host, by path. Paths that are no stable facts any more are passed over.
    package mutating func sheet(of kept: [String: Collected<FactValue>]) -> FactSheet {
        FactSheet(numbers: Self.facts.map { fact in kept[fact.path].map { number(of: Self.ordered($0)) } ?? 0 })
    }

    /// `nil`: nothing was kept of it.
    package func value(_ path: String, in sheet: FactSheet) -> Collected<FactValue>? {
        Self.places[path].flatMap { value(at: $0, in: sheet) }
    }

    func value(at place: Int, in sheet: FactSheet) -> Collected<FactValue>? {
        guard sheet.numbers.indices.contains(place) else { return nil }
        let number = Int(sheet.numbers[place])
        return number > 0 && number <= values.count ? values[number - 1] : nil
    }

    private mutating func number(of value: Collected<FactValue>) -> UInt32 {
        if let number = numbers[value] { return number }
        values.append(value)
        let number = UInt32(clamping: values.count)
        numbers[value] = number
        return number
    }

    /// The order in which a host lists things says nothing.
    private static func ordered(_ value: Collected<FactValue>) -> Collected<FactValue> {
        if case .value(.list(let items)) = value { .value(.list(items.sorted())) } else { value }
    }
}
