import HostFacts

/// What a text looks like that should not travel, recognised without knowing whom it belongs to: the second net, behind
/// what facts say of themselves (``HostFacts/Fact/sensitivity``).
///
/// Each function looks at one place of a text and says where the find ends, or that there is none. They look at bytes, go
/// over a text once, and let through what is the same on every Windows: well-known SIDs, `NT AUTHORITY`, versions.
struct SensitivePattern {
    let bytes: [UInt8]

    struct Find {
        let range: Range<Int>
        let kind: Placeholder.Kind
    }

    /// What begins at a place.
    ///
    /// - Parameter isPolicyText: what the policy's files say, in which `A\B` is a key or a folder and no account.
    func find(at index: Int, isPolicyText: Bool) -> Find? {
        switch bytes[index] {
        case UInt8(ascii: "\\"), UInt8(ascii: "/"): return share(at: index) ?? profile(at: index)
        case UInt8(ascii: ":"): return index == 0 || !isWord(index - 1) ? address6(at: index) : nil
        default:
            guard index == 0 || !Self.isAlphanumeric(bytes[index - 1]) || Self.isDigit(bytes[index]) else { return nil }
            if let find = address4(at: index) { return find }
            guard index == 0 || !Self.isAlphanumeric(bytes[index - 1]) else { return nil }
            return identifier(at: index) ?? address6(at: index) ?? sid(at: index) ?? certificateName(at: index)
                ?? account(at: index, isPolicyText: isPolicyText)
        }
    }

    // MARK: - Addresses

    /// `192.0.2.1`, `192.0.2.0/24`; versions have a part above 255, and object identifiers more or fewer parts.
    private func address4(at index: Int) -> Find? {
        guard Self.isDigit(bytes[index]), index == 0 || !Self.isDigit(bytes[index - 1]) && bytes[index - 1] != 0x2e
        else { return nil }
        var end = run(from: index) { Self.isDigit($0) || $0 == 0x2e }
        while end > index, bytes[end - 1] == 0x2e { end -= 1 }
        guard let address = IPAddress.ipv4(text(index..<end)) else { return nil }
        // Nobody's address in particular.
        if address == 0 || address == .max || address >> 24 == 127 { return nil }
        return Find(range: index..<prefixLength(from: end), kind: .address)
    }

    private func address6(at index: Int) -> Find? {
        guard Self.isHexadecimal(bytes[index]) || bytes[index] == 0x3a else { return nil }
        var end = run(from: index) { Self.isHexadecimal($0) || $0 == 0x3a || $0 == 0x2e }
        guard bytes[index..<end].count(where: { $0 == 0x3a }) >= 2 else { return nil }
        while end > index, bytes[end - 1] == 0x2e || bytes[end - 1] == 0x3a && bytes[max(end - 2, 0)] != 0x3a {
            end -= 1
        }
        guard let address = IPAddress.ipv6(text(index..<end)), address > 1 else { return nil }
        if end < bytes.count, bytes[end] == UInt8(ascii: "%") { end = run(from: end + 1, Self.isAlphanumeric) }
        return Find(range: index..<prefixLength(from: end), kind: .address)
    }

    private func prefixLength(from end: Int) -> Int {
        guard end < bytes.count, bytes[end] == UInt8(ascii: "/") else { return end }
        let digits = run(from: end + 1, Self.isDigit)
        return digits > end + 1 ? digits : end
    }

    // MARK: - Identifiers

    /// A GUID, a digest of 40 or 64 digits, with colons or without, or the address of a network card.
    private func identifier(at index: Int) -> Find? {
        guard Self.isHexadecimal(bytes[index]) else { return nil }
        if let end = groups([8, 4, 4, 4, 12], from: index, [0x2d]) {
            return Find(range: index..<end, kind: .identifier)
        }
        let end = run(from: index, Self.isHexadecimal)
        switch end - index {
        case 40, 64:
            return end == bytes.count || !Self.isAlphanumeric(bytes[end])
                ? Find(range: index..<end, kind: .thumbprint) : nil
        case 2:
            for count in [32, 20, 6] {
                if let end = groups(Array(repeating: 2, count: count), from: index, [0x3a, 0x2d]) {
                    return Find(range: index..<end, kind: count == 6 ? .identifier : .thumbprint)
                }
            }
            return nil
        default: return nil
        }
    }

