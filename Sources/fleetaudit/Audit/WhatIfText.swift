import Console
import Formats
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// The answer to a what-if question on the terminal: totals first, then by control, then hosts.
struct WhatIfText {
    let account: WhatIfAccount
    let showsAll: Bool

    /// Lines of each list, unless all are wanted.
    private static let shown = 10

    private var question: WhatIf { account.question }

    func print(on output: Output, _ code: ExitCode, _ failOn: JudgingOptions.FailOn) {
        printQuestion(on: output)
        output.print("")
        output.print(totals)
        let controls = DifferenceText.controls(account.tally, question.after.baseline, question.before.baseline)
        if !controls.isEmpty { DifferenceText.printList("BY CONTROL", controls, Self.controlColumns, nil, on: output) }
        list("REVERTED BY A POLICY", reverted, ["", "", "holds", "by"], on: output)
        list("CUT OFF", cutOffs, ["", "", "because"], on: output)
        for caution in Caution.allCases {
            guard let count = account.cautions[caution] else { continue }
            output.print("")
            output.print("On \(FleetSummary.hosts(count)): \(caution.text).")
        }
        list("CERTIFICATES THAT END AND MAY NOT BE RENEWED", certificates, ["", "ends", "because"], on: output)
        list("NOT SET AS ASKED", notSet, ["", "", "because"], on: output)
        list("HOSTS", changes, ["", "", "", "because"], on: output)
        if !account.notJudged.isEmpty {
            list(
                "NOT JUDGED \(account.notJudged.count)  (never counted as unaffected)", notJudged, ["", "", ""],
                on: output)
        }
        if account.doubtful > 0 {
            output.print("")
            output.print(
                "\(FleetSummary.hosts(account.doubtful)) more were not asked; whether --hosts means them by a group is not known."
            )
        }
        output.print("")
        output.print("\(Self.meaning(code, failOn))")
    }

    private func printQuestion(on output: Output) {
        output.print("\(account.path), run \(account.run)")
        for assignment in question.assignments {
            output.print("  set     \(assignment.text, .bold)")
            if assignment.isTakenAsGiven {
                output.print("          taken as given; facts derived from it don't follow")
            }
        }
        output.print("  before  \(side(question.before))")
        let isSame =
            question.before.baseline.name == question.after.baseline.name
            && question.before.moment == question.after.moment
        output.print("  after   \(isSame ? "the same baseline and moment" : side(question.after))")
    }

    private func side(_ side: WhatIf.Side) -> String {
        "\(side.baseline.name) \(side.baseline.version), as of \(ISO8601.text(side.moment))"
    }

    // MARK: Totals

