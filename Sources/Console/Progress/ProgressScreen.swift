/// How progress is shown: the value of an option such as `--progress`.
package enum ProgressMode: String, CaseIterable, ArgumentValue {
    /// Redrawn on a terminal, plain lines elsewhere.
    case auto
    /// At most one line a minute.
    case plain
    /// At most one JSON object a second, each on a line.
    case json
    /// Not at all.
    case none
}

/// What to write to standard error so that progress and other lines stay apart. Pure: times come in, text comes out.
package struct ProgressScreen: Sendable {
    /// What ``ProgressMode`` comes to for a given output.
    package enum Form: Sendable { case redrawn, plain, json, none }

    let form: Form
    /// Stands before a plain line.
    private let program: String
    /// Columns of each line that stands on the screen now, the cursor behind the last.
    private var drawn: [Int] = []
    private var lastShown: Duration?

    /// A screen on which nothing stands yet.
    package init(form: Form, program: String) {
        self.form = form
        self.program = program
    }

    /// At most 5 redraws a second, one plain line a minute (and none in the first), one object a second.
    private var interval: Duration {
        switch form {
        case .redrawn: .milliseconds(200)
        case .plain: .seconds(60)
        case .json: .seconds(1)
        case .none: .zero
        }
    }

    /// True when it is time to show something.
    package func isDue(at elapsed: Duration) -> Bool {
        switch form {
        case .none: return false
        case .plain: return elapsed - (lastShown ?? .zero) >= interval
        case .redrawn, .json: return lastShown.map { elapsed - $0 >= interval } ?? true
        }
    }

    /// The state as it is now, drawn over what stood there before.
    ///
    /// - Parameter width: columns of the terminal; its last one stays empty, since writing there may begin a new line.
    package mutating func show(_ state: ProgressState, at elapsed: Duration, width: Int) -> String {
        lastShown = elapsed
        switch form {
        case .none: return ""
        case .plain: return "\(program): \(state.line(elapsed: elapsed))\n"
        case .json: return state.json(elapsed: elapsed) + "\n"
        case .redrawn:
            let lines = state.lines(width: width - 1, elapsed: elapsed)
            let text = erase(width: width) + lines.joined(separator: "\n")
            drawn = lines.map { Text.width($0) }
            return text
        }
    }

    /// Removes what is drawn and leaves the cursor where it began.
    package mutating func erase(width: Int) -> String {
        guard !drawn.isEmpty else { return "" }
        // A terminal that was made narrower has broken the lines anew.
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
        drawn = []
        // To the first column, up to the first row, and clear to the end of the screen (ECMA-48 8.3.22, 8.3.39).
        return rows > 1 ? "\r\u{1B}[\(rows - 1)A\u{1B}[J" : "\r\u{1B}[J"
    }
}