    /// Groups of hexadecimal digits with one separator between all of them, and nothing alphanumeric behind.
    private func groups(_ lengths: [Int], from index: Int, _ separators: [UInt8]) -> Int? {
        var at = index
        var separator: UInt8?
        for (number, length) in lengths.enumerated() {
            if number > 0 {
                guard at < bytes.count, separators.contains(bytes[at]), separator == nil || separator == bytes[at]
                else {
                    return nil
                }
                separator = bytes[at]
                at += 1
            }
            guard at + length <= bytes.count, bytes[at..<at + length].allSatisfy(Self.isHexadecimal) else { return nil }
            at += length
        }
        return at == bytes.count || !Self.isAlphanumeric(bytes[at]) ? at : nil
    }

    /// `S-1-5-21-…`; those that mean the same on every machine stay.
    private func sid(at index: Int) -> Find? {
        guard bytes[index] | 0x20 == UInt8(ascii: "s"), bytes[index...].dropFirst().starts(with: "-1-".utf8) else {
            return nil
        }
        var end = run(from: index + 1) { Self.isDigit($0) || $0 == 0x2d }
        while bytes[end - 1] == 0x2d { end -= 1 }
        let parts = bytes[index..<end].split(separator: 0x2d)
        guard parts.count >= 4 else { return nil }
        let authority = String(decoding: parts[2], as: UTF8.self)
        let first = String(decoding: parts[3], as: UTF8.self)
        let isWellKnown =
            authority == "5"
            ? first != "21" && (parts.count == 4 || Self.builtInAuthorities.contains(first)) : authority != "12"
        return isWellKnown ? nil : Find(range: index..<end, kind: .account)
    }

    /// Below `S-1-5`: BUILTIN, services, virtual machines, packages, restricted and other computed accounts.
    private static let builtInAuthorities: Set<String> = ["32", "64", "65", "80", "82", "83", "84", "90", "96"]

    // MARK: - Names

    /// `user@domain` and `DOMAIN\user`.
    private func account(at index: Int, isPolicyText: Bool) -> Find? {
        // Not inside of a longer name or path.
        guard index == 0 || !isName(index - 1) && bytes[index - 1] != 0x5c && bytes[index - 1] != 0x2f else {
            return nil
        }
        let left = run(from: index, Self.isNameByte)
        guard left > index, left + 1 < bytes.count else { return nil }
        var end = run(from: left + 1, Self.isNameByte)
        while end > left + 1, [0x2e, 0x2d].contains(bytes[end - 1]) { end -= 1 }
        guard end > left + 1 else { return nil }
        switch bytes[left] {
        case UInt8(ascii: "@"): return Find(range: index..<end, kind: .account)
        case 0x5c:
            guard !isPolicyText, end == bytes.count || bytes[end] != 0x5c,
                !Self.places.contains(String(decoding: bytes[index..<left], as: UTF8.self).lowercased())
            else { return nil }
            return Find(range: index..<end, kind: .account)
        default: return nil
        }
    }

    /// What stands before a backslash and is no domain: the last word of Windows' own authorities, keys and folders.
    private static let places: Set<String> = [
        "hklm", "hkcu", "hku", "hkcr", "software", "system", "machine", "rsa", "crypto", "winstations", "services",
        "policies", "authority", "service", "builtin", "apppool", "host", "manager",
    ]

    /// `CN=srv-1`: the value of a part of a distinguished name.
    private func certificateName(at index: Int) -> Find? {
        let key = run(from: index) { (0x41...0x5a).contains($0) }
        guard key > index, key + 1 < bytes.count, bytes[key] == UInt8(ascii: "="),
            ["CN", "OU", "DC", "O", "E", "L", "SERIALNUMBER"].contains(
                String(decoding: bytes[index..<key], as: UTF8.self))
        else { return nil }
        let end = run(from: key + 1) { ![0x2c, 0x2b, 0x3b, 0x22, 0x27, 0x0a, 0x0d, 0x29].contains($0) }
        return end > key + 1 ? Find(range: key + 1..<end, kind: .certificate) : nil
    }

