/// A port beside Remote Desktop's own whose way through the firewall matters: our own way in, RDP's second transport,
/// and what carries RDP to other hosts.
package enum AuditedPort: String, Sendable, Hashable, CaseIterable {
    case rdpUDP, winrmHTTP, winrmHTTPS, ssh, gatewayHTTPS, gatewayUDP

    /// As a meaning says it.
    var name: String {
        switch self {
        case .rdpUDP: "the RDP port over UDP"
        case .winrmHTTP: "WinRM (TCP 5985)"
        case .winrmHTTPS: "WinRM over TLS (TCP 5986)"
        case .ssh: "OpenSSH (TCP 22)"
        case .gatewayHTTPS: "an RD Gateway (TCP 443)"
        case .gatewayUDP: "an RD Gateway (UDP 3391)"
        }
    }

    /// Who listens there, by what Windows sets up.
    ///
    /// - Parameter rdp: the connection to Remote Desktop's own port.
    func connection(beside rdp: Collected<InboundConnection>) -> Collected<InboundConnection> {
        switch self {
        case .rdpUDP:
            rdp.flatMap { rdp in
                guard rdp.service != nil else {
                    return .unsupported("RDP over UDP came with Windows 8 and Server 2012")
                }
                return .value(
                    InboundConnection(protocolNumber: 17, port: rdp.port, program: rdp.program, service: rdp.service))
            }
        // HTTP.sys listens for both: rules for it name the kernel.
        case .winrmHTTP: .value(InboundConnection(port: 5985, program: "System", service: nil))
        case .winrmHTTPS: .value(InboundConnection(port: 5986, program: "System", service: nil))
        case .ssh:
            .value(InboundConnection(port: 22, program: #"%SystemRoot%\system32\OpenSSH\sshd.exe"#, service: "sshd"))
        case .gatewayHTTPS: .value(InboundConnection(port: 443, program: "System", service: nil))
        case .gatewayUDP:
            .value(
                InboundConnection(
                    protocolNumber: 17, port: 3391, program: #"%SystemRoot%\system32\svchost.exe"#,
                    service: "TSGateway"))
        }
    }
}
