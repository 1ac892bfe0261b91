/// Reading and printing of IP addresses and ranges in the forms that firewall rules and policies use.
package enum IPAddress {
    /// An address, `low-high`, `net/prefix` or `net/mask`.
    package static func ipv4Range(_ text: Substring) -> ClosedRange<UInt32>? {
        range(text, parse: ipv4) { text in
            // A mask such as 255.255.0.0 must be ones, then zeros.
            guard let mask = ipv4(text), mask.leadingZeroBitCount == 0 || mask == 0 else { return nil }
            let length = (~mask).leadingZeroBitCount
            return length == 32 || mask << UInt32(length) == 0 ? length : nil
        }
    }

    package static func ipv6Range(_ text: Substring) -> ClosedRange<UInt128>? {
        range(text, parse: ipv6) { _ in nil }
    }

    package static func ipv4(_ text: Substring) -> UInt32? {
        let parts = text.utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard part.count <= 3, let number = UInt32(digits: part), number <= 255 else { return nil }
            address = address << 8 | number
        }
        return address
    }

    package static func ipv6(_ text: Substring) -> UInt128? {
        guard text.utf8.count <= 45, !text.hasSuffix(":") || text.hasSuffix("::") else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 9, !text.hasPrefix(":") || text.hasPrefix("::") else { return nil }
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                // An empty part stands for the gap; at either end of the text it comes in twos.
                if index == 0 || index == parts.count - 1 { continue }
                guard gap == nil else { return nil }
                gap = groups.count
            } else if index == parts.count - 1, let tail = ipv4(part) {
                groups += [UInt16(tail >> 16), UInt16(truncatingIfNeeded: tail)]
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy(isHexadecimal), let group = UInt16(part, radix: 16)
                else {
                    return nil
                }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    package static func text(_ range: ClosedRange<UInt32>) -> String {
        text(range, bits: 32, address: text)
    }

    package static func text(_ range: ClosedRange<UInt128>) -> String {
        text(range, bits: 128, address: text)
    }

    package static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
    }

    /// Eight groups, the longest run of zeros as `::` (RFC 5952).
    package static func text(_ address: UInt128) -> String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * $0)) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func join(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !longest.isEmpty else { return join(groups[...]) }
        return join(groups[..<longest.lowerBound]) + "::" + join(groups[longest.upperBound...])
    }

    private static func range<Address: FixedWidthInteger & UnsignedInteger>(
        _ text: Substring, parse: (Substring) -> Address?, prefixLength: (Substring) -> Int?
    ) -> ClosedRange<Address>? {
        if let slash = text.firstIndex(of: "/") {
            guard let network = parse(text[..<slash]) else { return nil }
            let tail = text[text.index(after: slash)...]
            guard let length = UInt32(digits: tail.utf8).map({ Int($0) }) ?? prefixLength(tail),
                length <= Address.bitWidth
            else { return nil }
            let hosts = length == 0 ? Address.max : length == Address.bitWidth ? 0 : Address.max >> Address(length)
            return network & ~hosts...(network & ~hosts) | hosts
        }
        if let dash = text.firstIndex(of: "-") {
            guard let low = parse(text[..<dash]), let high = parse(text[text.index(after: dash)...]), low <= high else {
                return nil
            }
            return low...high
        }
        return parse(text).map { $0...$0 }
    }

    private static func text<Address: FixedWidthInteger & UnsignedInteger>(
        _ range: ClosedRange<Address>, bits: Int, address: (Address) -> String
    ) -> String {
        if range.lowerBound == range.upperBound { return address(range.lowerBound) }
        let size = range.upperBound - range.lowerBound
        // A power of two, aligned to itself, is a prefix.
        if size & (size &+ 1) == 0, range.lowerBound & size == 0 {
            return address(range.lowerBound) + "/\(size.leadingZeroBitCount)"
        }
        return address(range.lowerBound) + "-" + address(range.upperBound)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
