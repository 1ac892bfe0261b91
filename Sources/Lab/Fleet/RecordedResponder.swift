import Collection
import EventLoop
import Formats
import HostFacts

/// Answers the probe, and the commands for cmd.exe, from a recorded host; nothing else.
///
/// Only the exact command line and the exact program get the recorded answer: anything else gets what cmd.exe says to a
/// word it does not know, so that no shortcut of ours would work here and fail on Windows.
struct RecordedResponder: LabResponder {
    private let lines: [[UInt8]]
    private let behaviour: LabHostDefinition.Behaviour
    private let host: RecordedHost

    init(_ definition: LabHostDefinition) {
        behaviour = definition.behaviour
        host = definition.host
        var lines: [[UInt8]] = []
        for section in SectionName.allCases {
            let json: JSON = ["ms": 1, "data": definition.host.data(section)]
            lines.append(Self.line(lines.count + 1, section, JSON.write(json, style: [.asciiOnly])))
        }
        self.lines = lines
    }

    func reply(to command: LabCommand) async -> LabReply {
        if command.commandLine == Self.expectedConsole, Digest.sha256(command.standardInput) == Self.expectedCommands {
            guard behaviour != .mute else { return LabReply([], exitCode: 0) }
            return LabReply([.output(await offLoop { [host] in RecordedConsole(host).output })], exitCode: 0)
        }
        guard command.commandLine == Self.expectedCommand else {
            let word = command.commandLine.split(separator: " ").first ?? ""
            let text =
                "'\(word)' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
            return LabReply([.error(Array(text.utf8))], exitCode: 1)
        }
        guard Digest.sha256(command.standardInput) == Self.expectedProgram else {
            return LabReply([.error(Array("The program was not the one that this lab knows.\r\n".utf8))], exitCode: 1)
        }
        return reply
    }

    private static let expectedCommand =
        ([ProbeProgram.executable] + ProbeProgram.arguments).joined(separator: " ")
    private static let expectedProgram = Digest.sha256(Array(ProbeProgram.text.utf8))

    private static let expectedConsole =
        ([CommandProgram.executable] + CommandProgram.arguments).joined(separator: " ")
    private static let expectedCommands = Digest.sha256(Array(CommandProgram.text.utf8))

    private var reply: LabReply {
        let whole = lines.flatMap { $0 } + Self.end(lines.count)
        switch behaviour {
        case .normal, .dead, .silent, .refusesPassword, .lacksRights, .rubbish:
            return LabReply([.error(Self.progress), .output(whole)], exitCode: 0)
        case .slow:
            return LabReply(
                lines.map { .output($0) } + [.pause(.milliseconds(500)), .output(Self.end(lines.count))], exitCode: 0)
        case .mute: return LabReply([], exitCode: 0)
        case .cut: return LabReply(lines.prefix(3).map { .output($0) }, exitCode: nil)
        case .endless:
            return LabReply([.endlessly(Array("All work and no play makes Jack a dull boy.\r\n".utf8))], exitCode: nil)
        case .restricted:
            return LabReply(
                [.output(Array("\(ProbeProgram.marker) BLOCKED ConstrainedLanguage\r\n".utf8))], exitCode: 3)
        case .damaged:
            var damaged = lines
            if damaged.count > 1 { damaged[1] = Array(damaged[1].dropLast(40)) + [0x0a] }
            return LabReply([.output(damaged.flatMap { $0 } + Self.end(lines.count))], exitCode: 0)
        }
    }

    /// What Windows PowerShell writes on standard error when nobody asked: noise to be ignored.
    private static let progress = Array(
        "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"></Objs>".utf8)

    private static func line(_ number: Int, _ section: SectionName, _ json: [UInt8]) -> [UInt8] {
        let packed = Gzip.compress(json)
        return Array(
            "\(ProbeProgram.marker) \(number) \(section.rawValue) \(packed.count) \(Base64.encode(packed)) ;\n".utf8)
    }

    private static func end(_ count: Int) -> [UInt8] { Array("\(ProbeProgram.marker) END \(count)\n".utf8) }
}
