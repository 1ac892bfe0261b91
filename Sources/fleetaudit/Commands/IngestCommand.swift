import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Inventory

/// `fleetaudit ingest`: what exported probes printed becomes a snapshot.
struct IngestCommand: Command {
    var files: [String] = []
    var host: String?
    var inventories: [String] = []
    var reports = "reports"
    var console = ConsoleOptions()

    static let name = "ingest"
    static let summary = "Turn what exported probes printed into a snapshot."
    static let discussion = """
        Takes the output of scripts made by fleetaudit probe export, with whatever stands around the lines: several files \
        and runs, numbered pieces in any order, UTF-16 from a PowerShell redirection, JSON from a cloud's command line. \
        The answers are bound to the machine that gave them: a computer of another name than --host, or than the \
        inventory says, is the state wrong-host. Without --host every machine becomes a host, called as the inventory \
        calls it, else by its computer name. What did not come is named, and the exit code is 2.
        """
    static let examples = [
        Example(
            "fleetaudit ingest output.txt --host srv-rds-014 -i inventory.yaml", "One host, as the inventory knows it."),
        Example("fleetaudit ingest part-*.txt --host srv-rds-014", "Its parts, in any order."),
        Example(
            "fleetaudit ingest answers/*.txt -i inventory.yaml", "Many machines, told apart by who they say they are."),
    ]

    static var parameters: ParameterList<IngestCommand> {
        Argument(\.files, "file", help: "What was printed; '-' or nothing is standard input.", completion: .files)
        Option(\.host, "--host", value: "name", help: "The host that the lines are of, as the inventory calls it.")
        Option(
            \.inventories, "-i", "--inventory", value: "path",
            help: "Ansible inventory with the hosts' groups, roles and computer names.",
            environment: "FLEETAUDIT_INVENTORY", completion: .files)
        Option(
            \.reports, "-o", "--reports", value: "folder",
            help: "The folder of all runs; this one gets a folder of its own.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Group(\.console, title: "Output")
    }

    /// Bytes of all files together.
    private static let limit = 64 << 20

    func run(on output: Output) async throws -> ExitCode {
        let texts = try read()
        let known = try inventory(output)
        let transcript = await offLoop { Transcript(texts) }
        tell(transcript, output)
        let hosts = try assigned(transcript, known, output)
        let now = Date()
        let folder = try made { () throws(SnapshotError) in
            try ReportsFolder.make(reports)
            return try RunFolder.create(in: reports, at: now)
        }
        let probes = Set(hosts.compactMap(\.machine.probe))
        let header = SnapshotHeader(
            run: folder.run, started: now, writer: FleetAudit.version,
            probe: probes.count == 1 ? probes.first ?? "" : "", plannedHosts: hosts.map(\.host.name))
        let writer = try made { () throws(SnapshotError) in
            try SnapshotWriter(path: folder.snapshotPath, header: header)
        }
        var isComplete = true
        for (host, machine) in hosts {
            let record = await offLoop { machine.record(for: host, now: now) }
            if record.state != .audited {
                isComplete = false
                output.log.warning("\(record.name): \(record.state.rawValue): \(record.reason)")
            }
            do throws(SnapshotError) { try await writer.append(record) } catch { throw CommandFailure(error) }
        }
        if !console.isQuiet || !isComplete { output.print("\(folder.snapshotPath)") }
        return .verdict(hasDrift: false, isIncomplete: !isComplete)
    }

    // MARK: What was handed in

    private func read() throws -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var room = Self.limit
        for file in files.isEmpty ? ["-"] : files {
            do throws(InputFileError) {
                let bytes =
                    file == "-" ? try InputFile.readStandardInput(limit: room) : try InputFile.read(file, limit: room)
                room -= bytes.count
                texts.append(bytes)
            } catch {
                let name = file == "-" ? "standard input" : file
                throw CommandFailure("\(name): \(error.problem)", help: error.help, .badInput)
            }
        }
        return texts
    }