    /// `\\server\share\file`, to the next blank or quote.
    private func share(at index: Int) -> Find? {
        guard bytes[index] == 0x5c, index + 2 < bytes.count, bytes[index + 1] == 0x5c,
            index == 0 || bytes[index - 1] != 0x5c, Self.isNameByte(bytes[index + 2]), bytes[index + 2] != 0x2e
        else { return nil }
        var end = run(from: index + 2) { $0 > 0x20 && !Self.isQuote($0) }
        while end > index + 2, [0x2e, 0x2c, 0x3b, 0x3a, 0x29].contains(bytes[end - 1]) { end -= 1 }
        return Find(range: index..<end, kind: .path)
    }

    /// The name behind `\Users\`, `/home/` and `/Users/`.
    private func profile(at index: Int) -> Find? {
        for folder in ["users", "home"] {
            let name = index + folder.utf8.count + 2
            guard name < bytes.count, [0x5c, 0x2f].contains(bytes[name - 1]),
                bytes[index + 1..<name - 1].map({ $0 | 0x20 }) == Array(folder.utf8)
            else { continue }
            // A name may hold blanks when a further folder follows.
            let inner = run(from: name) { $0 >= 0x20 && !Self.isQuote($0) && $0 != 0x5c && $0 != 0x2f && $0 != 0x3a }
            let isFolder = inner < bytes.count && [0x5c, 0x2f].contains(bytes[inner]) && inner - name <= 64
            let end = isFolder ? inner : run(from: name) { $0 > 0x20 && !Self.isQuote($0) && $0 != 0x5c && $0 != 0x2f }
            let text = String(decoding: bytes[name..<end], as: UTF8.self).lowercased()
            guard end > name, !["public", "default", "all users"].contains(text) else { return nil }
            return Find(range: name..<end, kind: .account)
        }
        return nil
    }

    // MARK: - Security descriptors

    /// `O:SYG:SYD:PAI(A;;FA;;;SY)…`: every run between blanks in which an entry of an access list stands.
    func descriptors() -> [Find] {
        var finds: [Find] = []
        var start = 0
        var depth = 0
        var hasEntry = false
        for index in 0...bytes.count {
            let byte = index < bytes.count ? bytes[index] : 0x0a
            if byte == UInt8(ascii: "(") {
                depth += 1
                hasEntry = hasEntry || isEntry(at: index)
            }
            if byte == UInt8(ascii: ")") { depth = max(depth - 1, 0) }
            // Conditions inside of an entry may hold blanks and quotes.
            guard index == bytes.count || depth == 0 || !hasEntry, byte <= 0x20 || Self.isQuote(byte) else { continue }
            if hasEntry, index > start { finds.append(Find(range: start..<index, kind: .descriptor)) }
            (start, depth, hasEntry) = (index + 1, 0, false)
        }
        return finds
    }

    /// `(A;`, `(OA;`, `(XA;`
    private func isEntry(at index: Int) -> Bool {
        let end = run(from: index + 1) { (0x41...0x5a).contains($0) }
        return (1...2).contains(end - index - 1) && end + 1 < bytes.count && bytes[end] == UInt8(ascii: ";")
    }

    // MARK: - Bytes

    func run(from index: Int, _ belongs: (UInt8) -> Bool) -> Int {
        var end = index
        while end < bytes.count, belongs(bytes[end]) { end += 1 }
        return end
    }

    private func text(_ range: Range<Int>) -> Substring { Substring(String(decoding: bytes[range], as: UTF8.self)) }
    private func isWord(_ index: Int) -> Bool { Self.isAlphanumeric(bytes[index]) }
    private func isName(_ index: Int) -> Bool { Self.isNameByte(bytes[index]) }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 26 }
    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
    /// What names of hosts and accounts are made of; letters beyond ASCII belong to them.
    static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte >= 0x80 || [0x2e, 0x2d, 0x5f, 0x24, 0x25, 0x2b].contains(byte)
    }
    private static func isQuote(_ byte: UInt8) -> Bool { [0x22, 0x27, 0x60, 0x3c, 0x3e, 0x7c].contains(byte) }
}
