/// One of the names that a certificate is also for (RFC 5280 4.2.1.6).
package enum GeneralName: Sendable, Hashable, CustomStringConvertible {
    case dns(String)
    case email(String)
    case uri(String)
    /// `10.0.0.1`, or `2001:db8::1` as RFC 5952 writes it.
    case ip(String)
    case directory(DistinguishedName)
    case registeredID(OID)
    /// A name of a form of its own, such as Windows' user principal name; the text when its value is one.
    case other(OID, String?)
    /// Any other: the tag and the content, lower-case hexadecimal.
    case unread(tag: UInt8, content: String)

    package var description: String {
        switch self {
        case .dns(let name): "DNS:\(name)"
        case .email(let name): "email:\(name)"
        case .uri(let name): "URI:\(name)"
        case .ip(let address): "IP:\(address)"
        case .directory(let name): "dirName:\(name.text)"
        case .registeredID(let oid): "registeredID:\(oid)"
        case .other(let oid, let text): "otherName:\(oid)" + (text.map { "=\($0)" } ?? "")
        case .unread(let tag, let content): "unread:\(Hex.encode([tag])):\(content)"
        }
    }
}

extension GeneralName {
    /// Reads one; a name that is odd is kept as far as it goes.
    init(_ reader: inout DERReader, problems: inout [X509Problem]) throws(DERError) {
        let element = try reader.next()
        let content = reader.bytes[element.content]
        switch element.tag {
        case DERTag.primitive(1): self = .email(Self.text(content, &problems))
        case DERTag.primitive(2): self = .dns(Self.text(content, &problems))
        case DERTag.primitive(6): self = .uri(Self.text(content, &problems))
        case DERTag.primitive(7):
            if let address = Self.address(content) {
                self = .ip(address)
            } else {
                problems.append(.impossibleAddress(bytes: content.count))
                self = .unread(tag: element.tag, content: Hex.encode(content))
            }
        case DERTag.primitive(8):
            self =
                OID(content: content).map(Self.registeredID) ?? .unread(tag: element.tag, content: Hex.encode(content))
        case DERTag.constructed(4):
            var inside = reader.inside(element)
            var isWhole = true
            let name = DistinguishedName(
                reader.bytes, try inside.next(DERTag.sequence, "a directory name"), isWhole: &isWhole)
            if !isWhole { problems.append(.unreadableName(.subjectAltName)) }
            if name.hasControlCharacter { problems.append(.controlCharacter(.subjectAltName)) }
            self = .directory(name)
        case DERTag.constructed(0):
            var inside = reader.inside(element)
            let type = try inside.nextObjectIdentifier("the type of another name")
            var wrapper = inside.inside(try inside.next(DERTag.constructed(0), "the value of another name"))
            let value = try wrapper.next()
            self = .other(type, DERText.string(value.tag, reader.bytes[value.content]))
        default: self = .unread(tag: element.tag, content: Hex.encode(content))
        }
    }

    /// IA5String by the standard; what is not ASCII is read as UTF-8 when it is that, else as Latin-1.
    private static func text(_ content: ArraySlice<UInt8>, _ problems: inout [X509Problem]) -> String {
        if content.contains(where: { $0 < 0x20 || $0 == 0x7f }) { problems.append(.controlCharacter(.subjectAltName)) }
        if content.allSatisfy({ $0 < 0x80 }) { return String(decoding: content, as: UTF8.self) }
        problems.append(.nonASCIIName(.subjectAltName))
        return String(validating: content, as: UTF8.self) ?? DERText.latin1(content)
    }

    private static func address(_ content: ArraySlice<UInt8>) -> String? {
        switch content.count {
        case 4: return content.map { String($0) }.joined(separator: ".")
        case 16:
            let groups = stride(from: content.startIndex, to: content.endIndex, by: 2).map { index in
                UInt16(content[index]) << 8 | UInt16(content[index + 1])
            }
            return ipv6(groups)
        default: return nil
        }
    }

    /// RFC 5952 section 4: lower case, no leading zeros, the longest run of two or more zero groups as `::`.
    private static func ipv6(_ groups: [UInt16]) -> String {
        var longest = 0..<0, start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > max(1, longest.count) { longest = start..<index }
            start = index + 1
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return longest.isEmpty ? text(0..<8) : text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
    }
}
