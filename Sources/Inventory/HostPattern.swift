import Formats

/// Why a `--limit` pattern names nothing.
package struct HostPatternError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package let help: String?

    package init(message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }

    package var description: String { message + (help.map { " (\($0))" } ?? "") }
}

/// A pattern of `--limit`: names, groups and globs, joined by `:` or `,`; `&` keeps only those that also match, `!`
/// takes away. As in Ansible plain parts come first, then `&`, then `!`, whatever their order; `web[0]`, `web[-1]` and
/// `web[1:3]` are hosts of the group `web` by their place.
package struct HostPattern: Sendable, Hashable {
    struct Term: Hashable {
        enum Kind { case include, intersect, exclude }
        let kind: Kind
        let text: String
    }

    let terms: [Term]

    /// An empty pattern is every host.
    package init(_ text: String) {
        terms = Self.split(text).map { part in
            switch part.first {
            case "&": Term(kind: .intersect, text: String(part.dropFirst()))
            case "!": Term(kind: .exclude, text: String(part.dropFirst()))
            default: Term(kind: .include, text: part)
            }
        }
    }

    /// Names of the hosts that it names, in no order.
    package func names(in inventory: Inventory) throws(HostPatternError) -> Set<String> {
        var names: Set<String> = []
        let included = terms.filter { $0.kind == .include }
        if included.isEmpty { names = Set(inventory.hosts.map(\.name)) }
        for term in included { names.formUnion(try Self.included(term.text, inventory)) }
        for term in terms where term.kind == .intersect {
            names.formIntersection(try Self.matches(term.text, inventory))
        }
        for term in terms where term.kind == .exclude { names.subtract(try Self.matches(term.text, inventory)) }
        return names
    }

    /// Whether it means a host by its name or by a group that it is in, where no inventory is at hand: in a snapshot.
    package func selects(_ name: String, groups: [String]) -> Bool {
        func matches(_ term: Term) -> Bool {
            if term.text == "all" || term.text == "*" { return true }
            let text = IPv6.isAddress(term.text) ? IPv6.bare(term.text) : term.text
            if name == text || groups.contains(text) { return true }
            let glob = Glob(text)
            return glob.hasWildcards && (glob.matches(name) || groups.contains { glob.matches($0) })
        }
        let included = terms.filter { $0.kind == .include }
        return (included.isEmpty || included.contains(where: matches))
            && terms.allSatisfy { $0.kind != .intersect || matches($0) }
            && !terms.contains { $0.kind == .exclude && matches($0) }
    }

    /// A part such as `web[0]`, which only the order of an inventory gives a meaning; `nil` when there is none.
    package var partThatNeedsInventory: String? { terms.map(\.text).first { HostPlaces($0) != nil } }

    /// Commas and colons separate, but not the colons of an IPv6 address or within brackets.
    private static func split(_ text: String) -> [String] {
        split(text, at: ",").flatMap { part in
            let sign = part.first == "&" || part.first == "!" ? 1 : 0
            return IPv6.isAddress(String(part.dropFirst(sign))) ? [part] : split(part, at: ":")
        }
    }

    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if depth <= 0, character == separator {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part)
        return parts.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// A name that a host and a group share is the host's in a plain part, and the group's elsewhere.
    private static func included(_ text: String, _ inventory: Inventory) throws(HostPatternError) -> Set<String> {
        inventory[text] != nil ? [text] : try matches(text, inventory)
    }

    static func matches(_ text: String, _ inventory: Inventory) throws(HostPatternError) -> Set<String> {
        if text == "all" || text == "*" { return Set(inventory.hosts.map(\.name)) }
        if let members = inventory.groups[text] { return Set(members) }
        let name = IPv6.isAddress(text) ? IPv6.bare(text) : text
        if inventory[name] != nil { return [name] }
        if let places = HostPlaces(text) { return try places.names(in: inventory) }
        let glob = Glob(text)
        var names: Set<String> = []
        if glob.hasWildcards {
            for (group, members) in inventory.groups where glob.matches(group) { names.formUnion(members) }
            for host in inventory.hosts where glob.matches(host.name) { names.insert(host.name) }
        }
        guard !names.isEmpty else {
            let known = Array(inventory.groups.keys) + inventory.hosts.map(\.name)
            throw HostPatternError(
                message: "no host and no group is called '\(text)'",
                help: closest(to: text, among: known).map { "did you mean '\($0)'?" })
        }
        return names
    }
}

/// Shell-style matching of names: `*`, `?` and `[a-c]`.
struct Glob {
    private enum Piece: Hashable {
        case anything, one
        case literal(Character)
        case set([ClosedRange<Character>], isNegated: Bool)
    }

    private let pieces: [Piece]
    let hasWildcards: Bool

    init(_ text: String) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "*": pieces.append(.anything)
            case "?": pieces.append(.one)
            case "[":
                guard let closing = rest.dropFirst().firstIndex(of: "]") else {
                    pieces.append(.literal("["))
                    continue
                }
                pieces.append(Self.set(rest[..<closing]))
                rest = rest[rest.index(after: closing)...]
            default: pieces.append(.literal(character))
            }
        }
        self.pieces = pieces
        hasWildcards = pieces.contains { if case .literal = $0 { false } else { true } }
    }

    /// Linear in the text for one `*` after another: only the last one is ever tried again.
    func matches(_ text: String) -> Bool {
        let characters = Array(text)
        var piece = 0
        var at = 0
        var retry: (piece: Int, at: Int)?
        while at < characters.count {
            if piece < pieces.count, pieces[piece] == .anything {
                retry = (piece, at)
                piece += 1
            } else if piece < pieces.count, Self.matches(pieces[piece], characters[at]) {
                piece += 1
                at += 1
            } else if let last = retry {
                retry = (last.piece, last.at + 1)
                (piece, at) = (last.piece + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .anything }
    }

    private static func set(_ text: Substring) -> Piece {
        var rest = text
        let isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let low = rest.popFirst() {
            if rest.first == "-", let high = rest.dropFirst().first, low <= high {
                ranges.append(low...high)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(low...low)
            }
        }
        return .set(ranges, isNegated: isNegated)
    }

    private static func matches(_ piece: Piece, _ character: Character) -> Bool {
        switch piece {
        case .anything, .one: true
        case .literal(let literal): literal == character
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
        }
    }
}

/// Enough of IPv6 to keep its colons apart from ours.
enum IPv6 {
    static func isAddress(_ text: String) -> Bool {
        let body = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        // Eight groups, or fewer and "::"; three names of letters a to f joined by colons are none.
        let colons = body.count { $0 == ":" }
        guard body.contains("::") || colons == 7 || colons == 6 && body.contains(".") else { return false }
        return body.allSatisfy { $0.isHexDigit && $0.isASCII || $0 == ":" || $0 == "." || $0 == "%" }
    }

    /// Without the brackets around it.
    static func bare(_ text: String) -> String {
        text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
