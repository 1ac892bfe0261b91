/// An event log of Windows, by the name that no language changes.
package enum EventLog: String, Sendable, Hashable, CaseIterable {
    case system = "System"
    case connectionManagerAdmin = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin"
    case connectionManager = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"
    case sessionManager = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"
    case coreTS = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"
}

/// One provider in one log, whose events are counted by id. The raw value is its name in the probe and in fact paths.
package enum EventSource: String, Sendable, Hashable, CaseIterable {
    /// TermService's own certificate: 1056 made, 1057 could not make, 1058 could not replace; 1062 to 1064 templates.
    case rcm
    /// 1006 flood of connections; 1068, 1069, 1128 to 1130 licensing of session hosts.
    case rcmAdmin
    /// 258, 259 listener up and down, 260 it could not listen, 261 connection received, 1149 authenticated.
    case rcmOperational
    /// 21 to 25, 39, 40: sessions begin, end, are left and taken up.
    case sessionManager
    /// 131 TCP connection taken, 65 connection made, 66 session assigned, 97, 98 established, 99, 140 wrong password.
    case rdpCoreTS
    /// 36870 private key, 36871 credential, 36872, 36874 no common suite, 36888 fatal alert sent.
    case schannel
    /// 56: the security layer found an error in the protocol stream and disconnected the client.
    case termDD
    /// 6041 CredSSP found no common version, 6167 a clone's machine SID.
    case lsaSrv
    /// 5719: no secure channel to a domain controller.
    case netlogon
    /// 4227, 4231: no free ports.
    case tcpip
    /// 1129: policy without a domain controller.
    case groupPolicy

    package var log: EventLog {
        switch self {
        case .rcmAdmin: .connectionManagerAdmin
        case .rcmOperational: .connectionManager
        case .sessionManager: .sessionManager
        case .rdpCoreTS: .coreTS
        case .rcm, .schannel, .termDD, .lsaSrv, .netlogon, .tcpip, .groupPolicy: .system
        }
    }

    /// `Provider/@Name` of the event's XML.
    package var provider: String {
        switch self {
        case .rcm, .rcmAdmin, .rcmOperational: "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
        case .sessionManager: "Microsoft-Windows-TerminalServices-LocalSessionManager"
        case .rdpCoreTS: "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
        case .schannel: "Schannel"
        case .termDD: "TermDD"
        case .lsaSrv: "LsaSrv"
        case .netlogon: "NETLOGON"
        case .tcpip: "Tcpip"
        case .groupPolicy: "Microsoft-Windows-GroupPolicy"
        }
    }

    /// In few terms: a query of Windows' event log takes about twenty.
    private var ranges: [ClosedRange<Int>] {
        switch self {
        case .rcm: [1050...1058, 1062...1064]
        case .rcmAdmin: [1006...1006, 1068...1069, 1128...1130]
        case .rcmOperational: [258...261, 1149...1149]
        case .sessionManager: [21...25, 39...40]
        case .rdpCoreTS: [65...66, 97...99, 131...131, 140...140]
        case .schannel: [36870...36872, 36874...36874, 36888...36888]
        case .termDD: [56...56]
        case .lsaSrv: [6041...6041, 6167...6167]
        case .netlogon: [5719...5719]
        case .tcpip: [4227...4227, 4231...4231]
        case .groupPolicy: [1129...1129]
        }
    }

    package var ids: [Int] { ranges.flatMap(Array.init) }

    /// The ids as a condition of the event log's XPath.
    package var idCondition: String {
        ranges.map { range in
            range.count == 1
                ? "EventID=\(range.lowerBound)"
                : "(EventID >= \(range.lowerBound) and EventID <= \(range.upperBound))"
        }.joined(separator: " or ")
    }
}
