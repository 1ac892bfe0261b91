/// A connection that somebody might open to this host.
package struct InboundConnection: Sendable, Hashable {
    /// IANA's number: 6 TCP, 17 UDP.
    package let protocolNumber: UInt8
    package let port: UInt16
    /// The program that listens, as rules name it: `System` (the kernel, and HTTP.sys with it), or a path.
    package let program: String
    /// The service that listens, by short name.
    package let service: String?
    /// From where it comes: rules for other addresses have no say. `nil`: from anywhere.
    package let network: Network?

    package enum Network: Sendable, Hashable {
        case ipv4(ClosedRange<UInt32>)
        case ipv6(ClosedRange<UInt128>)

        /// An address, `low-high` or `net/prefix`.
        package init?(_ text: String) {
            if let range = IPAddress.ipv4Range(text[...]) {
                self = .ipv4(range)
            } else if let range = IPAddress.ipv6Range(text[...]) {
                self = .ipv6(range)
            } else {
                return nil
            }
        }
    }

    package init(
        protocolNumber: UInt8 = 6, port: UInt16, program: String, service: String?, from network: Network? = nil
    ) {
        self.protocolNumber = protocolNumber
        self.port = port
        self.program = program
        self.service = service
        self.network = network
    }

    /// The same connection, from addresses of one network.
    package func from(_ network: Network) -> InboundConnection {
        InboundConnection(
            protocolNumber: protocolNumber, port: port, program: program, service: service, from: network)
    }
}
