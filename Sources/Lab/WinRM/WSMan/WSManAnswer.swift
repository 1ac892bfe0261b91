import Formats
import FoundationEssentials

/// Writes the envelopes of a host's answers, in the shape that was recorded from Windows. Pure but for the random ids.
struct WSManAnswer: Sendable {
    /// Older hosts write less.
    var dialect: WinRMDialect
    /// The f:WSManFault's Machine.
    var machine: String

    /// What an answer has beside the payload; with the ids and one URL it stays below 2 KB.
    static let envelopeOverhead = 2_048
    /// What one rsp:Stream has beside its base64 text, at most.
    static let streamOverhead = 128

    func identify(version: String) -> String {
        """
        <s:Envelope xml:lang="en-US" xmlns:s="\(WSMan.soap)"><s:Header/><s:Body><wsmid:IdentifyResponse \
        xmlns:wsmid="\(WSMan.identity)"><wsmid:ProtocolVersion>\(WSMan.management)</wsmid:ProtocolVersion>\
        <wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor><wsmid:ProductVersion>\
        \(XML.escape(version))</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>
        """
    }

    struct CreatedShell {
        var id: String
        var owner: String
        var clientAddress: String
        var idleTimeout: Duration
        var description: WSManRequest.ShellDescription
    }

    func created(_ shell: CreatedShell, for request: WSManRequest) -> String {
        var body = """
            <x:ResourceCreated><a:Address>\(XML.escape(request.to))</a:Address><a:ReferenceParameters><w:ResourceURI>\
            \(WSMan.cmdShell)</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">\(shell.id)</w:Selector>\
            </w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>
            """
        if dialect == .winRM3 {
            body += """
                <rsp:Shell xmlns:rsp="\(WSMan.shell)"><rsp:ShellId>\(shell.id)</rsp:ShellId><rsp:ResourceUri>\
                \(WSMan.cmdShell)</rsp:ResourceUri><rsp:Owner>\(XML.escape(shell.owner))</rsp:Owner><rsp:ClientIP>\
                \(shell.clientAddress)</rsp:ClientIP><rsp:IdleTimeOut>PT\(shell.idleTimeout.components.seconds).000S\
                </rsp:IdleTimeOut><rsp:InputStreams>\(XML.escape(shell.description.inputStreams))</rsp:InputStreams>\
                <rsp:OutputStreams>\(XML.escape(shell.description.outputStreams))</rsp:OutputStreams>\
                <rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity>\
                </rsp:Shell>
                """
        }
        return envelope(WSMan.Action.create.rawValue + "Response", to: request.messageID, body)
    }

    func started(command: String, for request: WSManRequest) -> String {
        envelope(
            WSMan.Action.command.rawValue + "Response", to: request.messageID,
            "<rsp:CommandResponse><rsp:CommandId>\(command)</rsp:CommandId></rsp:CommandResponse>")
    }

    /// The answer to an operation that has nothing to tell.
    func done(_ action: WSMan.Action, for request: WSManRequest) -> String {
        let body =
            switch action {
            case .send: "<rsp:SendResponse/>"
            case .signal: "<rsp:SignalResponse/>"
            case .create, .delete, .command, .receive: ""
            }
        return envelope(action.rawValue + "Response", to: request.messageID, body)
    }

    /// - Parameter exitCode: when the command has ended; the desired streams are closed in the same answer.
    func received(
        _ fragments: [OutputQueue.Fragment], command: String, streams: [String], exitCode: UInt32?,
        for request: WSManRequest
    ) -> String {
        var body = "<rsp:ReceiveResponse>"
        for fragment in fragments {
            body += "<rsp:Stream Name=\"\(fragment.stream.rawValue)\" CommandId=\"\(command)\">"
            body += Base64.encode(fragment.bytes) + "</rsp:Stream>"
        }
        if exitCode != nil {
            for stream in streams {
                body += "<rsp:Stream Name=\"\(stream)\" CommandId=\"\(command)\" End=\"true\"></rsp:Stream>"
            }
        }
        let state = exitCode == nil ? "Running" : "Done"
        body += "<rsp:CommandState CommandId=\"\(command)\" State=\"\(WSMan.shell)/CommandState/\(state)\""
        body += exitCode.map { "><rsp:ExitCode>\($0)</rsp:ExitCode></rsp:CommandState>" } ?? "/>"
        return envelope(
            WSMan.Action.receive.rawValue + "Response", to: request.messageID, body + "</rsp:ReceiveResponse>")
    }

    func fault(_ fault: WSManFault, to messageID: String?) -> String {
        envelope(fault.action, to: messageID, fault.xml(machine: machine))
    }

    private func envelope(_ action: String, to messageID: String?, _ body: String) -> String {
        var header = "<a:Action>\(action)</a:Action><a:MessageID>uuid:\(UUID().uuidString)</a:MessageID>"
        if dialect == .winRM3 { header += "<p:ActivityId>\(UUID().uuidString)</p:ActivityId>" }
        header += "<a:To>\(WSMan.anonymous)</a:To>"
        if let messageID { header += "<a:RelatesTo>\(XML.escape(messageID))</a:RelatesTo>" }
        return """
            <s:Envelope xml:lang="en-US" xmlns:s="\(WSMan.soap)" xmlns:a="\(WSMan.addressing)" \
            xmlns:x="\(WSMan.transfer)" xmlns:w="\(WSMan.management)" xmlns:rsp="\(WSMan.shell)" \
            xmlns:p="\(WSMan.microsoft)"><s:Header>\(header)</s:Header><s:Body>\(body)</s:Body></s:Envelope>
            """
    }
}
