import Collection
import Console
import Formats
import FoundationEssentials
import Policy

extension CheckAccount {
    static let format: Int64 = 1

    /// The whole answer for programs (docs/changes.md).
    func json(exitCode: ExitCode) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("fleetaudit", "check"), .init("format", .int(Self.format)), .init("run", .string(run)),
            .init("exitCode", JSON(exitCode.rawValue)),
            .init("baseline", .string(baseline.name)), .init("version", .string(baseline.version)),
            .init("judgedAt", .string(ISO8601.text(moment))),
        ]
        if let earlier {
            members.append(
                .init(
                    "before",
                    [
                        "run": .string(earlier.header.run), "snapshot": .string(earlier.path),
                        "judgedAt": .string(ISO8601.text(earlier.header.started)),
                    ]))
        }
        members += [
            .init(
                "summary",
                [
                    "hosts": JSON(count), "judged": JSON(judged), "notJudged": JSON(notJudged.count),
                    "notWhole": JSON(unwhole), "notLookedAt": JSON(unlooked), "changes": DifferenceJSON.counts(tally),
                ]),
            .init("controls", DifferenceJSON.controls(tally)),
            .init(
                "hosts",
                .array(
                    hosts.map {
                        [
                            "host": .string($0.host), "presence": .string($0.presence.rawValue),
                            "changes": .array($0.changes.map(DifferenceJSON.change)),
                        ]
                    })),
            .init("notBefore", .array(added.map { .string($0) })),
            .init("notJudged", .array(notJudged.map(\.json))),
        ]
        return JSON.write(.object(members), style: .pretty) + [0x0a]
    }
}
