import Console
import Formats
import FoundationEssentials
import Inventory
import Policy
import Reports

/// `fleetaudit waivers check`: the state of every waiver, without a run.
struct WaiversCheckCommand: Command {
    var files: [String] = []
    var policies: String?
    var inventories: [String] = []
    var at: String?

    static let name = "check"
    static let summary = "Read files of waivers strictly, and say which are in force."
    static let discussion = """
        No host is contacted. Every mistake is told at once, with its place; the exit code is 65 then. With an inventory it \
        is also told how many of its hosts each waiver names, and which names nobody has.
        """
    static let examples = [
        Example("fleetaudit waivers check waivers.yaml", "Is it well-formed, and what is in force today?"),
        Example(
            "fleetaudit waivers check waivers/ -i inventory.yaml --at 2027-03-01",
            "What will be in force then, on which hosts?"),
    ]

    static var parameters: ParameterList<WaiversCheckCommand> {
        Argument(\.files, "path", required: true, help: "Files of waivers, or folders of them.", completion: .files)
        Option(
            \.inventories, "-i", "--inventory", value: "path",
            help: "Ansible inventory: a YAML file, or a folder of them.", environment: "FLEETAUDIT_INVENTORY",
            completion: .files)
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(
            \.at, "--at", value: "moment",
            help: "Look at this moment (2027-01-15 or 2027-01-15T00:00:00Z) instead of now.")
    }

    func validate() throws(UsageError) {
        try JudgingOptions.checkMoment(at)
    }

    func run(on output: Output) async throws -> ExitCode {
        let now = at.flatMap(JudgingOptions.moment) ?? Date()
        let (register, inventory) = try load(now)
        for warning in register.warnings { output.log.warning("\(warning)") }
        if let inventory {
            for stranger in register.strangers(in: inventory) { output.log.warning("\(stranger)") }
        }
        let hosts = inventory.map { register.hosts(in: $0) }
        var table = Table([
            Table.Column("waiver", overflow: .keep), Table.Column("state", overflow: .keep),
            Table.Column("last day", overflow: .keep), Table.Column("hosts", .right, overflow: .keep),
            Table.Column("controls"), Table.Column("owner"), Table.Column("", overflow: .wrap),
        ])
        for (index, waiver) in register.waivers.enumerated() {
            let named = hosts?[index]
            let account = WaiverAccount(
                waiver, hosts: named ?? 0, of: inventory?.hosts.count ?? 0, findings: 0, at: now)
            table.add([
                "\(waiver.id)", "\(account.stateText)", "\(waiver.lastDay)", "\(named.map { "\($0)" } ?? "")",
                "\(waiver.controls.joined(separator: " "))", "\(waiver.owner)",
                "\(account.standingRemarks.joined(separator: "; "))",
            ])
        }
        output.print(table)
        let inForce = register.waivers.count { $0.state(at: now) == .inForce }
        output.print(
            "\(FleetSummary.counted(register.waivers.count, "waiver")), \(inForce) in force on \(ISO8601.text(now))")
        return .success
    }

    private func load(_ now: Date) throws -> (WaiverRegister, Inventory?) {
        do {
            let folder = try PolicyFolder(policies ?? ResourceFolder.find("Policies", marker: "controls"))
            let register = try WaiverRegister(files, controls: folder.controls.keys, at: now)
            return (register, inventories.isEmpty ? nil : try InventoryLoader.load(inventories))
        } catch let error as Diagnostics {
            throw CommandFailure(error)
        }
    }
}
