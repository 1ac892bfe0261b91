import Collection
import Console
import FoundationEssentials
import Inventory

/// `fleetaudit hosts`: who would be asked, and how; nobody is.
struct HostsCommand: Command {
    var fleet = FleetOptions()
    var console = ConsoleOptions()

    static let name = "hosts"
    static let summary = "List the hosts of an inventory and how each would be asked; none is contacted."
    static let discussion = """
        The exit code is 0 when every host can be asked, else 2; the hosts that cannot say why.
        """
    static let examples = [
        Example("fleetaudit hosts -i inventory.yaml -l 'rdsh:!lab'", "Check a pattern before it is used.")
    ]

    static var parameters: ParameterList<HostsCommand> {
        Group(\.fleet, title: "Who")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let plan = try await fleet.plan(output)
        var table = Table([
            Table.Column("host", overflow: .keep), Table.Column("address", overflow: .truncate),
            Table.Column("role", overflow: .truncate), Table.Column("asked by", overflow: .wrap),
            Table.Column("groups", overflow: .truncate),
        ])
        var unusable = 0
        for host in plan.hosts {
            let way: Table.Cell
            switch host.way {
            case .connect(let connecting):
                let care =
                    connecting.unchecked.isEmpty ? "" : ", unchecked: \(connecting.unchecked.joined(separator: ", "))"
                let program = host.probe == .cmd ? ", by cmd.exe" : ""
                way = "\(connecting.transport)\(connecting.authentication.map { ", \($0)" } ?? "")\(program)\(care)"
            case .unusable(let reason):
                unusable += 1
                way = "not asked: \(reason)"
            }
            table.add([
                "\(host.name)", "\(host.address)", "\(host.role ?? "")", way, "\(host.groups.joined(separator: " "))",
            ])
        }
        output.print(table)
        return unusable == 0 ? .success : .incomplete
    }
}
