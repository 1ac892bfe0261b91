import Formats
package import FoundationEssentials
import HostFacts

extension Transcript.Machine {
    /// What the machine's lines mean for the host that they are said to be of.
    ///
    /// - Parameters:
    ///   - host: what the inventory says of it.
    ///   - now: stands in for a clock that the lines do not tell.
    package func record(for host: PlannedHost, now: Date) -> HostRecord {
        var record = HostRecord(
            name: host.name, address: host.address, groups: host.groups, role: host.role, site: host.site,
            state: .failed, started: clock ?? now)
        record.transport = "exported"
        record.probe = probe
        let answers = answers()
        record.sections = answers.map { .init($0.section.rawValue, $0.content.recorded) }
        var problems: [String] = []
        for (section, content) in answers {
            if case .damaged(let reason) = content { problems.append("\(section.rawValue): \(reason)") }
        }
        let came = Set(answers.map(\.section))
        let missing = SectionName.allCases.filter { !came.contains($0) }
        let unasked = missing.filter { section in asked.map { !$0.contains(section) } ?? false }
        if !unasked.isEmpty {
            record.sections += unasked.map { .init($0.rawValue, ["unasked": "not asked in this export"]) }
            problems.append("not asked in this export: \(Self.list(unasked))")
        }
        let unanswered = missing.filter { asked?.contains($0) ?? true }
        if !unanswered.isEmpty { problems.append("nothing came of \(Self.list(unanswered))") }
        // Only a hint: what is whole needs no further part.
        let isCut = problems.count > (unasked.isEmpty ? 0 : 1)
        if isCut, !missingParts.isEmpty { problems.append("parts that did not come: \(Self.list(missingParts))") }
        let failed = answers.filter { answer in
            guard case .json = answer.content, case .failed = SectionAnswer(answer.content) else { return false }
            return true
        }
        if !failed.isEmpty { problems.append("no usable answer to \(Self.list(failed.map(\.section)))") }
        let isUsable = answers.contains { if case .data = SectionAnswer($0.content) { true } else { false } }
        if isUsable {
            record.state = problems.isEmpty ? .audited : .partial
            if !problems.isEmpty {
                record.advice = "What came is judged; the rest is unknown. Run the exported program again for it."
            }
        } else if let blocked, answers.isEmpty {
            problems = ["PowerShell is restricted on this host (\(blocked)), so the probe cannot run"]
            record.advice =
                "Run the exported program where application control lets scripts run, with 64-bit PowerShell."
        } else {
            record.advice = "Run the exported program again, and hand in everything that it prints."
        }
        record.reason = problems.joined(separator: "; ")
        record = record.checked(against: host.expectedName, announced: computerName)
        if record.state == .wrongHost {
            record.advice =
                "Hand in the lines of the right computer; for an alias set fleetaudit_computer_name to its name, or to any."
        }
        return record
    }

    private static func list(_ sections: [SectionName]) -> String {
        sections.map(\.rawValue).joined(separator: ", ")
    }

    /// Numbers with the runs among them as intervals: `2, 4-9`.
    private static func list(_ numbers: [Int]) -> String {
        var intervals: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = intervals.last, last.upperBound == number - 1 {
                intervals[intervals.count - 1] = last.lowerBound...number
            } else {
                intervals.append(number...number)
            }
        }
        return intervals.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}

extension ProbeReply.Content {
    /// As it stands in a snapshot (docs/snapshot.md).
    var recorded: JSON {
        switch self {
        case .json(let json): json
        case .damaged(let reason): ["damaged": .string(reason)]
        }
    }
}
