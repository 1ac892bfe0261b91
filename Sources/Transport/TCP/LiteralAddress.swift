import CEventLoop
import Glibc

/// An IPv4 or IPv6 address (with a zone, where it needs one) in numbers: no name is looked up.
struct LiteralAddress {
    private var storage = sockaddr_storage()
    private let length: socklen_t
    private let family: Int32

    /// Nil when `host` is not a literal address; an IPv6 address may stand in brackets.
    init?(_ host: String, port: UInt16) {
        var bare = Substring(host)
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(String(bare), String(port), &hints, &list) == 0, let first = list?.pointee else { return nil }
        defer { freeaddrinfo(list) }
        length = first.ai_addrlen
        family = first.ai_family
        memcpy(&storage, first.ai_addr, Int(first.ai_addrlen))
    }

    /// A socket whose connect is under way (or done), or the negative errno.
    func startConnecting() -> Int32 {
        let descriptor = loop_tcp_socket(family)
        guard descriptor >= 0 else { return -errno }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard result == 0 || errno == EINPROGRESS else {
            let code = errno
            close(descriptor)
            return -code
        }
        return descriptor
    }
}
