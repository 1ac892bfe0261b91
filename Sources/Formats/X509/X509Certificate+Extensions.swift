extension X509Certificate {
    private enum Known {
        static let subjectKeyIdentifier: OID = "2.5.29.14"
        static let keyUsage: OID = "2.5.29.15"
        static let subjectAltName: OID = "2.5.29.17"
        static let basicConstraints: OID = "2.5.29.19"
        static let authorityKeyIdentifier: OID = "2.5.29.35"
        static let extendedKeyUsage: OID = "2.5.29.37"
        static let templateName: OID = "1.3.6.1.4.1.311.20.2"
        static let template: OID = "1.3.6.1.4.1.311.21.7"

        /// All that RFC 5280 and Windows explain; a critical one outside of these is for nobody to accept.
        static let all: Set<OID> = [
            subjectKeyIdentifier, keyUsage, subjectAltName, basicConstraints, authorityKeyIdentifier, extendedKeyUsage,
            templateName, template,
            "2.5.29.9",  // subject directory attributes
            "2.5.29.16",  // private key usage period
            "2.5.29.18",  // issuer alternative name
            "2.5.29.30",  // name constraints
            "2.5.29.31",  // CRL distribution points
            "2.5.29.32",  // certificate policies
            "2.5.29.33",  // policy mappings
            "2.5.29.36",  // policy constraints
            "2.5.29.46",  // freshest CRL
            "2.5.29.54",  // inhibit anyPolicy
            "1.3.6.1.5.5.7.1.1",  // authority information access
            "1.3.6.1.5.5.7.1.11",  // subject information access
            "1.3.6.1.4.1.311.21.1",  // CA version
            "1.3.6.1.4.1.311.21.10",  // application policies
            "2.16.840.1.113730.1.1",  // Netscape certificate type
        ]
    }

    mutating func readExtensions(_ list: DERReader) throws(DERError) {
        var list = list
        var seen: Set<OID> = []
        while !list.isAtEnd {
            let found = try Self.nextExtension(&list)
            extensions.append(found)
            guard seen.insert(found.id).inserted else {
                problems.append(.repeatedExtension(found.id))
                continue
            }
            if found.isCritical, !Known.all.contains(found.id) { unknownCriticalExtensions.append(found.id) }
            do throws(DERError) {
                try readValue(of: found)
            } catch {
                problems.append(.unreadableExtension(found.id))
            }
        }
    }

    /// RFC 5280 4.1: identifier, critical or not, value.
    private static func nextExtension(_ list: inout DERReader) throws(DERError) -> X509Extension {
        var parts = try list.nextSequence("an extension")
        let id = try parts.nextObjectIdentifier("an extension's identifier")
        let critical = try parts.nextIfPresent(DERTag.boolean)
        let value = try parts.next(DERTag.octetString, "an extension's value")
        return X509Extension(
            id: id, isCritical: list.bytes.isTrue(critical), value: value.content)
    }

    private mutating func readValue(of found: X509Extension) throws(DERError) {
        var reader = DERReader(der, in: found.value)
        switch found.id {
        case Known.subjectKeyIdentifier:
            subjectKeyIdentifier = Hex.encode(der[try reader.next(DERTag.octetString, "the key identifier").content])
        case Known.keyUsage: keyUsage = try Self.keyUsage(&reader)
        case Known.subjectAltName:
            var names = try reader.nextSequence("the alternative names")
            var read: [GeneralName] = []
            defer { subjectAlternativeNames = read }
            while !names.isAtEnd { read.append(try GeneralName(&names, problems: &problems)) }
        case Known.basicConstraints: basicConstraints = try Self.basicConstraints(&reader)
        case Known.authorityKeyIdentifier:
            var parts = try reader.nextSequence("the authority key identifier")
            while !parts.isAtEnd {
                let part = try parts.next()
                if part.tag == DERTag.primitive(0) { authorityKeyIdentifier = Hex.encode(der[part.content]) }
            }
        case Known.extendedKeyUsage:
            var usages = try reader.nextSequence("the extended key usage")
            var read: [OID] = []
            while !usages.isAtEnd { read.append(try usages.nextObjectIdentifier("a usage")) }
            extendedKeyUsage = read
        case Known.templateName:
            let element = try reader.next()
            guard let name = DERText.string(element.tag, der[element.content]) else {
                throw DERError(offset: element.start, message: "the template's name is no text")
            }
            templateName = name
        case Known.template:
            var parts = try reader.nextSequence("the template")
            let id = try parts.nextObjectIdentifier("the template")
            let major = try parts.nextIfPresent(DERTag.integer).flatMap(der.smallInteger)
            let minor = try parts.nextIfPresent(DERTag.integer).flatMap(der.smallInteger)
            template = X509Template(id: id, majorVersion: major, minorVersion: minor)
        default: break
        }
    }

    /// A BIT STRING: a byte that counts the unused bits of the last byte, then bit 0 as the highest one.
    private static func keyUsage(_ reader: inout DERReader) throws(DERError) -> X509KeyUsage {
        let element = try reader.next(DERTag.bitString, "the key usage")
        var bits = reader.bytes[element.content]
        guard let unused = bits.popFirst(), unused < 8, !bits.isEmpty || unused == 0 else {
            throw DERError(offset: element.start, message: "the key usage is no bit string")
        }
        let last = bits.indices.last
        var usage: UInt16 = 0
        for (place, index) in bits.indices.prefix(2).enumerated() {
            let byte = index == last ? bits[index] & (0xff << unused) : bits[index]
            for bit in 0..<8 where byte & 0x80 >> bit != 0 { usage |= 1 << (place * 8 + bit) }
        }
        return X509KeyUsage(rawValue: usage)
    }

    private static func basicConstraints(_ reader: inout DERReader) throws(DERError) -> X509BasicConstraints {
        var parts = try reader.nextSequence("the basic constraints")
        let flag = try parts.nextIfPresent(DERTag.boolean)
        let length = try parts.nextIfPresent(DERTag.integer)
        return X509BasicConstraints(
            isAuthority: reader.bytes.isTrue(flag), pathLength: length.flatMap(reader.bytes.smallInteger))
    }
}

extension [UInt8] {
    /// A BOOLEAN's value; one that is left out is false.
    fileprivate func isTrue(_ element: DERElement?) -> Bool {
        guard let element else { return false }
        return self[element.content].contains { $0 != 0 }
    }
}
