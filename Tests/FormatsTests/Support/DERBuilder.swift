import Formats

/// Writes DER, and what only looks like it.
enum DER {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        let length = withUnsafeBytes(of: UInt32(content.count).bigEndian) { Array($0.drop { $0 == 0 }) }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(DERTag.sequence, Array(parts.joined())) }
    static func integer(_ bytes: UInt8...) -> [UInt8] { value(DERTag.integer, bytes) }
    static func octets(_ bytes: [UInt8]) -> [UInt8] { value(DERTag.octetString, bytes) }
    static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { value(DERTag.bitString, [unused] + bytes) }
    static func text(_ text: String, _ tag: UInt8 = DERTag.utf8String) -> [UInt8] { value(tag, Array(text.utf8)) }

    static func oid(_ dotted: String) -> [UInt8] {
        let arcs = dotted.split(separator: ".").compactMap { UInt128($0) }
        let content = ([arcs[0] * 40 + arcs[1]] + arcs[2...]).flatMap { arc -> [UInt8] in
            var digits = [UInt8(arc & 0x7f)], rest = arc >> 7
            while rest > 0 {
                digits.insert(0x80 | UInt8(rest & 0x7f), at: 0)
                rest >>= 7
            }
            return digits
        }
        return value(DERTag.objectIdentifier, content)
    }

    static func name(_ attributes: (type: String, value: [UInt8])...) -> [UInt8] {
        value(DERTag.sequence, attributes.flatMap { value(DERTag.set, sequence(oid($0.type), $0.value)) })
    }

    static func commonName(_ text: String) -> [UInt8] { name(("2.5.4.3", self.text(text))) }

    static func `extension`(_ id: String, _ content: [UInt8], isCritical: Bool = false) -> [UInt8] {
        sequence(oid(id), isCritical ? [0x01, 0x01, 0xff] : [], octets(content))
    }
}

/// A certificate whose every part can be replaced by another one.
struct CertificateBuilder {
    static let sha256 = DER.sequence(DER.oid("1.2.840.113549.1.1.11"), [0x05, 0x00])

    var version = DER.value(0xa0, DER.integer(2))
    var serial = DER.integer(0x12, 0x34)
    var innerAlgorithm = sha256
    var issuer = DER.commonName("ca")
    var notBefore = DER.text("250101000000Z", DERTag.utcTime)
    var notAfter = DER.text("351231235959Z", DERTag.utcTime)
    var subject = DER.commonName("host.example.com")
    var key = DER.sequence(
        DER.sequence(DER.oid("1.2.840.113549.1.1.1"), [0x05, 0x00]),
        DER.bits(DER.sequence(DER.integer(0x00, 0xc1, 0x02), DER.integer(0x01, 0x00, 0x01))))
    var extensions: [[UInt8]] = []
    var outerAlgorithm = sha256
    var signature = DER.bits([1, 2, 3])

    var der: [UInt8] {
        let list = extensions.isEmpty ? [] : DER.value(0xa3, DER.value(DERTag.sequence, Array(extensions.joined())))
        return DER.sequence(
            DER.sequence(
                version, serial, innerAlgorithm, issuer, DER.sequence(notBefore, notAfter), subject, key, list),
            outerAlgorithm, signature)
    }

    static func make(_ change: (inout CertificateBuilder) -> Void = { _ in }) -> [UInt8] {
        var builder = CertificateBuilder()
        change(&builder)
        return builder.der
    }
}
