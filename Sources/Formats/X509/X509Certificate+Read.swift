import FoundationEssentials

extension X509Certificate {
    /// Reads a certificate in DER.
    ///
    /// Throws when the bytes are no sequence of signed part, algorithm and signature, or when the fixed fields of the
    /// signed part are not there in their order (RFC 5280 4.1).
    package init(_ der: [UInt8]) throws(DERError) {
        var top = DERReader(der)
        let whole = try top.next(DERTag.sequence, "the certificate")
        var outer = top.inside(whole)
        let signedPart = try outer.next(DERTag.sequence, "the signed part")
        let outerAlgorithm = try outer.next(DERTag.sequence, "the signature algorithm")
        let signature = try outer.next(DERTag.bitString, "the signature")

        var inner = outer.inside(signedPart)
        let version = try inner.nextIfPresent(DERTag.constructed(0))
        let serial = try inner.next(DERTag.integer, "the serial number")
        let innerAlgorithm = try inner.next(DERTag.sequence, "the inner signature algorithm")
        let issuer = try inner.next(DERTag.sequence, "the issuer")
        let validity = try inner.next(DERTag.sequence, "the validity")
        let subject = try inner.next(DERTag.sequence, "the subject")
        let key = try inner.next(DERTag.sequence, "the public key")

        self.der = der
        encoded = whole.encoded
        self.signedPart = signedPart.encoded
        var problems: [X509Problem] = []
        if !top.isAtEnd { problems.append(.trailingBytes(der.count - whole.content.upperBound)) }
        let parts = [
            whole, signedPart, outerAlgorithm, signature, serial, innerAlgorithm, issuer, validity, subject, key,
        ]
        if !parts.allSatisfy(\.hasShortestLength) { problems.append(.longLength) }
        self.version = Self.version(der, version, &problems)
        serialNumber = Self.serialNumber(der[serial.content], &problems)
        self.issuer = Self.name(der, issuer, .issuer, &problems)
        self.subject = Self.name(der, subject, .subject, &problems)
        if der[innerAlgorithm.encoded] != der[outerAlgorithm.encoded] { problems.append(.signatureAlgorithmsDiffer) }
        signatureAlgorithm = X509SignatureAlgorithm(der, outerAlgorithm, problems: &problems)
        publicKey = X509PublicKey(der, key, problems: &problems)
        self.problems = problems
        readValidity(validity)
        readOptionalFields(&inner)
        var seen: Set<X509Problem> = []
        self.problems.removeAll { !seen.insert($0).inserted }
    }

    private static func version(_ der: [UInt8], _ element: DERElement?, _ problems: inout [X509Problem]) -> Int {
        guard let element else { return 1 }
        var reader = DERReader(der, inside: element)
        // A number that does not fit here is as unknown as 0.
        guard let number = try? reader.next(DERTag.integer, "the version"), let value = der.smallInteger(number),
            value < .max
        else {
            problems.append(.unknownVersion(0))
            return 0
        }
        if !(0...2).contains(value) { problems.append(.unknownVersion(value + 1)) }
        return value + 1
    }

    private static func serialNumber(_ content: ArraySlice<UInt8>, _ problems: inout [X509Problem]) -> String {
        guard let first = content.first else {
            problems.append(.emptySerialNumber)
            return "00"
        }
        let isNegative = first & 0x80 != 0
        // Nine bits that are all the same say nothing (X.690 8.3.2).
        if content.count > 1, content.prefix(2).allSatisfy({ $0 & 0x80 == first & 0x80 }), first == 0 || first == 0xff {
            problems.append(.paddedSerialNumber)
        }
        if content.count > 20 { problems.append(.longSerialNumber(content.count)) }
        let digits = (isNegative ? magnitude(ofNegative: content) : Array(content)).drop { $0 == 0 }
        if isNegative || digits.isEmpty { problems.append(.serialNumberNotPositive) }
        return digits.isEmpty ? "00" : (isNegative ? "-" : "") + Hex.encode(digits)
    }

    /// Two's complement: all bits turned, and one more.
    private static func magnitude(ofNegative content: ArraySlice<UInt8>) -> [UInt8] {
        var turned = content.map { ~$0 }
        for index in turned.indices.reversed() {
            turned[index] &+= 1
            if turned[index] != 0 { return turned }
        }
        return [1] + turned
    }

    private static func name(
        _ der: [UInt8], _ element: DERElement, _ field: X509Problem.Field, _ problems: inout [X509Problem]
    ) -> DistinguishedName {
        var isWhole = true
        let name = DistinguishedName(der, element, isWhole: &isWhole)
        if !isWhole { problems.append(.unreadableName(field)) }
        if name.hasControlCharacter { problems.append(.controlCharacter(field)) }
        return name
    }

    private mutating func readValidity(_ element: DERElement) {
        var reader = DERReader(der, inside: element)
        notBefore = readTime(&reader, .notBefore)
        notAfter = readTime(&reader, .notAfter)
    }

    private mutating func readTime(_ reader: inout DERReader, _ field: X509Problem.Field) -> Date? {
        guard let element = try? reader.next(), let time = DERTime(tag: element.tag, der[element.content]) else {
            problems.append(.unreadableTime(field))
            return nil
        }
        if !time.isDER { problems.append(.unusualTime(field)) }
        return time.date
    }

    /// Unique identifiers, which nobody uses, and the extensions.
    private mutating func readOptionalFields(_ reader: inout DERReader) {
        do throws(DERError) {
            while !reader.isAtEnd {
                let element = try reader.next()
                guard element.tag == DERTag.constructed(3) else { continue }
                if version < 3, version > 0 { problems.append(.extensionsBeforeVersion3) }
                var wrapper = reader.inside(element)
                try readExtensions(wrapper.nextSequence("the extensions"))
            }
        } catch {
            problems.append(.unreadableExtensions)
        }
    }
}

extension [UInt8] {
    /// An INTEGER's value when it fits; nil when not, and for one without content.
    func smallInteger(_ element: DERElement) -> Int? {
        let content = self[element.content]
        guard let first = content.first, content.count <= 8 else { return nil }
        return content.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int($1) }
    }
}
