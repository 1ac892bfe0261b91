/// The candidate that was probably meant by a misspelt word; nil when none is near.
///
/// Near is a third of the word's letters, at least one: letters missing, added, wrong or exchanged with a neighbour
/// (Damerau's distance, without regard to case). Among equals the first in alphabetical order.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().unicodeScalars)
    guard !wanted.isEmpty, wanted.count <= 128 else { return nil }
    var best: (distance: Int, candidate: String)?
    let limit = max(1, wanted.count / 3)
    for candidate in candidates {
        let letters = Array(candidate.lowercased().unicodeScalars)
        guard !letters.isEmpty, abs(letters.count - wanted.count) <= limit else { continue }
        let distance = editDistance(wanted, letters)
        guard distance <= limit else { continue }
        if let best, (best.distance, best.candidate) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.candidate
}

/// Insertions, deletions, replacements and exchanges of neighbours that turn one text into the other; letters may come or
/// go between exchanged ones (Damerau and Levenshtein, without restriction).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    let most = left.count + right.count
    // A border of `most` around the usual table, so that an exchange with what never occurred costs too much.
    var table = [[Int]](repeating: [Int](repeating: most, count: right.count + 2), count: left.count + 2)
    for row in 0...left.count { table[row + 1][1] = row }
    for column in 0...right.count { table[1][column + 1] = column }
    var lastRows: [Unicode.Scalar: Int] = [:]
    for row in 1..<(left.count + 1) {
        var lastColumn = 0
        for column in 1..<(right.count + 1) {
            let (lastRow, before) = (lastRows[right[column - 1]] ?? 0, lastColumn)
            let isSame = left[row - 1] == right[column - 1]
            if isSame { lastColumn = column }
            table[row + 1][column + 1] = min(
                table[row][column] + (isSame ? 0 : 1), table[row + 1][column] + 1, table[row][column + 1] + 1,
                table[lastRow][before] + (row - lastRow - 1) + 1 + (column - before - 1))
        }
        lastRows[left[row - 1]] = row
    }
    return table[left.count + 1][right.count + 1]
}
