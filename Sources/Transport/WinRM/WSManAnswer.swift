import Formats

/// An answer of WinRM: its header and body, read by namespace and local name, never by prefix.
package struct WSManAnswer: Sendable, Hashable {
    /// The message that this answers; nil when it does not say.
    package let relatesTo: String?
    /// The fault that it is.
    package let fault: WSManFault?
    private let body: XMLNode

    package init(_ bytes: [UInt8]) throws(WSManAnswerError) {
        typealias Name = WSManNamespace
        let root: XMLNode
        do throws(XMLError) { root = try XMLNode.parse(bytes) } catch { throw .notXML(offset: error.offset) }
        guard root.name == XMLName("Envelope", in: Name.envelope), let body = root.child("Body", in: Name.envelope)
        else { throw .notSOAP }
        self.body = body
        relatesTo = root.child("Header", in: Name.envelope)?.child("RelatesTo", in: Name.addressing)?.text.trimmed
        fault = body.child("Fault", in: Name.envelope).map(Self.fault)
    }

    private static func fault(_ node: XMLNode) -> WSManFault {
        typealias Name = WSManNamespace
        let subcode =
            node.child("Code", in: Name.envelope)?.child("Subcode", in: Name.envelope)?
            .child("Value", in: Name.envelope)?.text.trimmed ?? ""
        // The outermost WSManFault decides; a provider's own can stand inside its message.
        let code = node.child("Detail", in: Name.envelope)?.child("WSManFault", in: Name.fault)?.attribute("Code")
        let local = subcode.split(separator: ":").last.map(String.init) ?? ""
        return WSManFault(
            code: code.flatMap { UInt32($0) } ?? 0,
            subcode: local.utf8.count <= 64 && local.allSatisfy { $0.isASCII && $0.isLetter } ? local : "")
    }

    /// The id in the answer to Create: in the reference (all that old hosts give) or in the shell's own description.
    package var shellID: String? {
        typealias Name = WSManNamespace
        let selectors = body.child("ResourceCreated", in: Name.transfer)?
            .child("ReferenceParameters", in: Name.addressing)?.child("SelectorSet", in: Name.management)?
            .children("Selector", in: Name.management)
        let id =
            selectors?.first { $0.attribute("Name") == "ShellId" }
            ?? body.child("Shell", in: Name.shell)?.child("ShellId", in: Name.shell)
        return id.flatMap { Self.id($0.text) }
    }

    /// The id in the answer to Command.
    package var commandID: String? {
        typealias Name = WSManNamespace
        return body.child("CommandResponse", in: Name.shell)?.child("CommandId", in: Name.shell)
            .flatMap { Self.id($0.text) }
    }

    private static func id(_ text: String) -> String? {
        let id = text.trimmed
        return id.isEmpty || id.utf8.count > 256 ? nil : id
    }

    /// What the answer to Receive holds for the command.
    package func output(of command: String) throws(WSManAnswerError) -> WinRMOutput {
        typealias Name = WSManNamespace
        guard let response = body.child("ReceiveResponse", in: Name.shell) else { throw .unexpected }
        var output = WinRMOutput()
        for stream in response.children("Stream", in: Name.shell) {
            guard Self.belongs(stream, to: command) else { continue }
            // Windows breaks no lines inside; others do.
            let text = stream.text.utf8.contains { $0 <= 0x20 } ? stream.text.filter { !$0.isWhitespace } : stream.text
            guard let bytes = Base64.decode(text) else { throw .notBase64 }
            switch stream.attribute("Name") {
            case "stdout": output.standardOutput += bytes
            case "stderr": output.standardError += bytes
            default: break
            }
        }
        if let state = response.child("CommandState", in: Name.shell), Self.belongs(state, to: command),
            state.attribute("State")?.hasSuffix("/CommandState/Done") == true
        {
            let code = state.child("ExitCode", in: Name.shell).flatMap { Int64($0.text.trimmed) }
            output.end = .done(exitCode: code.map { UInt32(truncatingIfNeeded: $0) })
        }
        return output
    }

    /// Command ids are compared without case: hosts write GUIDs in either.
    private static func belongs(_ node: XMLNode, to command: String) -> Bool {
        node.attribute("CommandId").map { $0.uppercased() == command.uppercased() } ?? true
    }
}

/// What one Receive brought.
package struct WinRMOutput: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        /// There is more to come.
        case running
        case done(exitCode: UInt32?)
    }

    package var standardOutput: [UInt8] = []
    package var standardError: [UInt8] = []
    package var end = End.running

    package init(standardOutput: [UInt8] = [], standardError: [UInt8] = [], end: End = .running) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.end = end
    }

    var isEmpty: Bool { standardOutput.isEmpty && standardError.isEmpty }
}

/// Why an answer cannot be used.
package enum WSManAnswerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes up to where it went wrong; what stands there is the host's, and not repeated.
    case notXML(offset: Int)
    case notSOAP
    case unexpected
    case notBase64

    package var description: String {
        switch self {
        case .notXML(let offset): "it is not well-formed XML from byte \(offset) on"
        case .notSOAP: "it is no SOAP 1.2 envelope"
        case .unexpected: "it answers something else than what was asked"
        case .notBase64: "a stream's base64 is broken"
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
