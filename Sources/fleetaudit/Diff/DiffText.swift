import Console
import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// The difference of two runs on the terminal: what got worse first, then what was mended, then what stays.
struct DiffText {
    let account: DiffAccount
    let showsAll: Bool
    let showsStill: Bool
    let showsFacts: Bool

    /// Entries of each list, unless all are wanted.
    private static let shown = 20

    private var difference: RunDifference { account.difference }
    private var tally: DifferenceTally { difference.tally }
    private var limit: Int? { showsAll ? nil : Self.shown }

    func print(on output: Output, _ code: ExitCode, _ failOn: JudgingOptions.FailOn) {
        printHead(on: output)
        output.print("")
        DiffEntry.printLine(inWords, indent: 0, on: output)
        printMachines(on: output)
        let changes = difference.verdictChanges
        for kind in DifferenceText.order { printChanges(changes.filter { $0.kind == kind }, kind, on: output) }
        printOutOfSight(on: output)
        printHosts(on: output)
        printStill(on: output)
        printFacts(on: output)
        output.print("")
        DiffEntry.printLine(meaning(code, failOn), indent: 0, on: output)
    }

    // MARK: Head

    private func printHead(on output: Output) {
        let (before, after) = (difference.before.run, difference.after.run)
        output.print(
            "\("\(account.names.before) .. \(account.names.after)", .bold)   \(before.figures.judged) -> \(after.figures.judged) judged"
        )
        if let change = difference.baselineChange {
            let both = difference.controlCount
            let parts: [String?] = [
                change.before == change.after ? change.after : "\(change.before) -> \(change.after)",
                change.added.isEmpty ? nil : "\(change.added.count) controls added",
                change.removed.isEmpty ? nil : "\(change.removed.count) removed",
            ]
            output.print(
                "\(parts.compactMap(\.self).joined(separator: ", ")): only the \(both) controls of both are compared")
        } else {
            output.print("\(after.baseline) \(after.baselineVersion), same")
        }
        if account.isJudgedToday {
            DiffEntry.printLine(
                "both judged by today's policy, as of \(ISO8601.text(before.judgedAt)) and \(ISO8601.text(after.judgedAt))",
                indent: 0, on: output)
        }
        for selection in account.selections { DiffEntry.printLine(selection, indent: 0, on: output) }
        if difference.hostsWithoutFacts > 0 {
            output.print(
                "\(FleetSummary.hosts(difference.hostsWithoutFacts)) without kept facts: only verdicts are compared there"
            )
        }
    }

    /// The figures of the summary after a run, in its words.
    private var inWords: String {
        let worse = tally.count(.newlyFailing) + tally.count(.unwaived)
        let hidden = difference.noLongerVisible.values.reduce(0, +)
        if difference.isEmpty && hidden == 0 { return "Nothing changed." }
        return [
            "\(worse) new \(worse == 1 ? "failure" : "failures")", "\(tally.count(.fixed)) fixed",
            "\(hidden) no longer visible", "\(tally.count(.stillFailing)) still failing",
        ].joined(separator: ", ") + "."
    }

    private func printMachines(on output: Output) {
        let machines = difference.machines.sorted { $0.host < $1.host }
        let others = machines.filter(\.isAnotherMachine)
        printMachines(
            "ANOTHER MACHINE \(others.count)", "or Windows was installed anew; facts are not compared",
            others,
            on: output)
        let same = machines.filter { !$0.isAnotherMachine }
        printMachines(
            "IDENTITY CHANGED \(same.count)", "the same machine, by what else it says", same, on: output)
    }

