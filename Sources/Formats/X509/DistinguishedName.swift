/// The name of an issuer or subject (RFC 5280 4.1.2.4).
package struct DistinguishedName: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        package var type: OID
        /// Nil when the value is no text, or no text of its own type.
        package var text: String?
        /// The value with its tag, as it stands in the certificate.
        package var encoded: [UInt8]
    }

    /// Relative names from the top of the directory down, as in the certificate; several attributes in one are rare.
    package var relativeNames: [[Attribute]] = []
    /// The whole name as it stands in the certificate.
    package var encoded: [UInt8]

    static let commonName: OID = "2.5.4.3"

    /// The most specific common name.
    package var commonName: String? {
        relativeNames.joined().last { $0.type == Self.commonName }?.text
    }

    /// The name as text, most specific part first (RFC 4514). Types of attributes are written as OpenSSL does; a value
    /// that is no text, or of a type without a name, is `#` and its bytes.
    package var text: String {
        var text = ""
        for (index, name) in relativeNames.enumerated().reversed() {
            for (place, attribute) in name.enumerated().reversed() {
                attribute.write(into: &text)
                if place > 0 { text += "+" }
            }
            if index > 0 { text += "," }
        }
        return text
    }
}

extension DistinguishedName.Attribute {
    private static let names: [OID: String] = [
        "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
        "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description",
        "2.5.4.15": "businessCategory", "2.5.4.16": "postalAddress", "2.5.4.17": "postalCode",
        "2.5.4.20": "telephoneNumber", "2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.43": "initials",
        "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.97": "organizationIdentifier",
        "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
        "1.2.840.113549.1.9.1": "emailAddress", "1.2.840.113549.1.9.2": "unstructuredName",
        "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
    ]

    fileprivate func write(into output: inout String) {
        guard let name = Self.names[type] else {
            output += "\(type)=#\(Hex.encode(encoded, uppercase: true))"
            return
        }
        output += name
        output += "="
        if let text {
            Self.escape(text, into: &output)
        } else {
            output += "#" + Hex.encode(encoded, uppercase: true)
        }
    }

    /// RFC 4514 section 2.4; control characters by their bytes.
    private static func escape(_ text: String, into output: inout String) {
        let scalars = text.unicodeScalars
        if scalars.allSatisfy({ isPlain($0) }) {
            output += text
            return
        }
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index], next = scalars.index(after: index)
            switch scalar {
            case ",", "+", "\"", "\\", "<", ">", ";": output += "\\\(scalar)"
            case "#" where index == scalars.startIndex: output += "\\#"
            case " " where index == scalars.startIndex || next == scalars.endIndex: output += "\\ "
            case "\0"..<" ", "\u{7f}": output += "\\" + Hex.encode([UInt8(scalar.value)], uppercase: true)
            default: output.unicodeScalars.append(scalar)
            }
            index = next
        }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "*", "/", "@", ":": true
        default: false
        }
    }
}

extension DistinguishedName {
    /// Reads a Name; what can't be read is left out and told by `isWhole`.
    init(_ bytes: [UInt8], _ element: DERElement, isWhole: inout Bool) {
        encoded = Array(bytes[element.encoded])
        do throws(DERError) {
            var names = DERReader(bytes, inside: element)
            while !names.isAtEnd {
                var attributes = names.inside(try names.next(DERTag.set, "a relative name"))
                var relativeName: [Attribute] = []
                defer { relativeNames.append(relativeName) }
                while !attributes.isAtEnd {
                    let attribute = try Self.attribute(&attributes)
                    if attribute.text == nil { isWhole = false }
                    relativeName.append(attribute)
                }
            }
        } catch {
            isWhole = false
        }
    }

    private static func attribute(_ reader: inout DERReader) throws(DERError) -> Attribute {
        var pair = try reader.nextSequence("an attribute")
        let type = try pair.nextObjectIdentifier("an attribute's type")
        let value = try pair.next()
        return Attribute(
            type: type, text: DERText.string(value.tag, reader.bytes[value.content]),
            encoded: Array(reader.bytes[value.encoded]))
    }

    /// Whether a text in the name holds a control character, NUL among them.
    var hasControlCharacter: Bool {
        relativeNames.joined().contains { $0.text?.unicodeScalars.contains(where: isControl) ?? false }
    }
}

func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
}
