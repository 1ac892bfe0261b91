/// Text of ASN.1's string types.
enum DERText {
    /// Nil when the type is no string, or the bytes can't be of the type.
    ///
    /// Printable, IA5, visible and numeric strings are read as Latin-1 when they hold more than ASCII, as OpenSSL and
    /// Windows do: old authorities put umlauts there. So are Teletex strings, whose real encoding nobody used. Pairs of
    /// surrogates in a BMPString are the character they stand for.
    static func string(_ tag: UInt8, _ bytes: ArraySlice<UInt8>) -> String? {
        switch tag {
        case DERTag.utf8String: String(validating: bytes, as: UTF8.self)
        case DERTag.numericString, DERTag.printableString, DERTag.teletexString, DERTag.ia5String, DERTag.visibleString:
            latin1(bytes)
        case DERTag.bmpString: utf16(bytes)
        case DERTag.universalString: utf32(bytes)
        default: nil
        }
    }

    static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
            UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }
        return String(validating: units, as: UTF16.self)
    }

    private static func utf32(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count.isMultiple(of: 4) else { return nil }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { index in
            bytes[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        return String(validating: units, as: UTF32.self)
    }
}
