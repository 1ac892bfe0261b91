import Console
import Drift
import EventLoop
import Formats
import FoundationEssentials
import Policy
import Reports

/// Tells others how an audit ended, by commands of the operator's.
///
/// What goes wrong with a command is told on standard error, also under `--quiet`, and changes no exit code: an audit is not
/// worse because a mail server is down, and whoever reads the code wants to know about the fleet.
struct Notification {
    let options: NotifyOptions
    let environment: [String: String]
    /// What hosts were asked with: no command gets to see it.
    let secrets: [Secret]

    func tell(
        _ result: AuditResult, _ summary: FleetSummary, _ code: ExitCode, folder: String?, on output: Output
    ) async throws {
        let commands = options.commands(environment)
        guard !commands.isEmpty, options.occasion.applies(summary, code) else { return }
        let input = await offLoop {
            SummaryJSON.render(result, summary, exitCode: Int(code.rawValue), folder: folder)
        }
        var variables = Self.withoutSecrets(environment, secrets)
        variables["FLEETAUDIT_RUN"] = result.run
        variables["FLEETAUDIT_EXIT_CODE"] = String(code.rawValue)
        variables["FLEETAUDIT_REPORT_FOLDER"] = folder.map(Self.absolute)
        for (index, line) in commands.enumerated() {
            let command = ShellCommand(line, input: input, environment: variables)
            // The line may hold the key of a webhook, so it is called by its number.
            let name = commands.count == 1 ? "the notify command" : "notify command \(index + 1)"
            let limit = options.timeout
            let outcome: Result<ShellCommand.Outcome, EventLoopError> = try await Interruption.shared.during {
                do throws(EventLoopError) { return .success(try await command.run(within: limit)) } catch {
                    return .failure(error)
                }
            }
            Self.tell(outcome, of: name, limit, on: output)
        }
    }

    private static func tell(
        _ outcome: Result<ShellCommand.Outcome, EventLoopError>, of name: String, _ limit: Duration, on output: Output
    ) {
        switch outcome {
        case .success(let outcome) where outcome.exitCode == 0:
            output.log.info("\(name) ended with 0\(said(outcome.output))")
        case .success(let outcome):
            let end = outcome.exitCode.map { "ended with \($0)" } ?? "was ended after \(limit.argument)"
            output.log.error("\(name) \(end)\(said(outcome.output))")
        case .failure(let error):
            output.log.error("\(name) could not be run: \(error)")
        }
    }

    /// The first line that a command wrote.
    private static func said(_ bytes: [UInt8]) -> String {
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        return line.map { ": \($0.prefix(200))" } ?? ""
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// The environment without variables of ours (one of them may be a password), and without any whose value is, or
    /// contains, what hosts were asked with.
    static func withoutSecrets(_ environment: [String: String], _ secrets: [Secret]) -> [String: String] {
        // A short one would be found in everything.
        let least = 6
        return environment.filter { name, value in
            if name.hasPrefix("FLEETAUDIT_") { return false }
            let bytes = Array(value.utf8)
            return !secrets.contains { secret in
                secret.withBytes { secret in
                    bytes.elementsEqual(secret) || secret.count >= least && bytes.contains(Array(secret))
                }
            }
        }
    }
}

extension NotifyOptions.Occasion {
    func applies(_ summary: FleetSummary, _ code: ExitCode) -> Bool {
        switch self {
        case .always: return true
        case .failure: return code != .success
        case .change:
            guard summary.trend.previous != nil else { return true }
            return summary.newFailures > 0 || summary.fixed > 0 || summary.noLongerVisible > 0
                || summary.trend.differences.values.contains { Self.isNews($0.presence) }
        }
    }

    private static func isNews(_ presence: JudgementDifference.Presence) -> Bool {
        switch presence {
        case .added, .vanished, .becameUnreadable, .readableAgain: true
        case .compared, .stillUnreadable: false
        }
    }
}
