import Formats

/// Which ports a rule speaks of.
package struct PortCondition: Sendable, Hashable {
    /// No port field at all: any port.
    package private(set) var isAny = true
    package private(set) var ranges: [ClosedRange<UInt16>] = []
    /// `RPC`, `RPC-EPMap`, `Teredo`, `IPHTTPSIn`, …: ports that the system assigns.
    package private(set) var keywords: [String] = []

    /// Whether the rule names the port, alone or in a range, or any port.
    package func contains(_ port: UInt16) -> Bool { isAny || ranges.contains { $0.contains(port) } }

    /// Whether the rule is for the port; `nil` when a keyword may stand for it, which only the host can tell.
    package func matches(_ port: UInt16, of protocolNumber: UInt8) -> Bool? {
        if contains(port) { return true }
        var isPossible = false
        for keyword in keywords {
            guard let known = Self.ports[keyword.lowercased()] else {
                isPossible = true
                continue
            }
            guard known.protocolNumber == protocolNumber, known.ports.contains(port) else { continue }
            if known.isFixed { return true }
            isPossible = true
        }
        return isPossible ? nil : false
    }

    /// What a keyword can stand for ([MS-FASP] 2.2.20): fixed ports for certain, assigned ones possibly.
    private static let ports: [String: (protocolNumber: UInt8, ports: ClosedRange<UInt16>, isFixed: Bool)] = [
        "rpc-epmap": (6, 135...135, true), "mdns": (17, 5353...5353, true),
        // Dynamic ports: 49152 and up since Windows Vista.
        "rpc": (6, 49_152...65_535, false), "teredo": (17, 49_152...65_535, false),
        // 443, unless IP-HTTPS was set up on another port.
        "iptlsin": (6, 443...443, false), "iphttpsin": (6, 443...443, false),
        // SSDP of PlayTo.
        "ply2disc": (17, 1_900...1_900, false),
    ]

    /// One field's value: `80`, `80-90`, `RPC`, or several of them between commas.
    mutating func add(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(FirewallRuleError) {
        isAny = false
        var rest = value
        while !rest.isEmpty {
            let end = bytes.firstIndex(of: 0x2c, in: rest) ?? rest.upperBound
            if end > rest.lowerBound { try addItem(bytes, rest.lowerBound..<end) }
            rest = min(end + 1, rest.upperBound)..<rest.upperBound
        }
    }

    private mutating func addItem(_ bytes: Span<UInt8>, _ item: Range<Int>) throws(FirewallRuleError) {
        let dash = bytes.firstIndex(of: 0x2d, in: item) ?? item.upperBound
        let isRange = dash < item.upperBound
        guard let low = bytes.decimal(in: item.lowerBound..<dash),
            let high = isRange ? bytes.decimal(in: dash + 1..<item.upperBound) : low
        else {
            keywords.append(bytes.extracting(item).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
            return
        }
        guard low <= high, high <= 65_535 else {
            throw FirewallRuleError(problem: isRange ? "ports \(low)-\(high)" : "port \(low)")
        }
        ranges.append(UInt16(low)...UInt16(high))
    }
}
