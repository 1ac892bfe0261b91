import Console
import Formats
import FoundationEssentials
import Policy

/// `fleetaudit baseline list`: which baselines there are.
struct BaselineListCommand: Command {
    var policies: String?
    var console = ConsoleOptions()

    static let name = "list"
    static let summary = "List the baselines of the policy folder."
    static let examples = [Example("fleetaudit baseline list", "Names, what they extend, and what they are for.")]

    static var parameters: ParameterList<BaselineListCommand> {
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try BaselineSource.folder(policies)
        var diagnostics = Diagnostics()
        var table = Table([
            Table.Column("baseline"), Table.Column("controls", .right), Table.Column("extends"), Table.Column("role"),
            Table.Column("title", overflow: .wrap),
        ])
        for name in folder.baselineNames {
            do throws(Diagnostics) {
                let baseline = try folder.baseline(name)
                table.add([
                    "\(baseline.name)", "\(baseline.controls.count)", "\(baseline.lineage.joined(separator: ", "))",
                    "\(baseline.role ?? "")", "\(baseline.title)",
                ])
            } catch {
                diagnostics.add(error)
            }
        }
        if diagnostics.hasErrors { throw CommandFailure(diagnostics) }
        output.print(table)
        return .success
    }
}
