import Console
import Formats

extension Checkup {
    /// - Parameter isQuiet: only what fails is told.
    func print(on output: Output, isQuiet: Bool) {
        for area in Area.allCases {
            let told = lines.filter { $0.area == area && (!isQuiet || $0.state == .fail) }
            guard !told.isEmpty else { continue }
            var table = Table(
                indent: 2,
                [
                    Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap, minimum: 16),
                    Table.Column("", overflow: .wrap, minimum: 30),
                ])
            for line in told {
                table.add([Self.cell(line.state), "\(line.subject)", "\(line.says)"])
                if let advice = line.advice { table.add(["", "", "-> \(advice)"]) }
            }
            output.print("\(area.rawValue.uppercased(), .bold)")
            output.print(table)
        }
        guard !isQuiet || exitCode != .success else { return }
        let failures = count(.fail), warnings = count(.warn)
        output.print(
            "exit \(exitCode.rawValue): \(failures == 0 ? "nothing keeps an audit from its work" : "\(failures) to be mended before an audit"), \(warnings == 1 ? "1 warning" : "\(warnings) warnings")"
        )
    }

    private static func cell(_ state: State) -> Table.Cell {
        switch state {
        case .ok: "ok"
        case .skipped: "-"
        case .warn: Table.Cell("warn", .color(.yellow, isBold: true))
        case .fail: Table.Cell("FAIL", .color(.red, isBold: true))
        }
    }

    /// The same for programs.
    var json: [UInt8] {
        let found: [JSON] = lines.map { line in
            var members: [JSON.Member] = [
                .init("area", .string(line.area.rawValue)), .init("subject", .string(line.subject)),
                .init("state", .string(line.state.rawValue)), .init("says", .string(line.says)),
            ]
            if let advice = line.advice { members.append(.init("advice", .string(advice))) }
            return .object(members)
        }
        let members: [JSON.Member] = [
            .init("fleetaudit", "doctor"), .init("format", 1), .init("version", .string(FleetAudit.version)),
            .init("exitCode", JSON(exitCode.rawValue)), .init("failures", JSON(count(.fail))),
            .init("warnings", JSON(count(.warn))), .init("found", .array(found)),
        ]
        return JSON.write(.object(members), style: .pretty) + [0x0a]
    }
}
