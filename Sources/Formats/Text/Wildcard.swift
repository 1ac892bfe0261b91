/// A pattern with `*` and `?`, without regard to case.
package struct Wildcard {
    private let pattern: [Character]

    package init(_ pattern: String) { self.pattern = Array(pattern.lowercased()) }

    /// Linear: only the last `*` is ever tried again.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.lowercased())
        var (at, place) = (0, 0)
        var retry: (place: Int, at: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == "*" {
                retry = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[at] {
                place += 1
                at += 1
            } else if let last = retry {
                retry = (last.place, last.at + 1)
                (place, at) = (last.place + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
