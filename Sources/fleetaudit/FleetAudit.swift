import Console
import EventLoop
import FoundationEssentials
import Glibc

/// The program: reads the command line, runs the command on the event loop, and ends with its exit code.
@main enum FleetAudit {
    static let version = "0.1.0"

    static let commands = CommandTree(
        "fleetaudit", version: version,
        summary: "Audits what decides whether Remote Desktop works on fleets of Windows hosts.",
        discussion: """
            Hosts are asked over SSH or WinRM, read-only and without an agent; a fleet is held against a baseline, and \
            reports say what is wrong, what ends it, and how to undo that. Nothing is ever changed on a host.
            """,
        examples: [
            Example(
                "fleetaudit audit -i inventory.yaml --baseline rdp-hardened", "Ask the fleet, judge it, write reports."),
            Example("fleetaudit hosts -i inventory.yaml --limit 'rdsh:!lab'", "See who would be asked, and how."),
            Example("fleetaudit probe show", "Read exactly what would run on each host."),
        ],
        topics: HelpTopics.all
    ) {
        AuditCommand.self
        CollectCommand.self
        EvaluateCommand.self
        ReportCommand.self
        CommandGroup(
            "history", summary: "Every run that was recorded: what is kept, and what of it.", defaultCommand: "list"
        ) {
            HistoryListCommand.self
            HistoryShowCommand.self
            HistoryVerifyCommand.self
            HistoryPruneCommand.self
        }
        IngestCommand.self
        HostsCommand.self
        ShowCommand.self
        ExplainCommand.self
        WhatIfCommand.self
        CheckCommand.self
        DiffCommand.self
        FactsCommand.self
        DoctorCommand.self
        KBCommand.self
        CommandGroup("policy", summary: "Controls and baselines: what they say, and whether they make sense.") {
            PolicyExplainCommand.self
            PolicyLintCommand.self
            PolicyTestCommand.self
            PolicySchemaCommand.self
        }
        CommandGroup("catalogue", summary: "What is known of released updates.") {
            CatalogueImportCommand.self
        }
        CommandGroup("baseline", summary: "Baselines: which there are, how they differ, and new ones after a host.") {
            BaselineListCommand.self
            BaselineDiffCommand.self
            BaselineInitCommand.self
        }
        CommandGroup("waivers", summary: "Failures that are accepted for a time.") {
            WaiversCheckCommand.self
        }
        CommandGroup("probe", summary: "The program that runs on each host.") {
            ProbeShowCommand.self
            ProbeExportCommand.self
        }
        CommandGroup(
            "lab", summary: "A simulated fleet on this machine, to try everything on.", defaultCommand: "run"
        ) {
            LabRunCommand.self
            LabImportCommand.self
            LabAttachCommand.self
        }
        CompletionsCommand.self
        ManualCommand.self
    }

    /// Not async: an async main's thread would end in a sigsuspend that lets every signal through.
    static func main() {
        // Before any thread exists: signals are read as values, and no core file may hold a password.
        let signals = Signals.block([SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP]))
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error like a full disk, not the end.
        signal(SIGXFSZ, SIG_IGN)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        umask(0o077)
        SystemState.raiseDescriptorLimit()
        Task(executorPreference: Reactor.shared.executor) {
            await Interruption.shared.listen(signals)
            end(await run())
        }
        while true { pause() }
    }

    /// Whoever started us wants us to live on without the terminal (nohup); what is blocked is not ignored any more.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Without the destructors of libraries: other threads (GSSAPI's, the pool's) may still be letting go of what those
    /// would take away.
    static func end(_ code: ExitCode) -> Never {
        fflush(nil)
        _exit(Int32(code.rawValue))
    }

    private static func run() async -> ExitCode {
        let environment = ProcessInfo.processInfo.environment
        do {
            return try await commands.run(Array(CommandLine.arguments.dropFirst()), environment: environment)
        } catch let failure as CommandFailure {
            failure.report(on: Output(program: "fleetaudit", environment: environment))
            return failure.exitCode
        } catch let error as OutputError {
            FileHandleStandardError.write("fleetaudit: error: \(error)\n")
            return .cannotWrite
        } catch {
            FileHandleStandardError.write("fleetaudit: error: internal error: \(error)\n")
            return .internalError
        }
    }
}

/// The last words of a program whose output is already gone.
private enum FileHandleStandardError {
    static func write(_ text: String) {
        _ = text.utf8.withContiguousStorageIfAvailable { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
