import Formats

/// Facts as people name them on a command line: a whole path, the beginning of one (`rdp.listener`), or a glob (`rdp.*`).
package struct FactPattern: Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Whether it is a glob: `*` for any text, `?` for one character.
    private var isGlob: Bool { text.contains("*") || text.contains("?") }

    package func matches(_ path: String) -> Bool {
        if isGlob { return Wildcard(text).matches(path) }
        let (wanted, path) = (text.lowercased(), path.lowercased())
        return path == wanted || path.hasPrefix(wanted + ".")
    }

    /// The facts that it names, in the order of the dictionary; when there are none, those whose path begins so within a
    /// word.
    package var facts: [Fact] {
        let named = FactDictionary.all.filter { matches($0.path) }
        guard named.isEmpty, !text.isEmpty else { return named }
        let beginning = text.lowercased()
        return FactDictionary.all.filter { $0.path.lowercased().hasPrefix(beginning) }
    }

    /// The nearest path, or beginning of one, when it names no fact.
    package var suggestion: String? {
        var candidates: Set<String> = []
        for fact in FactDictionary.all {
            let parts = fact.path.split(separator: ".")
            for count in 1...parts.count { candidates.insert(parts.prefix(count).joined(separator: ".")) }
        }
        return closest(to: text, among: candidates.sorted())
    }
}
