import HostFacts
import Policy

/// Controls of one host whose verdicts changed in the same way, with the facts behind that: controls that share a
/// changed fact are one story.
struct VerdictStory {
    let kind: VerdictChange.Kind
    /// In the order of the judgement.
    private(set) var controls: [JudgementDifference.ControlChange]
    /// Those that the controls look at first, then those that belong to them.
    private(set) var facts: [ChangedFact]

    /// In the order in which the controls stand in the difference.
    static func stories(
        of difference: JudgementDifference, _ facts: [ChangedFact], _ before: ComparedHost?, _ after: ComparedHost?
    ) -> [VerdictStory] {
        let changes = difference.changes.filter { $0.kind.isChange && $0.kind != .added && $0.kind != .removed }
        guard !changes.isEmpty else { return [] }
        let places = Self.places(of: facts)
        var stories: [(story: VerdictStory, facts: [Int])] = []
        for change in changes {
            let behind = facts.isEmpty ? [] : places.behind(Self.evidence(of: change.control, before, after))
            var merged = (story: VerdictStory(kind: change.kind, controls: [change], facts: []), facts: behind)
            var place = stories.count
            // A fact may join two stories that had nothing in common so far; the first one takes the others in.
            for index in stories.indices.reversed()
            where stories[index].story.kind == change.kind && !Set(behind).isDisjoint(with: stories[index].facts) {
                let other = stories.remove(at: index)
                merged.story.controls.insert(contentsOf: other.story.controls, at: 0)
                merged.facts = other.facts + merged.facts.filter { !other.facts.contains($0) }
                place = index
            }
            stories.insert(merged, at: place)
        }
        return stories.map { entry in
            var story = entry.story
            story.facts = entry.facts.map { facts[$0] }
            return story
        }
    }

    private init(
        kind: VerdictChange.Kind, controls: [JudgementDifference.ControlChange], facts: [ChangedFact]
    ) {
        self.kind = kind
        self.controls = controls
        self.facts = facts
    }

    /// What a control that fails looked at; of one that fails no more, what it looked at when it did.
    private static func evidence(of control: String, _ before: ComparedHost?, _ after: ComparedHost?) -> [String] {
        after?.evidence[control] ?? before?.evidence[control] ?? []
    }

    private static func places(of facts: [ChangedFact]) -> Places {
        var places: [String: Int] = [:]
        for (index, fact) in facts.enumerated() {
            places[fact.path] = index
            guard FactDictionary[fact.path] == nil else { continue }
            for part in Fact.SettingPart.Part.allCases { places["\(fact.path).\(part.rawValue)"] = index }
        }
        return Places(byPath: places)
    }

    /// Where the change of a fact stands among the changes of a host.
    private struct Places {
        let byPath: [String: Int]

        func behind(_ evidence: [String]) -> [Int] {
            var found: [Int] = []
            func add(_ path: String) {
                if let index = byPath[path], !found.contains(index) { found.append(index) }
            }
            for path in evidence { add(path) }
            for path in evidence { for relative in FactKinship.kin(of: path) { add(relative) } }
            return found
        }
    }
}
