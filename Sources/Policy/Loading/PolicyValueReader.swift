import Formats
import HostFacts

/// Reads constants of a policy as the type that is wanted.
enum PolicyValueReader {
    enum Kind: String {
        case flag = "true or false"
        case integer = "a whole number"
        case text = "a text"
        case version = "a version such as 10.0.17763.6414"
        case list = "a list"
        case moment = "a date such as 2027-01-15, or now, now+30d"
    }

    static func read(_ node: YAMLNode, as kind: Kind) -> PolicyValue? {
        switch kind {
        case .flag: node.bool.map { .flag($0) }
        case .integer: node.int.map { .integer(Int64($0)) }
        case .text: node.string.map { .text($0) }
        case .version: node.string.flatMap { BuildVersion($0) }.map { .version($0) }
        case .list: list(node)
        case .moment: node.string.flatMap { Moment($0) }.map { .moment($0) }
        }
    }

    /// A value whose type its form decides: for parameters and arguments.
    static func read(_ node: YAMLNode) -> PolicyValue? {
        if let flag = node.bool { return .flag(flag) }
        if let number = node.int { return .integer(Int64(number)) }
        if let list = list(node) { return list }
        guard let text = node.string else { return nil }
        if text.hasPrefix("now"), let moment = Moment(text) { return .moment(moment) }
        return .text(text)
    }

    static func fits(_ value: PolicyValue, _ kind: Kind) -> Bool {
        switch (value, kind) {
        case (.flag, .flag), (.integer, .integer), (.text, .text), (.version, .version), (.list, .list),
            (.moment, .moment):
            true
        default: false
        }
    }

    private static func list(_ node: YAMLNode) -> PolicyValue? {
        guard let items = node.sequence else { return nil }
        let texts = items.compactMap(\.scalar)
        return texts.count == items.count ? .list(texts) : nil
    }
}
