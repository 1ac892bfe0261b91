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
        case span = "a span of time such as 30d, 12h, 90m"

        /// The kind of a value that a policy gives.
        init(_ value: PolicyValue) {
            self =
                switch value {
                case .flag: .flag
                case .integer: .integer
                case .text: .text
                case .version: .version
                case .list: .list
                case .moment: .moment
                case .span: .span
                }
        }
    }

    static func read(_ node: YAMLNode, as kind: Kind) -> PolicyValue? {
        switch kind {
        case .flag: node.bool.map { .flag($0) }
        case .integer: node.int.map { .integer(Int64($0)) }
        case .text: node.string.map { .text($0) }
        case .version: version(node).map { .version($0) }
        case .list: list(node)
        case .moment: node.string.flatMap { Moment($0) }.map { .moment($0) }
        case .span: node.string.flatMap { TimeSpan($0) }.map { .span($0) }
        }
    }

    /// `10.0` would be read as build 10 with revision 0, and nobody means that.
    private static func version(_ node: YAMLNode) -> BuildVersion? {
        guard let version = node.string.flatMap({ BuildVersion($0) }), version.build >= 2_600 || version.major < 10
        else { return nil }
        return version
    }

    /// What is wrong with a value that cannot be read as a kind, beyond that it is of another kind.
    static func help(_ node: YAMLNode, as kind: Kind) -> String? {
        guard kind == .moment, let text = node.string, Moment.lacksZone(text) else { return nil }
        return "a time needs its zone: write 2027-01-15T00:00:00Z, or only the day"
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

    private static func list(_ node: YAMLNode) -> PolicyValue? {
        guard let items = node.sequence else { return nil }
        let texts = items.compactMap(\.scalar)
        return texts.count == items.count ? .list(texts) : nil
    }
}
