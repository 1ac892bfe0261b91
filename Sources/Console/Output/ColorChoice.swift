/// When to colour: the value of an option such as `--color`.
package enum ColorChoice: String, CaseIterable, ArgumentValue {
    case auto, always, never

    /// Whether to colour what goes to a descriptor.
    ///
    /// `always` and `never` are the user's word. Else NO_COLOR (no-color.org: any text) forbids it, CLICOLOR_FORCE
    /// (bixense.com/clicolors: any text but `0`) demands it, and what is left is a terminal that is not `dumb`.
    package func isColored(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return false }
        if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
        return isTerminal && !ColorChoice.isDumb(environment)
    }

    /// True for a terminal that cannot be told to move its cursor or to change its colours.
    static func isDumb(_ environment: [String: String]) -> Bool {
        let kind = environment["TERM"] ?? ""
        return kind.isEmpty || kind == "dumb"
    }
}
