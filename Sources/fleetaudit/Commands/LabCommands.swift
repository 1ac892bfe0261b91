import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import Glibc
import Lab

/// `fleetaudit lab`: the simulated fleet, until Ctrl-C.
struct LabRunCommand: Command {
    var folder: String?
    var copies: Int?
    var console = ConsoleOptions()

    static let name = "run"
    static let summary = "Serve the lab fleet on loopback until Ctrl-C."
    static let discussion = """
        Recorded Windows hosts answer over real WinRM and the system's sshd, some healthy, some with documented breakages, \
        some hostile. When it says ready, the second line is the command that audits them from another terminal. Keys and \
        passwords are new at every start and live in a private folder that goes away with the lab.
        """
    static let examples = [
        Example("fleetaudit lab", "Serve the fleet that comes with the program."),
        Example("fleetaudit lab run --copies 200", "Serve 200 healthy hosts per transport, for measurements."),
    ]

    static var parameters: ParameterList<LabRunCommand> {
        Option(
            \.folder, "--folder", value: "folder",
            help:
                "The lab's folder: fleet.yaml, recordings and certificates (default: the one that comes with the program). Without fleet.yaml every recording is served as itself, judged as of now.",
            completion: .directories)
        Option(
            \.copies, "--copies", help: "Serve so many copies of a healthy host per transport instead of the fleet.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if let copies, copies < 1 { throw UsageError("--copies: \(copies) is less than 1") }
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try folder ?? ResourceFolder.find("Inventory/lab", marker: "fleet.yaml")
        let definition: LabFleetDefinition
        do throws(Diagnostics) { definition = try LabFleetReader.read(folder: folder) } catch {
            throw CommandFailure(error)
        }
        let hosts = try copies.map { try Self.copies($0, of: definition.hosts) } ?? definition.hosts
        let fleet: LabFleet
        do throws(LabError) { fleet = try await LabFleet.start(hosts) } catch {
            throw CommandFailure("the lab cannot start: \(error)", .internalError)
        }
        output.print("ready \(fleet.inventoryPath)")
        let inventory =
            copies == nil && FileManager.default.fileExists(atPath: "\(folder).yaml")
            ? "-i \(folder).yaml -i \(fleet.inventoryPath)" : "-i \(fleet.inventoryPath)"
        output.print(
            "audit it:  fleetaudit audit \(inventory) -b rdp-hardened --at \(ISO8601.text(definition.judgedAt))")
        output.log.info("\(hosts.count) hosts; Ctrl-C ends the lab")
        do {
            try await Interruption.shared.during { await fleet.run() }
        } catch is CommandFailure {
            return .success
        }
        return .success
    }

    private static func copies(_ count: Int, of hosts: [LabHostDefinition]) throws -> [LabHostDefinition] {
        guard let healthy = hosts.first(where: { $0.behaviour == .normal }) else {
            throw CommandFailure("the fleet has no healthy host to copy", .badInput)
        }
        return (1...count).flatMap { index in
            [(LabHostDefinition.Transport.winrmHTTP, "w"), (.ssh, "s")].map { transport, letter in
                LabHostDefinition(
                    name: "lab-\(letter)\(index)", transport: transport, behaviour: .normal, host: healthy.host)
            }
        }
    }
}

/// `fleetaudit lab import`: a machine extract becomes a recorded host.
struct LabImportCommand: Command {
    var extracts: [String] = []
    var folder: String?
    var replaces = false
    var console = ConsoleOptions()

    static let name = "import"
    static let summary = "Turn machine extracts (windows-registry-extract/1) into recorded lab hosts."
    static let discussion = """
        A recording holds only what the probe asks for. What an extract does not say (service states, key files, a hive \
        that is missing) is recorded as unknown. The lab serves every recording: those that fleet.yaml does not name \
        answer as themselves, over WinRM.
        """
    static let examples = [
        Example("fleetaudit lab import server.json", "Record one machine into the lab's folder.")
    ]

    static var parameters: ParameterList<LabImportCommand> {
        Argument(\.extracts, "extract", required: true, help: "JSON files of machine extracts.", completion: .files)
        Option(
            \.folder, "--folder", value: "folder", help: "The lab's folder, which is made when it is missing.",
            completion: .directories)
        Flag(\.replaces, "--replace", help: "Replace recordings of the same names.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try folder ?? ResourceFolder.find("Inventory/lab", marker: "fleet.yaml")
        try make(folder)
        try make(folder + "/recordings")
        for path in extracts {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("\(path) cannot be read", .badInput)
            }
            let recording: HostRecording
            do {
                recording = try HostRecording(extract: try JSON.parse(Array(data)))
            } catch {
                throw CommandFailure("\(path): \(error)", .badInput)
            }
            let target = "\(folder)/recordings/\(recording.name).json"
            guard replaces || !FileManager.default.fileExists(atPath: target) else {
                throw CommandFailure("\(target) is there already", help: "--replace replaces it", .cannotWrite)
            }
            try made { () throws(SnapshotError) in try AtomicFile.write(recording.bytes, to: target) }
            output.print("\(target)")
        }
        return .success
    }

    private func make(_ folder: String) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw CommandFailure("\(folder) cannot be created: \(String(cString: strerror(errno)))", .cannotWrite)
        }
    }
}

/// `fleetaudit lab attach`: what the lab's sshd runs for each command.
struct LabAttachCommand: Command {
    var socket = ""
    var host = ""
    var console = ConsoleOptions()

    static let name = "attach"
    static let summary = "Connect a command of the lab's sshd with the lab."
    static let isHidden = true

    static var parameters: ParameterList<LabAttachCommand> {
        Argument(\.socket, "socket", help: "The lab's socket.")
        Argument(\.host, "host", help: "The host's name.")
    }

    func run(on output: Output) async throws -> ExitCode {
        ExitCode(rawValue: UInt8(truncatingIfNeeded: await LabAttachment.run(socket: socket, host: host)))
    }
}
