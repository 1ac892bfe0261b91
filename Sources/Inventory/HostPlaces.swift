/// `web[0]`, `web[-1]`, `web[1:3]`, `web[2:]`: hosts of a group, or of whatever the pattern before the bracket names, by
/// their place from 0 on. As in Ansible a bracket at the end with numbers in it is always this and never a glob.
struct HostPlaces {
    private let text: String
    private let base: String
    private let first: Int
    /// The last place, `nil` for the first alone, `.max` for all that follow.
    private let last: Int?

    /// `nil` when the text does not end in such a bracket.
    init?(_ text: String) {
        guard text.hasSuffix("]"), let opening = text.lastIndex(of: "["), opening > text.startIndex else { return nil }
        let inside = text[text.index(after: opening)...].dropLast()
        self.text = text
        base = String(text[..<opening])
        if let place = Self.number(inside) {
            first = place
            last = nil
            return
        }
        guard let middle = inside.firstIndex(where: { $0 == ":" || $0 == "-" }),
            let begin = Self.number(inside[..<middle]), begin >= 0
        else { return nil }
        let end = inside[inside.index(after: middle)...]
        guard end.isEmpty || Self.number(end).map({ $0 >= 0 }) == true else { return nil }
        first = begin
        last = end.isEmpty ? .max : Self.number(end)
    }

    func names(in inventory: Inventory) throws(HostPatternError) -> Set<String> {
        let named = try HostPattern.matches(base, inventory)
        let hosts = inventory.hosts.map(\.name).filter { named.contains($0) }
        let begin = first < 0 ? hosts.count + first : first
        let end = min(last ?? begin, hosts.count - 1)
        guard hosts.indices.contains(begin), begin <= end else {
            throw HostPatternError(
                message: "'\(text)' names no host: '\(base)' has \(hosts.count)", help: "places are counted from 0")
        }
        return Set(hosts[begin...end])
    }

    /// Digits, with a minus where counting starts at the end.
    private static func number(_ text: Substring) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
