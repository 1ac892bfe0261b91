/// Guesses which word was meant.
enum Spelling {
    /// Words longer than this are no slip of the finger, and comparing them costs time in the square of their length.
    private static let longestWord = 40

    /// The word of `words` that `typed` most likely stands for: the only one that it begins, or one that is few slips
    /// away (a letter added, left out, replaced, or two swapped; one slip for every three letters).
    static func nearest(_ typed: String, in words: [String]) -> String? {
        let typed = Array(typed.lowercased())
        guard !typed.isEmpty, typed.count <= longestWord else { return nil }
        let begun = words.filter { $0.lowercased().starts(with: typed) }
        // Two letters say nothing yet, and dashes are not letters.
        if begun.count == 1, typed.count(where: { $0 != "-" }) >= 2 { return begun[0] }
        return words.filter { $0.count <= longestWord }
            .map { (word: $0, slips: slips(typed, Array($0.lowercased()))) }
            .filter { $0.slips <= max(1, typed.count / 3) }
            .min { $0.slips < $1.slips }?.word
    }

    /// The optimal string alignment distance.
    private static func slips(_ a: [Character], _ b: [Character]) -> Int {
        var before: [Int] = []
        var row = Array(0...b.count)
        for i in a.indices {
            var next = [i + 1]
            for j in b.indices {
                var best = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                next.append(best)
            }
            (before, row) = (row, next)
        }
        return row[b.count]
    }
}
