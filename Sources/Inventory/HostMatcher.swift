/// A ``HostPattern`` held against one host after another: where no inventory is at hand, a host's name and groups are all
/// that is known.
package struct HostMatcher: Sendable {
    private struct Term {
        let kind: HostPattern.Term.Kind
        let text: String
        let glob: Glob?
    }

    private let terms: [Term]
    private let hasIncluded: Bool

    /// Fails for a pattern without a name, and for places such as `web[0]`: whom they mean hangs on who else is there.
    package init(_ pattern: HostPattern) throws(HostPatternError) {
        var terms: [Term] = []
        for term in pattern.terms {
            if IPv6.isAddress(term.text) {
                terms.append(Term(kind: term.kind, text: IPv6.bare(term.text), glob: nil))
                continue
            }
            guard HostPlaces(term.text) == nil else {
                throw HostPatternError(
                    message: "'\(term.text)' names hosts by their place, which changes with the fleet",
                    help: "name the hosts, or a group")
            }
            let glob = Glob(term.text)
            terms.append(Term(kind: term.kind, text: term.text, glob: glob.hasWildcards ? glob : nil))
        }
        guard !terms.isEmpty else { throw HostPatternError(message: "the pattern names no host and no group") }
        self.terms = terms
        hasIncluded = terms.contains { $0.kind == .include }
    }

    /// It names everybody, whatever the fleet: `all`, `*`.
    package var isEverybody: Bool {
        terms.allSatisfy { $0.kind == .include }
            && terms.contains { $0.text == "all" || !$0.text.isEmpty && $0.text.allSatisfy { $0 == "*" } }
    }

    /// Names of which a host or one of its groups must have one; `nil`: only ``matches(name:groups:isHost:)`` can tell.
    package var names: [String]? {
        let isPlain = terms.allSatisfy {
            $0.kind == .include && $0.glob == nil && $0.text != "all" && $0.text != "ungrouped"
        }
        return isPlain ? terms.map(\.text) : nil
    }

    /// - Parameters:
    ///   - groups: those it is in, without `all` and `ungrouped`.
    ///   - isHost: a host of the fleet has that name: where a group has it as well, a plain part means the host.
    package func matches(name: String, groups: [String], isHost: (String) -> Bool) -> Bool {
        func matches(_ term: Term) -> Bool {
            if term.text == "all" || term.text == "*" || term.text == name || groups.contains(term.text) { return true }
            if term.text == "ungrouped" { return groups.isEmpty }
            guard let glob = term.glob else { return false }
            return glob.matches(name) || groups.contains { glob.matches($0) }
        }
        func isIncluded(_ term: Term) -> Bool { isHost(term.text) ? term.text == name : matches(term) }

        return (!hasIncluded || terms.contains { $0.kind == .include && isIncluded($0) })
            && terms.allSatisfy { $0.kind != .intersect || matches($0) }
            && !terms.contains { $0.kind == .exclude && matches($0) }
    }
}
