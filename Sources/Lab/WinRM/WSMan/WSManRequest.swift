import Formats

/// One WS-Management request for the cmd shell, read from its envelope ([MS-WSMV] 3.1.4). Pure.
struct WSManRequest: Sendable, Hashable {
    enum Operation: Sendable, Hashable {
        /// Identify (DSP0226 section 11).
        case identify
        case create(ShellDescription)
        /// `id` when the client chose one.
        case command(id: String?, line: String)
        case send([Input])
        case receive(command: String?, streams: [String])
        case signal(command: String?, code: String)
        case delete
    }

    struct ShellDescription: Sendable, Hashable {
        /// When the client chose one.
        var id: String?
        var inputStreams = "stdin"
        var outputStreams = "stdout stderr"
        var idleTimeout: Duration?
    }

    struct Input: Sendable, Hashable {
        var command: String?
        var bytes: [UInt8]
        var isLast: Bool
    }

    var operation: Operation
    var messageID = ""
    var to = ""
    var shellID: String?
    /// Bytes that the answer may have; nil: not said.
    var maxEnvelopeSize: Int?
    var operationTimeout: Duration?

    /// What is left of an envelope that cannot be taken: its id, for the fault to refer to, when it could be read.
    struct Rejection: Error, Sendable, Hashable {
        var messageID: String?
        var fault: WSManFault
    }

    static func parse(_ bytes: [UInt8]) throws(Rejection) -> WSManRequest {
        let root: XMLNode
        do { root = try XMLNode.parse(bytes, limits: limits) } catch {
            throw Rejection(fault: .invalidXML)
        }
        guard root.name.local == "Envelope" else { throw Rejection(fault: .schemaViolation) }
        guard root.name.namespace == WSMan.soap else { throw Rejection(fault: .versionMismatch) }
        let header = root.child("Header", in: WSMan.soap)
        let body = root.child("Body", in: WSMan.soap)
        let messageID = header?.child("MessageID", in: WSMan.addressing)?.text
        do throws(WSManFault) {
            guard let body else { throw .schemaViolation }
            if body.child("Identify", in: WSMan.identity) != nil { return WSManRequest(operation: .identify) }
            guard let header else { throw .missingHeader }
            return try WSManRequest(header: header, body: body)
        } catch {
            throw Rejection(messageID: messageID, fault: error)
        }
    }

    private static let limits = XML.Limits(bytes: 1 << 20, depth: 16, elements: 2_000)

    private init(header: XMLNode, body: XMLNode) throws(WSManFault) {
        try Self.checkUnderstanding(of: header)
        func text(_ name: String, _ namespace: String) -> String? {
            header.child(name, in: namespace)?.text.trimmed.description
        }
        guard let action = text("Action", WSMan.addressing), let messageID = text("MessageID", WSMan.addressing),
            let to = text("To", WSMan.addressing), !messageID.isEmpty, messageID.utf8.count < 256,
            let replyTo = header.child("ReplyTo", in: WSMan.addressing)?.child("Address", in: WSMan.addressing)
        else { throw .missingHeader }
        guard replyTo.text.trimmed == WSMan.anonymous else { throw .invalidHeader }
        guard let action = WSMan.Action(rawValue: action) else { throw .actionNotSupported }
        guard text("ResourceURI", WSMan.management) == WSMan.cmdShell else { throw .unknownResource }
        self.messageID = messageID
        self.to = to
        if let size = text("MaxEnvelopeSize", WSMan.management) {
            guard let size = Int(size) else { throw .invalidHeader }
            guard size >= 8_192 else { throw .envelopeSizeTooSmall }
            maxEnvelopeSize = size
        }
        if let timeout = text("OperationTimeout", WSMan.management) {
            guard let timeout = WSMan.duration(timeout) else { throw .invalidHeader }
            guard timeout > .zero else { throw .invalidTimeout }
            operationTimeout = timeout
        }
        try Self.checkOptions(of: header)
        shellID = try Self.shellSelector(in: header)
        operation = try Self.operation(action, body)
        if action != .create, shellID == nil { throw .missingSelector }
    }

    private init(operation: Operation) {
        self.operation = operation
    }

    // MARK: Header

    private static let understood: [String: Set<String>] = [
        WSMan.addressing: ["To", "ReplyTo", "Action", "MessageID", "From"],
        WSMan.management: [
            "ResourceURI", "MaxEnvelopeSize", "OperationTimeout", "Locale", "OptionSet", "SelectorSet",
        ],
        WSMan.microsoft: ["DataLocale", "SessionId", "OperationID", "SequenceId", "ActivityId"],
    ]

