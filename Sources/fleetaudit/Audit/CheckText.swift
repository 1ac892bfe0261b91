import Collection
import Console
import Formats
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// A check on the terminal: only what fails, or what differs.
struct CheckText {
    let account: CheckAccount
    let showsAll: Bool

    /// Lines of each list, unless all are wanted.
    private static let shown = 30

    func print(on output: Output, _ code: ExitCode, _ failOn: JudgingOptions.FailOn) {
        let baseline = account.baseline
        output.print(
            "\(baseline.name) \(baseline.version), \(FleetSummary.hosts(account.count)), as of \(ISO8601.text(account.moment))"
        )
        if let earlier = account.earlier {
            output.print("before: \(earlier.path), as of \(ISO8601.text(earlier.header.started))")
        }
        output.print("")
        output.print("\(account.earlier == nil ? failuresInWords : differencesInWords)")
        if !account.hosts.isEmpty {
            list(account.earlier == nil ? "FAILING" : "DIFFERENT", differences, on: output)
        }
        if !account.notJudged.isEmpty {
            let rows: [[Table.Cell]] = account.notJudged.map { host in
                ["\(host.host)", "\(host.state.isJudged ? "not judged" : host.state.rawValue)", "\(host.reason)"]
            }
            list("NOT JUDGED \(account.notJudged.count)  (never counted as good)", rows, on: output)
        }
        if !account.added.isEmpty {
            list("NOT IN THE STATE BEFORE", account.added.map { ["\($0)", "", ""] }, on: output)
        }
        output.print("")
        if account.unwhole > 0 {
            output.print(
                "Answers are missing on \(FleetSummary.hosts(account.unwhole)), whose verdicts may be unknown.")
        }
        if account.unlooked > 0 {
            output.print("\(FleetSummary.hosts(account.unlooked)) of the state before were not looked at.")
        }
        output.print("\(meaning(code, failOn))")
    }

    private func list(_ title: String, _ rows: [[Table.Cell]], on output: Output) {
        let columns = (0..<(rows.first?.count ?? 0)).map { index in
            Table.Column("", overflow: index == (rows.first?.count ?? 0) - 1 ? .wrap : .keep)
        }
        DifferenceText.printList(title, rows, columns, showsAll ? nil : Self.shown, on: output)
    }

    private var failuresInWords: String {
        let failures = account.tally.count(.newlyFailing)
        guard failures > 0 else {
            return account.judged > 0
                ? "Nothing fails on \(FleetSummary.hosts(account.judged))." : "Nothing was judged."
        }
        let hosts = account.tally.hosts[.newlyFailing] ?? 0
        return
            "\(failures) \(failures == 1 ? "failure" : "failures") on \(FleetSummary.hosts(hosts)) of \(account.judged) judged."
    }

    private var differencesInWords: String {
        let tally = account.tally
        let worse = tally.count(.newlyFailing) + tally.count(.unwaived)
        let parts = [
            (worse, "worse"), (tally.count(.fixed), "fixed"), (tally.count(.becameUnknown), "not known any more"),
            (tally.count(.waived), "newly waived"), (tally.count(.stillFailing), "failing as before"),
            (tally.count(.stillUnknown), "unknown as before"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let start = account.hosts.isEmpty ? "Nothing differs" : "\(FleetSummary.hosts(account.hosts.count)) differ"
        return start + (parts.isEmpty ? "." : ": \(parts.joined(separator: ", ")).")
    }

    private var differences: [[Table.Cell]] {
        let severities = Dictionary(
            account.baseline.controls.map { ($0.id, $0.severity) }, uniquingKeysWith: { first, _ in first })
        let states: [[Table.Cell]] = account.hosts.compactMap { host in
            switch host.presence {
            case .becameUnreadable: ["\(host.host)", "judged before, not now", "", "", ""]
            case .readableAgain: ["\(host.host)", "judged now, not before", "", "", ""]
            case .added, .compared, .stillUnreadable, .vanished: nil
            }
        }
        return states
            + DifferenceText.lines(account.hosts.map { ($0.host, $0.changes) }).map { host, change in
                let kind = account.earlier == nil ? "fails" : DifferenceText.word(of: change)
                let severity = severities[change.control]?.rawValue ?? ""
                return ["\(host)", "\(kind)", "\(severity)", "\(change.control)", "\(change.because)"]
            }
    }

    private func meaning(_ code: ExitCode, _ failOn: JudgingOptions.FailOn) -> String {
        let worse = account.earlier == nil ? "failures" : "new failures"
        return switch code.rawValue {
        case 0:
            "exit 0: no \(worse) at or above \(failOn.rawValue), and \(account.earlier == nil ? "everything could be told" : "what was known still is")"
        case 1: "exit 1: \(worse) at or above \(failOn.rawValue)"
        case 2: "exit 2: incomplete; no \(worse) at or above \(failOn.rawValue) were seen"
        default: "exit 3: \(worse) at or above \(failOn.rawValue) (1) + incomplete (2)"
        }
    }
}
