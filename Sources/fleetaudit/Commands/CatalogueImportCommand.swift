import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `fleetaudit catalogue import`: Microsoft's monthly documents become released builds of the update catalogue.
struct CatalogueImportCommand: Command {
    var documents: [String] = []
    var target: String?
    var policies: String?
    var console = ConsoleOptions()

    static let name = "import"
    static let summary = "Add Microsoft's monthly security update documents to the update catalogue."
    static let discussion = """
        Reads CVRF 1.1 as XML, or as JSON of the MSRC's CVRF API, plain or packed by gzip. What is released already stays; \
        the order does not matter, and the same document again changes nothing. What a document says of products and \
        builds that do not belong together is left out, and told. Nothing is loaded from the network.
        """
    static let examples = [
        Example(
            "fleetaudit catalogue import 2026-Feb.xml", "Add a month to the catalogue that comes with the program."),
        Example(
            "fleetaudit catalogue import cvrf/*.xml.gz --output builds.yaml",
            "Build a file of several months elsewhere."),
    ]

    static var parameters: ParameterList<CatalogueImportCommand> {
        Argument(\.documents, "file", required: true, help: "Monthly documents.", completion: .files)
        Option(
            \.target, "--output", value: "file",
            help: "The file of releases, which may be there already (default: updates/builds.yaml of the policies).",
            completion: .files)
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        let target = target ?? "\(folder)/updates/builds.yaml"
        let lines = try readable { () throws(Diagnostics) in try PolicyFolder.catalogue(of: folder).lines }
        guard lines.contains(where: { !$0.products.isEmpty }) else {
            throw CommandFailure(
                "no servicing line in \(folder)/updates has products, so no update would belong to one", .badInput)
        }
        func tell(_ line: Message) { if !console.isQuiet { output.print(line) } }
        var table = try earlier(target, lines)
        let before = table
        for path in documents {
            let document = try await Self.read(path)
            var imported = CatalogueImport(lines: lines)
            imported.add(document)
            for note in imported.leftOut { output.log.warning("\(document.id): left out: \(note)") }
            tell(
                "\(document.id): \(imported.releases.releases.count) releases, revised \(ISO8601.text(document.revised).prefix(10))"
            )
            table.add(imported.releases)
        }
        for month in table.missingMonths { output.log.warning("\(month) is missing between the months imported") }
        guard table != before else {
            tell("\(target) holds all of it already")
            return .success
        }
        let bytes = table.yaml
        // What Microsoft published is no secret, and policies are for everybody who judges.
        try made { () throws(SnapshotError) in try AtomicFile.write(bytes, to: target, isPublic: true) }
        let asOf = table.asOf.map { "\(ISO8601.text($0).prefix(10))" } ?? "no day"
        tell("\(target): \(table.releases.count) releases (\(before.releases.count) before), as of \(asOf)")
        return .success
    }

    /// What an earlier import wrote there; a file that people wrote is not overwritten.
    private func earlier(_ path: String, _ lines: [UpdateCatalogue.Line]) throws -> ReleaseTable {
        guard FileManager.default.fileExists(atPath: path) else { return ReleaseTable() }
        let old = try readable { () throws(Diagnostics) in try PolicyFolder.catalogue(file: path, lines: lines) }
        let isOurs = old.requirements.isEmpty && old.regressions.isEmpty && old.articles.isEmpty
        guard isOurs, !old.documents.isEmpty || old.releases.isEmpty else {
            throw CommandFailure(
                "\(path) was not written by an import", help: "name another file with --output", .badInput)
        }
        return ReleaseTable(old)
    }

    private static func read(_ path: String) async throws -> SecurityDocument {
        let bytes: [UInt8]
        do throws(InputFileError) { bytes = try InputFile.read(path, limit: SecurityDocument.limit) } catch {
            throw CommandFailure("\(path): \(error.problem)", help: error.help, .badInput)
        }
        let result: Result<SecurityDocument, SecurityDocument.ReadError> = await offLoop {
            do throws(SecurityDocument.ReadError) {
                return .success(try SecurityDocument.read(bytes))
            } catch {
                return .failure(error)
            }
        }
        do throws(SecurityDocument.ReadError) { return try result.get() } catch {
            throw CommandFailure("\(path): \(error.problem)", help: error.help, .badInput)
        }
    }

    private func readable<T>(_ body: () throws(Diagnostics) -> T) throws -> T {
        do throws(Diagnostics) { return try body() } catch { throw CommandFailure(error) }
    }
}
