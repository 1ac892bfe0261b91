import Formats
import HostFacts
package import Transport

/// The second way of asking, for hosts whose PowerShell is missing or restricted: cmd.exe reads these commands from
/// standard input and runs Windows' own console programs.
///
/// The text is constant, as ``ProbeProgram``'s is, and follows the same registry questions. It only reads: `reg query`,
/// `sc query`, `dir`, `cacls /S`, `netstat`, `whoami`. The one thing that it sets is the code page of its own console.
package enum CommandProgram {
    /// Stands before each number, followed by a number that the host draws at the start: no text that was in the registry
    /// before can look like it.
    package static let marker = "FLEETAUDIT1-CMD"

    /// What is asked, in this order: what is long comes last, so that it cannot keep the rest from coming.
    package static let steps: [CommandStep] = {
        let asked =
            [
                .codePage, .accessDeniedText, .defaultValueName, .presentValue, .missingKey, .missingValue,
                .missingEverywhere,
            ] + SectionName.allCases.flatMap(\.commandSteps)
        var seen: Set<CommandStep> = []
        let steps = asked.filter { seen.insert($0).inserted }
        return steps.filter { !$0.isLong } + steps.filter(\.isLong)
    }()

    /// Many commands in one line, each followed by its mark. A cmd.exe that reads all of its input at once, and then does
    /// only the first line, can be asked line by line.
    struct Line: Sendable {
        let text: String
        /// The places of its commands among the steps.
        let steps: Range<Int>
    }

    static let lines: [Line] = {
        let commands = steps.enumerated().map { number, step in "&\(step.text)&echo !FLEETAUDIT! \(number) !ERRORLEVEL!"
        }
        var lines: [Line] = []
        var (text, first) = (start, 0)
        for (number, command) in commands.enumerated() {
            if text.utf8.count + command.utf8.count > longestLine {
                lines.append(Line(text: text, steps: first..<number))
                (text, first) = (start, number)
            }
            text += command
        }
        lines.append(Line(text: text + "&echo !FLEETAUDIT! END&exit 0", steps: first..<commands.count))
        return lines
    }()

    private static let start =
        "(if not defined FLEETAUDIT set FLEETAUDIT=\(marker) !RANDOM!!RANDOM!!RANDOM!)"
        + #"&set SYS=!SystemRoot!\System32&echo !FLEETAUDIT! START"#

    /// cmd.exe takes 8,191 characters, with the variables put in.
    private static let longestLine = 7_000

    /// Plain ASCII with Windows' line ends, sent on standard input.
    package static let text = text(from: 0)

    /// The program from one of its lines on.
    private static func text(from line: Int) -> String {
        lines[line...].map { $0.text + "\r\n" }.joined()
    }

    /// SHA-256 of the program, in lower-case hexadecimal.
    package static let fingerprint = Digest.sha256(Array(text.utf8)).hexadecimal.lowercased()

    package static let executable = "cmd.exe"
    /// Without AutoRun commands, without echo and prompt, with extensions, and with `!` for variables. No word means anything
    /// else to PowerShell as the remote shell, which leaves standard input to the program that it starts.
    package static let arguments = ["/d", "/q", "/e:on", "/v:on"]

    package static func request(fromLine line: Int = 0, outputLimit: Int) -> RemoteRequest {
        RemoteRequest(
            executable: executable, arguments: arguments, standardInput: Array(text(from: line).utf8),
            outputLimit: outputLimit)
    }
}

extension CommandStep {
    fileprivate var isLong: Bool {
        switch self {
        case .found, .below, .files, .listeners: true
        case .key(let key): Self.longKeys.contains(key)
        default: false
        }
    }

    private static let longKeys: Set<String> = Set(
        SectionName.allCases.flatMap(\.registryQuestions).compactMap { question in
            switch question.scope {
            case .everyValue, .childrenLike: question.key
            case .values, .presence, .children, .tree, .count: nil
            }
        })
}
