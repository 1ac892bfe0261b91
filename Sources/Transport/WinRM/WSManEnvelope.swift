import Formats

/// A request to WinRM's command shell ([MS-WSMV] 3.1.4; DSP0226): what it asks, and its text.
package struct WSManEnvelope: Sendable, Hashable {
    package enum Operation: Sendable, Hashable {
        /// The shell's id is chosen here, so that it can be deleted whatever becomes of the answer. It is gone after
        /// `idle` without a request, so that one left behind does not count against the host's quota for hours.
        case create(shell: String, idle: Duration)
        case command(shell: String, executable: String, arguments: [String])
        case send(shell: String, command: String, input: [UInt8], isLast: Bool)
        case receive(shell: String, command: String)
        /// Ends the command.
        case signal(shell: String, command: String)
        /// Ends the shell and its commands.
        case delete(shell: String)
    }

    package var operation: Operation
    /// The URL that the request goes to.
    package var to: String
    /// `uuid:…`; the answer must name it.
    package var messageID: String
    package var sessionID: String
    /// How long the host may take to answer; it answers with a fault when there is nothing yet.
    package var operationTimeout: Duration

    package init(
        _ operation: Operation, to: String, messageID: String, sessionID: String, operationTimeout: Duration
    ) {
        self.operation = operation
        self.to = to
        self.messageID = messageID
        self.sessionID = sessionID
        self.operationTimeout = operationTimeout
    }

    /// Bytes that an answer may have: the smallest limit among Windows' versions (2008 R2's), which all accept.
    package static let answerLimit = 153_600

    /// Bytes of input that fit into one request under the smallest limit: base64, and 4 KB for the envelope.
    package static let inputLimit = (answerLimit - 4096) / 4 * 3

    /// The text; fields come out in one fixed order.
    package var text: String {
        typealias Name = WSManNamespace
        let selectors = operation.shell.map {
            "<w:SelectorSet><w:Selector Name=\"ShellId\">\(XML.escape($0))</w:Selector></w:SelectorSet>"
        }
        return """
            <s:Envelope xmlns:s="\(Name.envelope)" xmlns:a="\(Name.addressing)" xmlns:w="\(Name.management)" \
            xmlns:p="\(Name.windowsManagement)" xmlns:rsp="\(Name.shell)"><s:Header>\
            <a:To>\(XML.escape(to))</a:To>\
            <a:ReplyTo><a:Address s:mustUnderstand="true">\(Name.addressing)/role/anonymous</a:Address></a:ReplyTo>\
            <a:Action s:mustUnderstand="true">\(operation.action)</a:Action>\
            <a:MessageID>\(messageID)</a:MessageID>\
            <w:ResourceURI s:mustUnderstand="true">\(Name.shell)/cmd</w:ResourceURI>\
            <w:MaxEnvelopeSize s:mustUnderstand="true">\(Self.answerLimit)</w:MaxEnvelopeSize>\
            <w:OperationTimeout>\(Self.duration(operationTimeout))</w:OperationTimeout>\
            <w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>\
            <p:SessionId s:mustUnderstand="false">\(sessionID)</p:SessionId>\
            \(operation.options)\(selectors ?? "")</s:Header><s:Body>\(operation.body)</s:Body></s:Envelope>
            """
    }

    /// `PT30S`, `PT0.400S` (XML Schema part 2, section 3.2.6).
    static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        let (seconds, rest) = max(1, milliseconds).quotientAndRemainder(dividingBy: 1000)
        if rest == 0 { return "PT\(seconds)S" }
        let digits = String(rest)
        return "PT\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits)S"
    }
}

extension WSManEnvelope.Operation {
    /// The stage that a failure of this operation belongs to.
    var stage: TransportError.Stage {
        switch self {
        case .create: .shell
        case .command: .command
        case .send: .send
        case .receive, .signal, .delete: .receive
        }
    }

    /// The shell that the request is about; Create has none yet.
    fileprivate var shell: String? {
        switch self {
        case .create: nil
        case .command(let shell, _, _), .send(let shell, _, _, _), .receive(let shell, _), .signal(let shell, _),
            .delete(let shell):
            shell
        }
    }

    fileprivate var action: String {
        switch self {
        case .create: WSManNamespace.transfer + "/Create"
        case .command: WSManNamespace.shell + "/Command"
        case .send: WSManNamespace.shell + "/Send"
        case .receive: WSManNamespace.shell + "/Receive"
        case .signal: WSManNamespace.shell + "/Signal"
        case .delete: WSManNamespace.transfer + "/Delete"
        }
    }

    fileprivate var options: String {
        let options: [(String, String)] =
            switch self {
            case .create: [("WINRS_NOPROFILE", "TRUE"), ("WINRS_CODEPAGE", "65001")]
            // A pipe, not a console, for standard input; through cmd.exe, as every Windows can.
            case .command: [("WINRS_CONSOLEMODE_STDIN", "FALSE"), ("WINRS_SKIP_CMD_SHELL", "FALSE")]
            case .receive: [("WSMAN_CMDSHELL_OPTION_KEEPALIVE", "TRUE")]
            case .send, .signal, .delete: []
            }
        guard !options.isEmpty else { return "" }
        let texts = options.map { "<w:Option Name=\"\($0.0)\">\($0.1)</w:Option>" }
        return "<w:OptionSet s:mustUnderstand=\"true\">\(texts.joined())</w:OptionSet>"
    }

    fileprivate var body: String {
        switch self {
        case .create(let shell, let idle):
            return "<rsp:Shell ShellId=\"\(XML.escape(shell))\"><rsp:IdleTimeOut>\(WSManEnvelope.duration(idle))"
                + "</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
                + "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
        case .command(_, let executable, let arguments):
            let words = arguments.map { "<rsp:Arguments>\(XML.escape($0, for: .content))</rsp:Arguments>" }
            return "<rsp:CommandLine><rsp:Command>\(XML.escape(executable, for: .content))</rsp:Command>"
                + words.joined() + "</rsp:CommandLine>"
        case .send(_, let command, let input, let isLast):
            return "<rsp:Send><rsp:Stream Name=\"stdin\" CommandId=\"\(XML.escape(command))\""
                + (isLast ? " End=\"true\"" : "") + ">\(Base64.encode(input))</rsp:Stream></rsp:Send>"
        case .receive(_, let command):
            return "<rsp:Receive><rsp:DesiredStream CommandId=\"\(XML.escape(command))\">stdout stderr"
                + "</rsp:DesiredStream></rsp:Receive>"
        case .signal(_, let command):
            return "<rsp:Signal CommandId=\"\(XML.escape(command))\"><rsp:Code>\(WSManNamespace.shell)/signal/terminate"
                + "</rsp:Code></rsp:Signal>"
        case .delete:
            return ""
        }
    }
}
