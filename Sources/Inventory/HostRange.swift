/// Names with ranges, as Ansible writes them: `web[01:20].example.com`, `db-[a:f]`, `rack[1:9:2]-[a:c]`.
enum HostRange {
    /// More names than one pattern may stand for.
    static let limit = 100_000

    struct Problem: Error {
        let message: String
    }

    /// Every name that a pattern stands for, in order; a text without a range is itself.
    static func expand(_ pattern: String) throws(Problem) -> [String] {
        guard let opening = pattern.firstIndex(of: "["), let closing = pattern[opening...].firstIndex(of: "]") else {
            guard !pattern.contains("["), !pattern.contains("]") else {
                throw Problem(message: "a bracket that is not closed in '\(pattern)'")
            }
            return [pattern]
        }
        let head = pattern[..<opening]
        let items = try items(pattern[pattern.index(after: opening)..<closing])
        let tails = try expand(String(pattern[pattern.index(after: closing)...]))
        guard items.count * tails.count <= limit else {
            throw Problem(message: "'\(pattern)' stands for more than \(limit) names")
        }
        return items.flatMap { item in tails.map { head + item + $0 } }
    }

    /// `begin:end` or `begin:end:step`; a leading zero asks for names of equal width.
    private static func items(_ text: Substring) throws(Problem) -> [String] {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else {
            throw Problem(message: "'[\(text)]' is no range such as [1:9]")
        }
        let begin = parts[0].isEmpty ? "0" : parts[0]
        let end = parts[1]
        guard let step = parts.count == 3 ? Int(parts[2]) : 1, step > 0 else {
            throw Problem(message: "the step of '[\(text)]' is no positive number")
        }
        if let first = Int(begin), let last = Int(end), first >= 0, last >= 0 {
            guard first <= last else { throw Problem(message: "'[\(text)]' ends before it begins") }
            guard (last - first) / step < limit else { throw Problem(message: "'[\(text)]' is too long") }
            let isPadded = begin.count > 1 && begin.hasPrefix("0")
            guard !isPadded || begin.count == end.count else {
                throw Problem(
                    message: "both ends of '[\(text)]' must have as many digits when the first has a leading zero")
            }
            return stride(from: first, through: last, by: step).map { number in
                let digits = String(number)
                return isPadded ? String(repeating: "0", count: max(0, begin.count - digits.count)) + digits : digits
            }
        }
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        guard begin.count == 1, end.count == 1, let first = letters.firstIndex(of: begin[begin.startIndex]),
            let last = letters.firstIndex(of: end[end.startIndex])
        else { throw Problem(message: "'[\(text)]' is neither a range of numbers nor of letters") }
        guard first <= last else { throw Problem(message: "'[\(text)]' ends before it begins") }
        return stride(from: first, through: last, by: step).map { String(letters[$0]) }
    }
}