    private var totals: Table {
        var table = Table(
            indent: 2, [Table.Column("", overflow: .keep), Table.Column("", .right, overflow: .keep), Table.Column("")])
        let tally = account.tally
        table.add(["Hosts", "\(account.count)", "\(account.judged) judged, \(account.notJudged.count) not"])
        for (index, assignment) in question.assignments.enumerated() {
            let effect = account.effects[index]
            let parts = [
                (effect.alreadySo, "already so"), (effect.takenAsGiven, "taken as given"),
                (effect.reverted, "reverted by a policy"), (effect.impossible, "without such a thing"),
                (effect.unknown, "unknown"),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            table.add(["Changed by \(assignment.path)", "\(effect.changed)", "\(parts.joined(separator: ", "))"])
        }
        func row(_ title: String, _ kind: JudgementDifference.ControlChange.Kind) {
            let hosts = tally.hosts[kind] ?? 0
            table.add(["\(title)", "\(tally.count(kind))", "\(hosts == 0 ? "" : "on \(FleetSummary.hosts(hosts))")"])
        }
        row("Newly failing", .newlyFailing)
        row("Newly compliant", .fixed)
        if tally.count(.unwaived) > 0 { row("No longer waived", .unwaived) }
        if tally.count(.waived) > 0 { row("Newly waived", .waived) }
        if tally.count(.noLongerApplies) > 0 { row("No longer concerned", .noLongerApplies) }
        if tally.count(.becameUnknown) > 0 { row("Not known any more", .becameUnknown) }
        if tally.count(.becameKnown) > 0 { row("Known and not failing", .becameKnown) }
        row("Failing as before", .stillFailing)
        if account.unwhole > 0 {
            table.add([
                "Answers missing", "", "on \(FleetSummary.hosts(account.unwhole)), whose verdicts may be unknown",
            ])
        }
        if !question.assignments.isEmpty { table.add(["Cut off", "\(account.cutOffCount)", "hosts"]) }
        if account.renewing > 0 {
            table.add(["Certificates renewed", "\(account.renewing)", "self-signed, by Windows itself until then"])
        }
        return table
    }

    private static let controlColumns = [
        Table.Column("", overflow: .keep), Table.Column("", overflow: .keep), Table.Column("", overflow: .truncate),
        Table.Column("hosts", .right, overflow: .keep),
    ]

    // MARK: Lists

    private func list(_ title: String, _ rows: [[Table.Cell]], _ columns: [String], on output: Output) {
        guard !rows.isEmpty else { return }
        let layout = columns.enumerated().map { index, name in
            Table.Column(name, overflow: index == columns.count - 1 ? .wrap : .keep)
        }
        DifferenceText.printList(title, rows, layout, showsAll ? nil : Self.shown, on: output)
    }

    private var reverted: [[Table.Cell]] {
        hindered { assignment, effect in
            guard case .reverted(let hold) = effect else { return nil }
            let origin = hold.origin.map { " (\($0))" } ?? ""
            return ["\(assignment.path)", "\(hold.value)", "\(hold.place.description)\(origin)"]
        }
    }

    private var notSet: [[Table.Cell]] {
        hindered { assignment, effect in
            switch effect {
            case .impossible(let reason): ["\(assignment.path)", "\(reason)"]
            case .unknown(let reason): ["\(assignment.path)", "cannot be told: \(reason)"]
            case .changed, .alreadySo, .reverted, .takenAsGiven: nil
            }
        }
    }

    private func hindered(_ row: (FactAssignment, AssignmentEffect) -> [Table.Cell]?) -> [[Table.Cell]] {
        account.hosts.flatMap { host in
            question.assignments.indices.compactMap { index in
                host.hindered[index].flatMap { row(question.assignments[index], $0) }.map { ["\(host.host)"] + $0 }
            }
        }
    }

    private var cutOffs: [[Table.Cell]] {
        account.hosts.flatMap { host in
            host.cutOffs.map { cut in
                let ours = [CutOff.Use.yes: ", our own way in", .maybe: ", maybe our own way in"][cut.ours] ?? ""
                let way = cut.way.name + ours
                return ["\(host.host)", "\(way)", "\(cut.isCertain ? "" : "not known: ")\(cut.because)"]
            }
        }
    }

    private var certificates: [[Table.Cell]] {
        account.hosts.compactMap { host in
            guard let end = host.certificate else { return nil }
            let date = String(ISO8601.text(end.notAfter).prefix(10))
            switch end.renewal {
            case .byWindows: return nil
            case .impossible(let reason): return ["\(host.host)", "\(date)", "\(reason)"]
            case .unknown(let reason): return ["\(host.host)", "\(date)", "not known: \(reason)"]
            }
        }
    }

    private var changes: [[Table.Cell]] {
        DifferenceText.lines(account.hosts.map { ($0.host, $0.changes) }).map { host, change in
            ["\(host)", "\(DifferenceText.word(of: change))", "\(change.control)", "\(change.because)"]
        }
    }

    private var notJudged: [[Table.Cell]] {
        account.notJudged.map {
            ["\($0.host)", "\($0.state.isJudged ? "not judged" : $0.state.rawValue)", "\($0.reason)"]
        }
    }

    private static func meaning(_ code: ExitCode, _ failOn: JudgingOptions.FailOn) -> String {
        switch code.rawValue {
        case 0: "exit 0: nothing gets worse at or above \(failOn.rawValue), and everything could be told"
        case 1: "exit 1: something gets worse at or above \(failOn.rawValue), or is cut off"
        case 2: "exit 2: incomplete; nothing was seen to get worse at or above \(failOn.rawValue)"
        default: "exit 3: something gets worse (1) + incomplete (2)"
        }
    }
}
