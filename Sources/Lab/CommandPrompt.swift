/// The cmd.exe between a transport and a host's answers.
struct CommandPrompt: Sendable {
    /// Characters (UTF-16) of the longest command line that cmd.exe takes.
    static let longestLine = 8_191

    let responder: any LabResponder

    func reply(to command: LabCommand) async -> LabReply {
        guard command.commandLine.utf16.count <= Self.longestLine else {
            return LabReply([.error(Array("The command line is too long.\r\n".utf8))], exitCode: 1)
        }
        return await responder.reply(to: command)
    }
}
