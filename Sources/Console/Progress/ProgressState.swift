/// How far a piece of work with many parts has come. A value; ``LiveProgress`` shows it.
package struct ProgressState: Sendable, Hashable {
    /// What is counted, in the plural: "files".
    package let unit: String
    /// How many there are; nil: nobody knows.
    package var total: Int?
    /// How many ended in which way, in the order in which help readers expect them: declared ones, then new ones.
    package private(set) var ends: [End] = []
    /// What has begun and not ended, by name.
    private var underWay: [String: Part] = [:]

    /// A way to end: its word, and how many ended in it.
    package struct End: Sendable, Hashable {
        /// A past participle or the like, which can stand before and behind the count.
        package let word: String
        /// How many.
        package fileprivate(set) var count: Int
    }

    private struct Part: Hashable {
        var stage: String
        var since: Duration
    }

    /// - Parameter ends: the words for the ways to end, in the order in which they are to be shown.
    package init(unit: String, total: Int?, ends: [String] = []) {
        self.unit = unit
        self.total = total
        self.ends = ends.map { End(word: $0, count: 0) }
    }

    /// How many have ended.
    package var done: Int { ends.reduce(0) { $0 + $1.count } }

    /// A part begins, or enters its next stage; it is as old as its beginning.
    ///
    /// - Parameter elapsed: time since the work began.
    package mutating func enter(_ stage: String, of part: String, at elapsed: Duration) {
        underWay[part, default: Part(stage: stage, since: elapsed)].stage = stage
    }

    /// Something ended. The name may be one that was never entered, or nil where parts have no names.
    package mutating func end(_ part: String? = nil, as word: String) {
        if let part { underWay[part] = nil }
        if let index = ends.firstIndex(where: { $0.word == word }) {
            ends[index].count += 1
        } else {
            ends.append(End(word: word, count: 1))
        }
    }

    /// The part that has been under way for the longest, its stage, and for how long.
    package func oldest(at elapsed: Duration) -> (name: String, stage: String, age: Duration)? {
        underWay.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
            .map { ($0.key, $0.value.stage, elapsed - $0.value.since) }
    }

    /// Ends before which no estimate is worth showing.
    private static let endsForEstimate = 20

    /// About how long the rest will take, if it goes on as so far; nil while that would be a guess, and at the end.
    package func remaining(at elapsed: Duration) -> Duration? {
        let done = done
        guard let total, done >= ProgressState.endsForEstimate, done < total else { return nil }
        return .seconds((elapsed / .seconds(1) * Double(total - done) / Double(done)).rounded())
    }
}
