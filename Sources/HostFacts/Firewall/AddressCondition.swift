/// Which addresses a rule speaks of: ranges that can be decided, and keywords that only the host itself can resolve.
package struct AddressCondition: Sendable, Hashable {
    package private(set) var ipv4: AddressSet<UInt32> = .empty
    package private(set) var ipv6: AddressSet<UInt128> = .empty
    /// `LocalSubnet`, `DNS`, `DefaultGateway`, …, and addresses that we cannot read.
    package private(set) var keywords: [String] = []
    private var isIPv4Named = false
    private var isIPv6Named = false
    private var hasIPv4Keyword = false
    private var hasIPv6Keyword = false

    init() {}

    /// No address field at all: any address.
    package var isAny: Bool { !isIPv4Named && !isIPv6Named }

    /// The IPv4 addresses that match for certain. With only an IPv6 list no IPv4 traffic matches, and the other way
    /// round.
    package var certainIPv4: AddressSet<UInt32> { isAny ? .all : ipv4 }
    package var certainIPv6: AddressSet<UInt128> { isAny ? .all : ipv6 }

    /// Keywords that stand for some addresses for certain; another word may be an address that we cannot read.
    var certainKeywords: [String] { keywords.filter { Self.knownKeywords.contains($0.lowercased()) } }

    /// [MS-FASP] 2.2.21, and as Windows writes them.
    private static let knownKeywords: Set<String> = [
        "localsubnet", "dns", "dhcp", "wins", "defaultgateway", "internet", "intranet", "rmtintranet", "ply2renders",
    ]

    /// The addresses that may match: a keyword may stand for any address of its kind.
    package var possibleIPv4: AddressSet<UInt32> { hasIPv4Keyword ? .all : certainIPv4 }
    package var possibleIPv6: AddressSet<UInt128> { hasIPv6Keyword ? .all : certainIPv6 }

    mutating func add(ipv4 value: Substring) {
        isIPv4Named = true
        for item in value.split(separator: ",") {
            if let range = IPAddress.ipv4Range(item) {
                ipv4.formUnion(AddressSet(range))
            } else {
                keywords.append(String(item))
                hasIPv4Keyword = true
            }
        }
    }

    mutating func add(ipv6 value: Substring) {
        isIPv6Named = true
        for item in value.split(separator: ",") {
            if let range = IPAddress.ipv6Range(item) {
                ipv6.formUnion(AddressSet(range))
            } else {
                keywords.append(String(item))
                hasIPv6Keyword = true
            }
        }
    }

    /// Whether an address of a network may match.
    func mayHold(_ network: InboundConnection.Network) -> Bool {
        switch network {
        case .ipv4(let range): !possibleIPv4.isDisjoint(with: AddressSet(range))
        case .ipv6(let range): !possibleIPv6.isDisjoint(with: AddressSet(range))
        }
    }

    /// Whether an address of the network's kind may match.
    func mayHoldKind(of network: InboundConnection.Network) -> Bool {
        switch network {
        case .ipv4: !possibleIPv4.isEmpty
        case .ipv6: !possibleIPv6.isEmpty
        }
    }

    /// As an operator would write it: `any`, or the list.
    package var description: String {
        guard !isAny else { return "any" }
        let ranges = ipv4.ranges.map { IPAddress.text($0) } + ipv6.ranges.map { IPAddress.text($0) } + keywords
        return ranges.isEmpty ? "none" : ranges.joined(separator: ", ")
    }
}

/// A set of addresses as disjoint ranges in ascending order.
package struct AddressSet<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable, Hashable {
    package private(set) var ranges: [ClosedRange<Address>]

    package init(_ range: ClosedRange<Address>) { ranges = [range] }
    private init(ranges: [ClosedRange<Address>]) { self.ranges = ranges }

    package static var empty: Self { Self(ranges: []) }
    package static var all: Self { Self(Address.min...Address.max) }

    package var isEmpty: Bool { ranges.isEmpty }
    package var isAll: Bool { ranges == [Address.min...Address.max] }

    package mutating func formUnion(_ other: Self) {
        let sorted = (ranges + other.ranges).sorted { $0.lowerBound < $1.lowerBound }
        var joined: [ClosedRange<Address>] = []
        for range in sorted {
            // Neighbours join as well: 1...2 and 3...4 are 1...4.
            if let last = joined.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        ranges = joined
    }

    package func union(_ other: Self) -> Self {
        var result = self
        result.formUnion(other)
        return result
    }

    package func subtracting(_ other: Self) -> Self {
        var rest = ranges
        for hole in other.ranges {
            var next: [ClosedRange<Address>] = []
            for range in rest {
                guard range.overlaps(hole) else {
                    next.append(range)
                    continue
                }
                if range.lowerBound < hole.lowerBound { next.append(range.lowerBound...hole.lowerBound - 1) }
                if range.upperBound > hole.upperBound { next.append(hole.upperBound + 1...range.upperBound) }
            }
            rest = next
        }
        return Self(ranges: rest)
    }

    package func intersection(_ other: Self) -> Self { subtracting(Self.all.subtracting(other)) }

    package func isSubset(of other: Self) -> Bool { subtracting(other).isEmpty }

    package func isDisjoint(with other: Self) -> Bool { intersection(other).isEmpty }
}
