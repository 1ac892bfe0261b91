import Formats
import FoundationEssentials
import HostFacts

/// What a fact is held against, made ready for its operator: lists of numbers read, patterns taken apart.
enum Criterion: Sendable {
    case flag(Bool)
    case integer(Int64)
    case integers([Int64])
    case text(String)
    case texts([String])
    case pattern(Wildcard)
    case version(BuildVersion)
    case moment(Moment)
    case span(TimeSpan)

    /// `nil` for a value that does not fit; loading a policy refuses such.
    init?(_ value: PolicyValue, for name: Comparison.Operator, type: FactType?) {
        switch value {
        case .flag(let flag): self = .flag(flag)
        case .integer(let number): self = .integer(number)
        case .text(let text): self = name == .matches || name == .notMatches ? .pattern(Wildcard(text)) : .text(text)
        case .version(let version): self = .version(version)
        case .moment(let moment): self = .moment(moment)
        case .span(let span): self = .span(span)
        case .list(let items) where type == .integer:
            let numbers = items.compactMap { Int64($0) }
            guard numbers.count == items.count else { return nil }
            self = .integers(numbers)
        case .list(let items): self = .texts(items)
        }
    }

    /// Whether an operator holds for a value. Types were checked when the policy was loaded: a pair that cannot be
    /// compared is false. `nil`: it cannot be told, since the value's revision is not known.
    func holds(for value: FactValue, _ name: Comparison.Operator, at now: Date) -> Bool? {
        switch value {
        case .flag(let flag): holds(for: flag, name)
        case .integer(let number): holds(for: number, name)
        case .text(let text): holds(for: text, name)
        case .version(let version): holds(for: version, name)
        case .date(let date): holds(for: date, name, at: now)
        case .list(let items): holds(for: items, name)
        }
    }

    private func holds(for flag: Bool, _ name: Comparison.Operator) -> Bool {
        switch (name, self) {
        case (.equals, .flag(let wanted)): flag == wanted
        case (.notEquals, .flag(let wanted)): flag != wanted
        default: false
        }
    }

    func holds(for number: Int64, _ name: Comparison.Operator) -> Bool {
        switch (name, self) {
        case (.equals, .integer(let wanted)): number == wanted
        case (.notEquals, .integer(let wanted)): number != wanted
        case (.atLeast, .integer(let wanted)): number >= wanted
        case (.atMost, .integer(let wanted)): number <= wanted
        case (.moreThan, .integer(let wanted)): number > wanted
        case (.lessThan, .integer(let wanted)): number < wanted
        case (.oneOf, .integers(let wanted)): wanted.contains(number)
        case (.noneOf, .integers(let wanted)): !wanted.contains(number)
        default: false
        }
    }

    func holds(for text: String, _ name: Comparison.Operator) -> Bool {
        switch (name, self) {
        case (.equals, .text(let wanted)): text.isSameName(as: wanted)
        case (.notEquals, .text(let wanted)): !text.isSameName(as: wanted)
        case (.oneOf, .texts(let wanted)): wanted.holds(text)
        case (.noneOf, .texts(let wanted)): !wanted.holds(text)
        case (.matches, .pattern(let wanted)): wanted.matches(text)
        case (.notMatches, .pattern(let wanted)): !wanted.matches(text)
        case (.isEmpty, .flag(let wanted)): text.isEmpty == wanted
        default: false
        }
    }

    private func holds(for version: BuildVersion, _ name: Comparison.Operator) -> Bool? {
        guard case .version(let wanted) = self else { return false }
        guard let order = version.order(relativeTo: wanted) else { return nil }
        return switch name {
        case .equals: order == .same
        case .notEquals: order != .same
        case .atLeast: order != .earlier
        case .atMost: order != .later
        case .moreThan: order == .later
        case .lessThan: order == .earlier
        default: false
        }
    }

    private func holds(for date: Date, _ name: Comparison.Operator, at now: Date) -> Bool {
        switch (name, self) {
        case (.before, .moment(let wanted)): date < wanted.date(at: now)
        case (.after, .moment(let wanted)): date > wanted.date(at: now)
        case (.olderThan, .span(let wanted)): date < now.addingTimeInterval(-wanted.seconds)
        case (.youngerThan, .span(let wanted)): date > now.addingTimeInterval(-wanted.seconds)
        default: false
        }
    }

    private func holds(for items: [String], _ name: Comparison.Operator) -> Bool {
        switch (name, self) {
        case (.contains, .text(let wanted)): items.holds(wanted)
        case (.containsAll, .texts(let wanted)): wanted.allSatisfy { items.holds($0) }
        case (.containsNone, .texts(let wanted)): !wanted.contains { items.holds($0) }
        case (.only, .texts(let wanted)): items.allSatisfy { wanted.holds($0) }
        case (.equals, .texts(let wanted)): items.isSameSet(as: wanted)
        case (.notEquals, .texts(let wanted)): !items.isSameSet(as: wanted)
        case (.isEmpty, .flag(let wanted)): items.isEmpty == wanted
        default: false
        }
    }
}

extension [String] {
    /// Lists of policies are short: looking through one costs less than making small letters of a text.
    fileprivate func holds(_ text: String) -> Bool { contains { $0.isSameName(as: text) } }

    fileprivate func isSameSet(as other: [String]) -> Bool {
        allSatisfy { other.holds($0) } && other.allSatisfy { holds($0) }
    }
}

extension BuildVersion {
    fileprivate enum Order { case earlier, same, later }

    /// Where it stands to a version of a policy. One that is written without a revision means the whole build; `nil`: they
    /// differ in the revision, and this one's is not known.
    fileprivate func order(relativeTo wanted: BuildVersion) -> Order? {
        let (left, right) = ((major, minor, build), (wanted.major, wanted.minor, wanted.build))
        if left != right { return left < right ? .earlier : .later }
        guard let wanted = wanted.revision else { return .same }
        guard let revision else { return nil }
        return revision == wanted ? .same : revision < wanted ? .earlier : .later
    }
}
