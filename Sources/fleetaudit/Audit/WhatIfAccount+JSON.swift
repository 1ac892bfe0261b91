import Console
import Formats
import FoundationEssentials
import HostFacts
import Policy

extension WhatIfAccount {
    static let format: Int64 = 1

    /// The whole answer for programs (docs/changes.md).
    func json(exitCode: ExitCode) -> [UInt8] {
        var writer = JSONWriter(style: [.pretty])
        writer.object { writer in
            writer.member("fleetaudit", "whatif")
            writer.member("format", Self.format)
            writer.member("run", run)
            writer.member("snapshot", path)
            writer.member("exitCode", exitCode.rawValue)
            writer.member("before", Self.json(question.before))
            writer.member("after", Self.json(question.after))
            writer.member("set", .array(question.assignments.indices.map(assignment)))
            writer.member("summary", summary)
            writer.member("controls", DifferenceJSON.controls(tally))
            writer.key("hosts")
            writer.array { writer in for host in hosts { writer.value(json(host)) } }
            writer.key("notJudged")
            writer.array { writer in for host in notJudged { writer.value(host.json) } }
        }
        return writer.takeBytes() + [0x0a]
    }

    private static func json(_ side: WhatIf.Side) -> JSON {
        [
            "baseline": .string(side.baseline.name), "version": .string(side.baseline.version),
            "judgedAt": .string(ISO8601.text(side.moment)),
        ]
    }

    private func assignment(_ index: Int) -> JSON {
        let (assignment, effect) = (question.assignments[index], effects[index])
        return [
            "fact": .string(assignment.path), "value": assignment.value.map { .string($0.text) } ?? .null,
            "takenAsGiven": .bool(assignment.isTakenAsGiven),
            "hosts": [
                "changed": JSON(effect.changed), "already-so": JSON(effect.alreadySo),
                "taken-as-given": JSON(effect.takenAsGiven), "reverted": JSON(effect.reverted),
                "impossible": JSON(effect.impossible), "unknown": JSON(effect.unknown),
            ],
        ]
    }

    private var summary: JSON {
        [
            "hosts": JSON(count), "judged": JSON(judged), "notJudged": JSON(notJudged.count),
            "doubtful": JSON(doubtful), "notWhole": JSON(unwhole), "cutOff": JSON(cutOffCount),
            "certificatesRenewed": JSON(renewing), "changes": DifferenceJSON.counts(tally),
            "cautions": .object(
                Caution.allCases.compactMap { caution in
                    cautions[caution].map { .init(caution.rawValue, JSON($0)) }
                }),
        ]
    }

    private func json(_ host: Changed) -> JSON {
        var members: [JSON.Member] = [
            .init("host", .string(host.host)), .init("changes", .array(host.changes.map(DifferenceJSON.change))),
        ]
        let hindered = host.hindered.sorted { $0.key < $1.key }.map { hindrance($0.key, $0.value) }
        if !hindered.isEmpty { members.append(.init("notSet", .array(hindered))) }
        if !host.cutOffs.isEmpty {
            members.append(
                .init(
                    "cutOff",
                    .array(
                        host.cutOffs.map { cut in
                            [
                                "way": .string(cut.way.rawValue), "ours": .string(cut.ours.rawValue),
                                "certain": .bool(cut.isCertain), "because": .string(cut.because),
                            ]
                        })))
        }
        if !host.cautions.isEmpty {
            members.append(.init("cautions", .array(host.cautions.map { .string($0.rawValue) })))
        }
        if let end = host.certificate { members.append(.init("certificate", Self.json(end))) }
        return .object(members)
    }

    private func hindrance(_ index: Int, _ effect: AssignmentEffect) -> JSON {
        let fact = JSON.Member("fact", .string(question.assignments[index].path))
        switch effect {
        case .reverted(let hold):
            var members = [
                fact, .init("why", "reverted"), .init("policy", .string(hold.place.description)),
                .init("holds", .string(hold.value)),
            ]
            if let origin = hold.origin { members.append(.init("origin", .string(origin))) }
            return .object(members)
        case .impossible(let reason):
            return .object([fact, .init("why", "impossible"), .init("because", .string(reason))])
        case .unknown(let reason):
            return .object([fact, .init("why", "unknown"), .init("because", .string(reason))])
        case .changed, .alreadySo, .takenAsGiven: return .object([fact])
        }
    }

    private static func json(_ end: CertificateEnd) -> JSON {
        let (renewal, reason): (String, String) =
            switch end.renewal {
            case .byWindows: ("by-windows", "")
            case .impossible(let reason): ("impossible", reason)
            case .unknown(let reason): ("unknown", reason)
            }
        return [
            "ends": .string(ISO8601.text(end.notAfter)), "renewal": .string(renewal), "because": .string(reason),
        ]
    }
}

extension WhatIfAccount.NotJudged {
    var json: JSON {
        ["host": .string(host), "state": .string(state.rawValue), "because": .string(reason)]
    }
}

/// Differences of judgements for programs, wherever they come from (docs/changes.md).
enum DifferenceJSON {
    typealias Kind = JudgementDifference.ControlChange.Kind

    /// All kinds are always there.
    static func counts(_ tally: DifferenceTally) -> JSON {
        .object(Kind.allCases.map { .init($0.rawValue, JSON(tally.count($0))) })
    }

    /// Hosts by control and kind; kinds that no host has are left out.
    static func controls(_ tally: DifferenceTally) -> JSON {
        .object(
            tally.controls.sorted { $0.key < $1.key }.map { id, kinds in
                .init(
                    id,
                    .object(Kind.allCases.compactMap { kind in kinds[kind].map { .init(kind.rawValue, JSON($0)) } }))
            })
    }

    static func change(_ change: JudgementDifference.ControlChange) -> JSON {
        var members: [JSON.Member] = [
            .init("control", .string(change.control)), .init("change", .string(change.kind.rawValue)),
        ]
        if let before = change.before { members.append(.init("before", .string(before.rawValue))) }
        if let after = change.after { members.append(.init("after", .string(after.rawValue))) }
        if !change.because.isEmpty { members.append(.init("because", .string(change.because))) }
        return .object(members)
    }
}
