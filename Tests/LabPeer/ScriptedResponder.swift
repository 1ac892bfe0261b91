import EventLoop
import Lab

/// Answers small words of its own, for tests that look at the way there and back.
struct ScriptedResponder: LabResponder {
    var name: String
    var signIns: SignInLedger

    func reply(to command: LabCommand) async -> LabReply {
        let words = command.commandLine.split(separator: " ").map(String.init)
        let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
        switch words.first {
        case "hostname": return LabReply([text(name)], exitCode: 0)
        case "echo": return LabReply([text(words.dropFirst().joined(separator: " "))], exitCode: 0)
        case "exit": return LabReply([], exitCode: UInt32(truncatingIfNeeded: number))
        case "cat": return LabReply([.output(command.standardInput)], exitCode: 0)
        case "count":
            return LabReply([text("\(command.standardInput.count) \(Self.sum(command.standardInput))")], exitCode: 0)
        case "big":
            let bytes = Self.pattern(number)
            return LabReply([.output(bytes)], exitCode: 0)
        case "both":
            return LabReply(
                [text("out 1"), .error(Array("err 1\r\n".utf8)), text("out 2 \u{e9}\u{20ac}"), .error([255, 254])],
                exitCode: 3)
        case "late":
            return LabReply([text("before"), .pause(.milliseconds(number)), text("after")], exitCode: 0)
        case "endless": return LabReply([.endlessly(Array("again\r\n".utf8))], exitCode: 0)
        case "drop": return LabReply([text("half")], exitCode: nil)
        case "sign-ins":
            let lines = await signIns.counts.map { key, count in
                "\(key.host) \(key.account) accepted=\(count.accepted) refused=\(count.refused) "
                    + "unanswered=\(count.unanswered)"
            }
            return LabReply(lines.sorted().map(text), exitCode: 0)
        case "usage": return LabReply([text(Usage.now.description)], exitCode: 0)
        default:
            let message =
                "'\(words.first ?? "")' is not recognized as an internal or external command,\r\n"
                + "operable program or batch file.\r\n"
            return LabReply([.error(Array(message.utf8))], exitCode: 1)
        }
    }

    private func text(_ line: String) -> LabReply.Step { .output(Array((line + "\r\n").utf8)) }

    /// Bytes that show at once when a piece is missing or doubled.
    static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    }

    /// FNV-1a.
    static func sum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