    private func printMachines(_ title: String, _ note: String, _ machines: [MachineChange], on output: Output) {
        guard !machines.isEmpty else { return }
        output.print("")
        output.print("\(title, .bold)  \(note)")
        var table = Table(
            indent: 2,
            [Table.Column("", overflow: .keep), Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        for machine in machines.prefix(limit ?? .max) {
            for (number, difference) in machine.differences.enumerated() {
                table.add([
                    "\(number == 0 ? machine.host : "")", "\(difference.mark.word)",
                    "\(difference.before) -> \(difference.after)",
                ])
            }
        }
        output.print(table)
        printRest(machines.count, on: output)
    }

    private func printRest(_ count: Int, on output: Output) {
        if let limit, count > limit { output.print("  and \(count - limit) more (--all lists them)") }
    }

    // MARK: Verdicts

    private func printChanges(_ changes: [VerdictChange], _ kind: VerdictChange.Kind, on output: Output) {
        guard !changes.isEmpty else { return }
        output.print("")
        let title = kind == .fixed ? "FIXED" : DifferenceText.word(kind).uppercased()
        output.print(
            "\("\(title) \(tally.count(kind))", .bold) on \(FleetSummary.hosts(tally.hosts[kind] ?? 0))\(note(changes))"
        )
        var known: [[ChangedFact]: String] = [:]
        DiffEntry.print(
            changes.prefix(limit ?? .max).map { entry($0, &known) }
                + changes.dropFirst(limit ?? .max).map { DiffEntry(severity: nil, title: "", hosts: $0.hosts) },
            limit: limit, on: output)
    }

    /// What a reader must know of the number.
    private func note(_ changes: [VerdictChange]) -> String {
        func count(_ circumstance: VerdictChange.Circumstance) -> Int {
            changes.filter { $0.circumstance == circumstance }.reduce(0) { $0 + $1.count }
        }
        let parts = [
            (count(.notJudgedBefore), "on hosts not judged before"), (count(.anotherMachine), "on other machines"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "" : "   (\(parts.joined(separator: ", ")))"
    }

    /// - Parameter known: facts that an entry above has shown, with its control.
    private func entry(_ change: VerdictChange, _ known: inout [[ChangedFact]: String]) -> DiffEntry {
        let first = change.controls.first ?? ""
        var entry = DiffEntry(severity: difference.severity(of: first), title: first, hosts: change.hosts)
        let others = change.controls.dropFirst().map { "\(difference.severity(of: $0).word) \($0)" }
        if !others.isEmpty { entry.details.append("and \(others.joined(separator: ", ")): same change") }
        switch change.circumstance {
        case .compared: break
        case .notJudgedBefore: entry.details.append("not judged before")
        case .anotherMachine: entry.details.append("another machine now")
        }
        if change.facts.isEmpty {
            if !change.because.isEmpty {
                entry.details.append((change.hosts.count > 1 ? "on \(change.hosts[0]): " : "") + change.because)
            }
        } else if change.differing.isEmpty, let above = known[change.facts] {
            entry.details.append("same change as \(above)")
        } else {
            if change.differing.isEmpty { known[change.facts] = first }
            let most = showsFacts || showsAll ? Int.max : 4
            entry.details += change.facts.prefix(most).map { fact in
                fact.shown + (change.differing.contains(fact.path) ? " (on \(change.hosts[0]); others differ)" : "")
            }
            if change.facts.count > most {
                entry.details.append("and \(change.facts.count - most) more facts (--facts)")
            }
        }
        return entry
    }

    private func printOutOfSight(on output: Output) {
        let count = difference.noLongerVisible.values.reduce(0, +)
        guard count > 0 else { return }
        output.print("")
        output.print(
            "\("NO LONGER VISIBLE \(count)", .bold)  no answer, or an unknown one; not counted as fixed")
    }

    // MARK: Hosts

    private func printHosts(on output: Output) {
        typealias Presence = JudgementDifference.Presence
        let titles: [(Presence, String)] = [
            (.becameUnreadable, "BECAME UNREADABLE"), (.readableAgain, "READABLE AGAIN"), (.added, "ADDED"),
            (.vanished, "VANISHED"), (.stillUnreadable, "STILL UNREADABLE"),
        ]
        for (presence, title) in titles {
            let hosts = difference.hosts(presence)
            guard !hosts.isEmpty else { continue }
            output.print("")
            if presence == .stillUnreadable, !showsStill {
                output.print("\("\(title) \(hosts.count)", .bold)  (hidden: --still)")
                continue
            }
            let gone = FleetSummary.counted(difference.vanishedFailures, "open failure")
            let note =
                switch presence {
                case .stillUnreadable: "  whether anything changed there is not known"
                case .vanished where difference.vanishedFailures > 0: "  with \(gone), not counted as fixed"
                case .compared, .added, .vanished, .becameUnreadable, .readableAgain: ""
                }
            output.print("\("\(title) \(hosts.count)", .bold)\(note)")
            var table = Table(
                indent: 2,
                [
                    Table.Column("", overflow: .keep), Table.Column("", overflow: .keep),
                    Table.Column("", overflow: .wrap),
                ])
            for host in hosts.prefix(limit ?? .max) {
                let state = host.after ?? host.before
                table.add(["\(host.host)", "\(state?.rawValue ?? "")", "\(host.reason)"])
            }
            output.print(table)
            printRest(hosts.count, on: output)
        }
    }

    // MARK: What stays, and facts

    private func printStill(on output: Output) {
        let lasting = difference.lastingFailures
        guard !lasting.isEmpty else { return }
        let oldest = lasting.compactMap(\.since).min()
        output.print("")
        output.print(
            "\("STILL FAILING \(tally.count(.stillFailing))", .bold) on \(FleetSummary.hosts(tally.hosts[.stillFailing] ?? 0))\(oldest.map { "  oldest since \(Self.day($0))" } ?? "")\(showsStill ? "" : "  (hidden: --still)")"
        )
        guard showsStill else { return }
        DiffEntry.print(
            lasting.map { failure in
                DiffEntry(
                    severity: difference.severity(of: failure.control),
                    title: failure.control + (failure.since.map { " since \(Self.day($0))" } ?? ""),
                    hosts: failure.hosts)
            }, limit: limit, on: output)
    }

    private func printFacts(on output: Output) {
        let drift = difference.factDrift
        let lost = drift.filter { $0.change.kind == .noLongerRead }
        let lostCount = lost.reduce(0) { $0 + $1.hosts.count }
        guard showsFacts else {
            guard difference.factCount > 0 || lostCount > 0 else { return }
            output.print("")
            if difference.factCount > 0 {
                let count = FleetSummary.counted(difference.factCount, "fact")
                let hosts = FleetSummary.hosts(difference.factHosts)
                DiffEntry.printLine(
                    "(\(count) on \(hosts) changed without a change of verdict: --facts)", indent: 0, on: output)
            }
            if lostCount > 0 {
                output.print("(\(FleetSummary.counted(lostCount, "fact")) cannot be read any more: --facts)")
            }
            return
        }
        let changed = drift.filter(\.change.kind.isDrift)
        printFacts(
            "FACTS CHANGED \(difference.factCount)", "without a change of verdict", changed, on: output)
        printFacts("FACTS NOT READ ANY MORE \(lostCount)", "whether they changed is not known", lost, on: output)
        let again = drift.filter { $0.change.kind == .readAgain }
        printFacts("FACTS READ AGAIN \(again.reduce(0) { $0 + $1.hosts.count })", "", again, on: output)
    }

    private func printFacts(_ title: String, _ note: String, _ drift: [FactDrift], on output: Output) {
        guard !drift.isEmpty else { return }
        output.print("")
        output.print("\(title, .bold)\(note.isEmpty ? "" : "  \(note)")")
        let shown = drift.prefix(limit ?? .max)
        for (index, item) in shown.enumerated() {
            let example = item.isDiffering ? " (on \(item.hosts[0]); others differ)" : ""
            DiffEntry.printLine(item.change.shown + example, indent: 2, on: output)
            // Facts of the same hosts stand together, and the hosts below them once.
            if index + 1 < shown.count, shown[index + 1].hosts == item.hosts { continue }
            DiffEntry.printHosts(item.hosts, indent: 6, isWhole: limit == nil, on: output)
        }
        printRest(drift.count, on: output)
    }

    static func day(_ moment: Date) -> String { String(ISO8601.text(moment).prefix(10)) }

    private func meaning(_ code: ExitCode, _ failOn: JudgingOptions.FailOn) -> String {
        switch code.rawValue {
        case 0: "exit 0: nothing newly fails at or above \(failOn.rawValue), and what was known still is"
        case 1: "exit 1: something newly fails at or above \(failOn.rawValue)"
        case 2: "exit 2: hosts or answers are not known any more; nothing newly fails at or above \(failOn.rawValue)"
        default:
            "exit 3: something newly fails at or above \(failOn.rawValue) (1) + hosts or answers are not known any more (2)"
        }
    }
}

extension MachineChange.Mark {
    fileprivate var word: String {
        switch self {
        case .machineGuid: "MachineGuid"
        case .machineSID: "machine SID"
        case .computerName: "computer name"
        }
    }
}
