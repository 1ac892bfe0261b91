extension XMLScanner {
    /// Character data from here to the next tag, references resolved (XML 1.0 sections 2.4, 2.11, 4.6).
    mutating func characterData() throws(XMLError) -> String {
        let start = at
        var isVerbatim = true
        skipPlain(until: UInt8(ascii: "<"), UInt8(ascii: "&"), 0x0d, UInt8(ascii: "]"))
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
            switch bytes[at] {
            case UInt8(ascii: "&"), 0x0d: isVerbatim = false
            case UInt8(ascii: "]") where sees("]]>"): throw error("']]>' in text")
            default: break
            }
            at += 1
        }
        return isVerbatim ? text(start..<at) : try resolved(start..<at, isAttribute: false)
    }

    /// A CDATA section's text up to its end; only line ends are changed.
    mutating func characterDataSection() throws(XMLError) -> String {
        let range = try take(until: "]]>", of: "a CDATA section")
        return bytes[range].contains(0x0d) ? normalisingLineEnds(range) : text(range)
    }

    /// An attribute's value with its quotes; white space becomes spaces (XML 1.0 section 3.3.3).
    mutating func attributeValue() throws(XMLError) -> String {
        guard sees(UInt8(ascii: "\"")) || sees(UInt8(ascii: "'")) else {
            throw unexpected("an attribute's value has no quotes")
        }
        let quote = bytes[at], start = at + 1
        at = start
        var isVerbatim = true
        while at < bytes.count, bytes[at] != quote {
            switch bytes[at] {
            case UInt8(ascii: "<"): throw error("'<' in an attribute's value")
            case UInt8(ascii: "&"), 0x09, 0x0a, 0x0d: isVerbatim = false
            default: break
            }
            at += 1
        }
        guard !isAtEnd else { throw error("an attribute's value is not closed", at: start) }
        let range = start..<at
        at += 1
        return isVerbatim ? text(range) : try resolved(range, isAttribute: true)
    }

    private func normalisingLineEnds(_ range: Range<Int>) -> String {
        var normalised: [UInt8] = []
        normalised.reserveCapacity(range.count)
        for index in range {
            guard bytes[index] == 0x0d else {
                normalised.append(bytes[index])
                continue
            }
            if index + 1 >= range.upperBound || bytes[index + 1] != 0x0a { normalised.append(0x0a) }
        }
        return String(decoding: normalised, as: UTF8.self)
    }

    private func resolved(_ range: Range<Int>, isAttribute: Bool) throws(XMLError) -> String {
        var resolved: [UInt8] = []
        resolved.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "&"):
                let (scalar, end) = try reference(index, before: range.upperBound)
                resolved.append(contentsOf: UTF8.encode(scalar) ?? .init())
                index = end
                continue
            case 0x0d:
                if index + 1 < range.upperBound, bytes[index + 1] == 0x0a { break }  // the LF stands for both
                resolved.append(isAttribute ? 0x20 : 0x0a)
            case 0x09, 0x0a: resolved.append(isAttribute ? 0x20 : byte)
            default: resolved.append(byte)
            }
            index += 1
        }
        return String(decoding: resolved, as: UTF8.self)
    }

    /// The character that the reference at `start` stands for, and where it ends.
    private func reference(_ start: Int, before limit: Int) throws(XMLError) -> (Unicode.Scalar, end: Int) {
        // The longest that is of use is `&#x10FFFF;`; leading zeros are allowed, within reason.
        guard let end = bytes[start..<min(start + 24, limit)].firstIndex(of: UInt8(ascii: ";")) else {
            throw error("'&' that starts no reference", at: start)
        }
        let name = text(start + 1..<end)
        let scalar: Unicode.Scalar? =
            switch name {
            case "lt": "<"
            case "gt": ">"
            case "amp": "&"
            case "quot": "\""
            case "apos": "'"
            default: Self.numericReference(name)
            }
        guard let scalar else { throw error("the reference &\(name); is not allowed", at: start) }
        return (scalar, end + 1)
    }

    private static func numericReference(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return nil }
        let isHex = name.hasPrefix("#x")
        let digits = name.dropFirst(isHex ? 2 : 1)
        // The initialiser takes a sign; XML does not.
        guard digits.first?.isHexDigit == true, let value = UInt32(digits, radix: isHex ? 16 : 10),
            let scalar = Unicode.Scalar(value), XML.isCharacter(scalar)
        else { return nil }
        return scalar
    }
}
