import Console
import FoundationEssentials

/// `fleetaudit manual`: the man pages, made from the commands.
struct ManualCommand: Command {
    var folder = ""
    var console = ConsoleOptions()

    static let name = "manual"
    static let summary = "Write the manual pages into a folder."
    static let examples = [Example("fleetaudit manual ~/.local/share/man/man1", "Install them for yourself.")]

    static var parameters: ParameterList<ManualCommand> {
        Argument(\.folder, "folder", help: "An existing folder.", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        for page in FleetAudit.commands.manualPages(date: "2026-11-21") {
            let path = "\(folder)/\(page.fileName)"
            guard FileManager.default.createFile(atPath: path, contents: Data(page.text.utf8)) else {
                throw CommandFailure("\(path) cannot be written", .cannotWrite)
            }
            output.print("\(path)")
        }
        return .success
    }
}