    private func inventory(_ output: Output) throws -> [PlannedHost]? {
        guard !inventories.isEmpty else { return nil }
        var options = FleetOptions()
        options.inventories = inventories
        let inventory = try options.inventory(output)
        return FleetPlan.described(inventory.hosts, environment: ProcessInfo.processInfo.environment)
    }

    private func tell(_ transcript: Transcript, _ output: Output) {
        if transcript.strayLines > 0, transcript.blocked == nil || !transcript.machines.isEmpty {
            output.log.warning(
                "\(transcript.strayLines) lines do not say which machine they are from (the line FLEETAUDIT1 RUN before them is missing or cut) and are passed over"
            )
        }
        if !transcript.unknownSections.isEmpty {
            output.log.warning(
                "sections that this release does not know are passed over: \(transcript.unknownSections.sorted().joined(separator: ", "))"
            )
        }
    }

    // MARK: Whose lines these are

    private typealias Assigned = (host: PlannedHost, machine: Transcript.Machine)

    private func assigned(
        _ transcript: Transcript, _ known: [PlannedHost]?, _ output: Output
    ) throws -> [Assigned] {
        let machines = transcript.machines
        if machines.isEmpty, let word = transcript.blocked {
            throw CommandFailure(
                "PowerShell is restricted there (\(word)), so the exported program did not run",
                help: "run it where application control lets scripts run, with 64-bit PowerShell", .badInput)
        }
        guard !machines.isEmpty else {
            throw CommandFailure(
                "there is no answer of a probe in what was handed in",
                help: "hand in everything that a script made by 'fleetaudit probe export' printed", .badInput)
        }
        guard !transcript.isCut else {
            throw CommandFailure(
                "answers of more than \(Transcript.mostMachines) machines at once", help: "hand them in by turns",
                .badInput)
        }
        guard let host else {
            let assigned = try machines.map { ($0.host(among: known), $0) }.map(named)
            let names = Dictionary(grouping: assigned, by: \.host.name).filter { $0.value.count > 1 }
            if let name = names.keys.min() {
                throw CommandFailure(
                    "\(names[name]?.count ?? 0) machines with different identifiers are called '\(name)'",
                    help: "hand them in one by one, with --host", .badInput)
            }
            return assigned
        }
        guard machines.count == 1, let machine = machines.first else {
            let names = machines.prefix(4).map(\.shownName).joined(separator: ", ")
            throw CommandFailure(
                "these are answers of \(machines.count) machines (\(names)\(machines.count > 4 ? ", …" : "")), and --host names one",
                help: "hand in only its lines, or leave --host out to take all", .badInput)
        }
        guard let known else { return [(PlannedHost(named: host), machine)] }
        guard let planned = known.first(where: { $0.name == host }) else {
            throw CommandFailure(
                "--host: the inventory has no host '\(host)'",
                help: closest(to: host, among: known.map(\.name)).map { "did you mean '\($0)'?" }, .badInput)
        }
        return [(planned, machine)]
    }

    private func named(_ host: PlannedHost?, _ machine: Transcript.Machine) throws -> Assigned {
        guard let host else {
            throw CommandFailure(
                "the inventory has no host, or several, for the computer \(machine.shownName)",
                help: "--host says which one it is; fleetaudit_computer_name in the inventory says it for good",
                .badInput)
        }
        return (host, machine)
    }
}

extension Transcript.Machine {
    /// As messages call it.
    fileprivate var shownName: String { computerName ?? "MachineGuid \(machineGuid ?? "unknown")" }

    /// The one host whose computer name it has; without an inventory a host of its own name.
    fileprivate func host(among known: [PlannedHost]?) -> PlannedHost? {
        guard let computerName else { return nil }
        guard let known else { return PlannedHost(named: computerName) }
        let candidates = known.filter { host in
            // NetBIOS names end after 15 characters.
            host.expectedName.map { $0.prefix(15).lowercased() == computerName.lowercased() } ?? false
        }
        return candidates.count == 1 ? candidates[0] : nil
    }
}