    /// SOAP 1.2 part 1, section 5.2.3: a block marked mustUnderstand is either understood or a fault.
    private static func checkUnderstanding(of header: XMLNode) throws(WSManFault) {
        for block in header.children {
            let mark = block.attribute("mustUnderstand", in: WSMan.soap)
            guard mark == "true" || mark == "1" else { continue }
            guard understood[block.name.namespace]?.contains(block.name.local) == true else { throw .notUnderstood }
            if block.name.local == "Locale" || block.name.local == "DataLocale" { throw .localeMustBeHint }
        }
    }

    private static let knownOptions: Set<String> = [
        "WINRS_NOPROFILE", "WINRS_CODEPAGE", "WINRS_CONSOLEMODE_STDIN", "WINRS_SKIP_CMD_SHELL",
        "WSMAN_CMDSHELL_OPTION_KEEPALIVE",
    ]

    private static func checkOptions(of header: XMLNode) throws(WSManFault) {
        for option in header.child("OptionSet", in: WSMan.management)?.children("Option", in: WSMan.management) ?? [] {
            guard let name = option.attribute("Name") else { throw .schemaViolation }
            let mustComply = option.attribute("MustComply")?.lowercased()
            guard knownOptions.contains(name) || mustComply != "true" && mustComply != "1" else {
                throw .optionNotSupported
            }
        }
    }

    private static func shellSelector(in header: XMLNode) throws(WSManFault) -> String? {
        guard let set = header.child("SelectorSet", in: WSMan.management) else { return nil }
        let selectors = set.children("Selector", in: WSMan.management)
        guard selectors.count == 1, selectors[0].attribute("Name") == "ShellId" else { throw .missingSelector }
        return selectors[0].text.trimmed.description
    }

    // MARK: Body

    private static func operation(_ action: WSMan.Action, _ body: XMLNode) throws(WSManFault) -> Operation {
        func child(_ name: String) throws(WSManFault) -> XMLNode {
            guard let child = body.child(name, in: WSMan.shell) else { throw .schemaViolation }
            return child
        }
        switch action {
        case .create: return .create(try description(of: try child("Shell")))
        case .delete: return .delete
        case .command:
            let line = try child("CommandLine")
            guard let command = line.child("Command", in: WSMan.shell) else { throw .schemaViolation }
            // Windows joins them with spaces and quotes nothing.
            let words = [command.text] + line.children("Arguments", in: WSMan.shell).map(\.text)
            return .command(id: try identifier(line.attribute("CommandId")), line: words.joined(separator: " "))
        case .send:
            var inputs: [Input] = []
            for stream in try child("Send").children("Stream", in: WSMan.shell) { inputs.append(try input(stream)) }
            guard !inputs.isEmpty else { throw .schemaViolation }
            return .send(inputs)
        case .receive:
            guard let stream = try child("Receive").child("DesiredStream", in: WSMan.shell) else {
                throw .schemaViolation
            }
            let names = stream.text.split(whereSeparator: \.isWhitespace).map(String.init)
            return .receive(command: stream.attribute("CommandId"), streams: names)
        case .signal:
            let signal = try child("Signal")
            guard let code = signal.child("Code", in: WSMan.shell) else { throw .schemaViolation }
            return .signal(command: signal.attribute("CommandId"), code: code.text.trimmed.description)
        }
    }

    private static func description(of shell: XMLNode) throws(WSManFault) -> ShellDescription {
        var description = ShellDescription(id: try identifier(shell.attribute("ShellId")))
        if let streams = shell.child("InputStreams", in: WSMan.shell) { description.inputStreams = streams.text }
        if let streams = shell.child("OutputStreams", in: WSMan.shell) { description.outputStreams = streams.text }
        if let text = shell.child("IdleTimeOut", in: WSMan.shell)?.text {
            guard let timeout = WSMan.duration(text) else { throw .schemaViolation }
            description.idleTimeout = timeout
        }
        return description
    }

    private static func input(_ stream: XMLNode) throws(WSManFault) -> Input {
        guard stream.attribute("Name") == "stdin" else { throw .invalidParameter }
        guard let bytes = Base64.decode(stream.text) else { throw .schemaViolation }
        return Input(
            command: stream.attribute("CommandId"), bytes: bytes,
            isLast: ["true", "1"].contains(stream.attribute("End")?.lowercased()))
    }

    /// A client-chosen id must be a GUID.
    private static func identifier(_ text: String?) throws(WSManFault) -> String? {
        guard let text else { return nil }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.joined().allSatisfy({ $0.isASCII && $0.isHexDigit })
        else {
            throw .invalidParameter
        }
        return text.uppercased()
    }
}
