import Formats

/// Why an operation was not done, in the words and codes of Windows ([MS-WSMV] 2.2.4.43, wsmerror.h).
struct WSManFault: Error, Sendable, Hashable {
    /// The part at fault: the request's sender, or the service.
    enum Side: String, Sendable, Hashable { case sender = "s:Sender", receiver = "s:Receiver" }

    var code: UInt32
    var side = Side.sender
    /// With the prefixes of ``xml(to:machine:ids:)``; nil where SOAP's own code says all.
    var subcode: String?
    /// SOAP's own code when it is neither side's (`s:MustUnderstand`, `s:VersionMismatch`).
    var soapCode: String?
    /// The last part of the w:FaultDetail URI.
    var detail: String?
    var reason: String
    /// The text of f:Message when it says more than the reason.
    var message: String?
    /// The text comes from the shell's plug-in.
    var isFromPlugin = false

    var action: String {
        switch subcode?.first {
        case "a", nil: WSMan.addressing + "/fault"
        default: "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
        }
    }

    /// The s:Fault element; the prefixes s, a, w must be declared around it.
    func xml(machine: String) -> String {
        let text = XML.escape(message ?? reason)
        var xml = "<s:Fault><s:Code><s:Value>\(soapCode ?? side.rawValue)</s:Value>"
        if let subcode { xml += "<s:Subcode><s:Value>\(subcode)</s:Value></s:Subcode>" }
        xml += "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">\(XML.escape(reason))</s:Text></s:Reason><s:Detail>"
        if let detail { xml += "<w:FaultDetail>\(WSMan.faultDetail)\(detail)</w:FaultDetail>" }
        xml +=
            "<f:WSManFault xmlns:f=\"\(WSMan.fault)\" Code=\"\(code)\" Machine=\"\(XML.escape(machine))\"><f:Message>"
        xml +=
            isFromPlugin
            ? "<f:ProviderFault provider=\"Shell cmd plugin\" path=\"%systemroot%\\system32\\winrscmd.dll\">"
                + "\(text)</f:ProviderFault>"
            : text
        return xml + "</f:Message></f:WSManFault></s:Detail></s:Fault>"
    }
}

extension WSManFault {
    static let operationTimedOut = WSManFault(
        code: 0x8033_8029, side: .receiver, subcode: "w:TimedOut",
        reason:
            "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ")

    static let accessDenied = WSManFault(code: 5, subcode: "w:AccessDenied", reason: "Access is denied. ")

    /// The shell was deleted, or the command ended by a signal, while a Receive waited for it.
    static let aborted = WSManFault(
        code: 995, side: .receiver, subcode: "w:InternalError",
        reason: "The I/O operation has been aborted because of either a thread exit or an application request. ",
        isFromPlugin: true)

    static func unknownShell(_ id: String) -> WSManFault {
        .invalidSelectors(
            "The request for the Windows Remote Shell with ShellId \(id) failed because the shell was not found on the "
                + "server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the "
                + "server. Provide the correct ShellId or create a new shell and retry the operation. ")
    }

    static let unknownCommand = WSManFault.invalidSelectors(
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not "
            + "exist. Either the command has completed execution or the client specified an invalid command identifier. "
    )

    static let missingSelector = WSManFault.invalidSelectors(nil)

    private static func invalidSelectors(_ message: String?) -> WSManFault {
        WSManFault(
            code: 0x8033_805B, subcode: "w:InvalidSelectors", detail: "UnexpectedSelectors",
            reason: "The WS-Management service cannot process the request because the request contained invalid "
                + "selectors for the resource. ",
            message: message)
    }

    static let invalidParameter = WSManFault(
        code: 87, subcode: "w:InvalidParameter", detail: "InvalidValue", reason: "The parameter is incorrect. ",
        isFromPlugin: true)

    static func tooManyShells(_ limit: Int) -> WSManFault {
        WSManFault(
            code: 0x8033_81A5, subcode: "w:QuotaLimit",
            reason: "The WS-Management service cannot process the request. This user is allowed a maximum number of "
                + "\(limit) concurrent shells, which has been exceeded. Close existing shells or raise the quota for "
                + "this user. ")
    }

    static let tooManyCommands = WSManFault(
        code: 0x8033_81E9, subcode: "w:QuotaLimit",
        reason:
            "The WS-Management service cannot process the request. The maximum number of concurrent commands per shell "
            + "has been exceeded. Retry the request later or raise the Maximum Commands per Shell quota. ")

    static let shellExists = WSManFault(
        code: 0x8033_8033, subcode: "w:AlreadyExists",
        reason: "The WS-Management service cannot create the resource because it already exists. ")

    static let envelopeSizeTooSmall = WSManFault(
        code: 0x8033_807E, subcode: "w:EncodingLimit", detail: "MinimumEnvelopeLimit",
        reason: "The WS-Management service cannot process the request because the envelope size in the request is too "
            + "small. ")

    static let invalidTimeout = WSManFault(
        code: 0x8033_8081, subcode: "w:InvalidParameter", detail: "InvalidValue",
        reason: "The WS-Management service cannot process the request because the timeout header in the request is "
            + "invalid. ")

    static let invalidHeader = WSManFault(
        code: 0x8033_800F, subcode: "a:InvalidMessageInformationHeader",
        reason: "The WS-Management service cannot process the request. The request contains one or more invalid SOAP "
            + "headers. ")

    static let missingHeader = WSManFault(
        code: 0x8033_8011, subcode: "a:MessageInformationHeaderRequired",
        reason: "The WS-Management service cannot process the request. The request does not have all the expected SOAP "
            + "headers. ")

    static let notUnderstood = WSManFault(
        code: 0x8033_8010, soapCode: "s:MustUnderstand",
        reason:
            "The WS-Management service cannot process a SOAP header in the request that is marked as mustUnderstand "
            + "by the client. This could be caused by the use of a version of the protocol which is not supported, or "
            + "may be an incompatibility between the client and server implementations. ")

    static let localeMustBeHint = WSManFault(
        code: 0x8033_8087, subcode: "w:UnsupportedFeature", detail: "Locale",
        reason: "The WS-Management service cannot guarantee that all data is returned in the requested locale as some "
            + "data sources may not be able to comply. Resend the remote request with locale as a hint (the SOAP header "
            + "should have mustUnderstand=\"false\") ")

    static let versionMismatch = WSManFault(
        code: 0x8033_800D, soapCode: "s:VersionMismatch",
        reason: "The WS-Management service does not support the SOAP version specified in the request. ")

    static let invalidXML = WSManFault(
        code: 0x8033_8043, subcode: "w:SchemaValidationError",
        reason: "The WS-Management service cannot process the request because the XML is invalid. ")

    static let schemaViolation = WSManFault(
        code: 0x8033_8041, subcode: "w:SchemaValidationError",
        reason:
            "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML and "
            + "retry. ")

    static let optionNotSupported = WSManFault(
        code: 0x8033_8051, subcode: "w:InvalidOptions", detail: "NotSupported",
        reason:
            "The WS-Management provider does not support the specified option set because mustComply for one of the "
            + "options is set to true. Change mustComply for one of the options to false. ")

    static let actionNotSupported = WSManFault(
        code: 0x8033_8013, subcode: "a:ActionNotSupported",
        reason: "The WS-Management service does not support the action specified in the request. ")

    static let unknownResource = WSManFault(
        code: 0x8033_8000, subcode: "a:DestinationUnreachable", detail: "InvalidResourceURI",
        reason: "The WS-Management service cannot process the request. The service cannot find the resource identified "
            + "by the resource URI and selectors. ")
}
