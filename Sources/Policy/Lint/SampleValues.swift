import Formats
import FoundationEssentials
import HostFacts

/// Values of one fact at which comparisons of it can change their verdict: each constant and its neighbours, every word,
/// every set of a list's words, and that the fact is absent. A condition that none of them satisfies has no value at all.
enum SampleValues {
    /// Beyond these a list has too many sets of words to try them all.
    private static let mostWords = 6, mostEntries = 16

    /// A text that no policy holds.
    private static let other = "\u{1}"

    /// `nil`: there are too many to try.
    static func all(
        of fact: Fact, in comparisons: [(comparison: Comparison, context: JudgingContext)]
    ) -> [Collected<FactValue>]? {
        let constants = comparisons.compactMap { item in
            item.comparison.expected(item.context).map { (item.comparison, $0) }
        }
        let now = comparisons.first?.context.now ?? Date.distantPast
        let values: [FactValue]?
        switch fact.type {
        case .flag: values = [.flag(true), .flag(false)]
        case .integer: values = integers(fact, constants.map(\.1))
        case .text:
            values =
                fact.choices.isEmpty
                ? texts(constants).map { .text($0) } + [.text(""), .text(other)] : fact.choices.map { .text($0) }
        case .version: values = versions(constants.map(\.1))
        case .date: values = dates(constants.map(\.1), now)
        case .list: values = lists(constants)
        }
        return values.map { $0.map { .value($0) } + [.absent] }
    }

    private static func integers(_ fact: Fact, _ constants: [PolicyValue]) -> [FactValue] {
        let chosen = fact.choices.compactMap { Int64($0) }
        if !chosen.isEmpty { return chosen.map { .integer($0) } }
        var numbers: Set<Int64> = [0]
        for number in constants.flatMap(Self.numbers) {
            numbers.insert(number)
            if number > .min { numbers.insert(number - 1) }
            if number < .max { numbers.insert(number + 1) }
        }
        return numbers.sorted().map { .integer($0) }
    }

    private static func numbers(_ value: PolicyValue) -> [Int64] {
        switch value {
        case .integer(let number): [number]
        case .list(let items): items.compactMap { Int64($0) }
        default: []
        }
    }

    private static func texts(_ constants: [(Comparison, PolicyValue)]) -> [String] {
        var words: Set<String> = []
        for (comparison, value) in constants where comparison.subject != .count {
            switch value {
            case .text(let text) where comparison.operator == .matches || comparison.operator == .notMatches:
                for filling in ["", "x"] {
                    words.insert(text.replacing("*", with: filling).replacing("?", with: "x"))
                }
            case .text(let text): words.insert(text)
            case .list(let items): words.formUnion(items)
            default: continue
            }
        }
        return words.sorted()
    }

    private static func versions(_ constants: [PolicyValue]) -> [FactValue] {
        var versions: Set<BuildVersion> = [BuildVersion(10, 0, 0, 0)]
        for case .version(let version) in constants {
            let revision = version.revision ?? 0
            for build in [version.build &- 1, version.build, version.build &+ 1] {
                for revision in [revision &- 1, revision, revision &+ 1] {
                    versions.insert(BuildVersion(version.major, version.minor, build, revision))
                }
            }
        }
        return versions.sorted().map { .version($0) }
    }

    private static func dates(_ constants: [PolicyValue], _ now: Date) -> [FactValue] {
        var dates: Set<Date> = [now]
        for value in constants {
            let date: Date
            switch value {
            case .moment(let moment): date = moment.date(at: now)
            case .span(let span): date = now.addingTimeInterval(-span.seconds)
            default: continue
            }
            dates.formUnion([-1, 0, 1].map { date.addingTimeInterval($0) })
        }
        return dates.sorted().map { .date($0) }
    }

    private static func lists(_ constants: [(Comparison, PolicyValue)]) -> [FactValue]? {
        let words = texts(constants) + [other]
        let counts = constants.filter { $0.0.subject == .count }.flatMap { numbers($0.1) }
        guard words.count <= mostWords, counts.allSatisfy({ $0 < mostEntries }) else { return nil }
        var lengths = Set(counts.flatMap { [$0 - 1, $0, $0 + 1] }.map { Int($0) }.filter { $0 > 0 })
        lengths.insert(0)
        var lists: Set<[String]> = []
        for set in 0..<(1 << words.count) {
            let list = words.indices.filter { set & (1 << $0) != 0 }.map { words[$0] }
            for length in lengths {
                // Entries of no meaning, so that only the count differs.
                let padding = (0..<max(0, length - list.count)).map { "\(other)\($0)" }
                lists.insert(list + padding)
            }
        }
        return lists.sorted { $0.lexicographicallyPrecedes($1) }.map { .list($0) }
    }
}
