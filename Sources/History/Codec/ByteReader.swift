/// Why kept bytes cannot be read: they are not what a ``ByteWriter`` wrote.
struct CodecError: Error, Hashable {
    let what: String

    init(_ what: String) { self.what = what }
}

/// Reads what ``ByteWriter`` wrote; total, and never takes more memory than the bytes can hold.
struct ByteReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    func finish() throws(CodecError) {
        guard isAtEnd else { throw CodecError("\(bytes.count - at) bytes too many") }
    }

    mutating func byte() throws(CodecError) -> UInt8 {
        guard at < bytes.count else { throw CodecError("the bytes end too early") }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func number() throws(CodecError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || shift == 63 && byte <= 1 else { throw CodecError("a number is too large") }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    /// Of things of at least one byte each.
    mutating func count() throws(CodecError) -> Int {
        let number = try number()
        guard number <= UInt64(bytes.count - at) else { throw CodecError("a count is too large") }
        return Int(number)
    }

    mutating func signed() throws(CodecError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func double() throws(CodecError) -> Double {
        var pattern: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
        return Double(bitPattern: pattern)
    }

    mutating func flag() throws(CodecError) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw CodecError("a flag is neither 0 nor 1")
        }
    }

    mutating func text() throws(CodecError) -> String { String(decoding: try slice(), as: UTF8.self) }

    mutating func slice() throws(CodecError) -> ArraySlice<UInt8> {
        let count = try count()
        defer { at += count }
        return bytes[at..<at + count]
    }

    mutating func raw(_ count: Int) throws(CodecError) -> [UInt8] {
        guard count <= bytes.count - at else { throw CodecError("the bytes end too early") }
        defer { at += count }
        return Array(bytes[at..<at + count])
    }

    mutating func texts() throws(CodecError) -> [String] {
        try list { reader throws(CodecError) in try reader.text() }
    }

    mutating func optional<Value>(
        _ body: (inout ByteReader) throws(CodecError) -> Value
    ) throws(CodecError) -> Value? {
        try flag() ? try body(&self) : nil
    }

    mutating func optionalText() throws(CodecError) -> String? {
        try optional { reader throws(CodecError) in try reader.text() }
    }

    mutating func list<Value>(
        _ body: (inout ByteReader) throws(CodecError) -> Value
    ) throws(CodecError) -> [Value] {
        let count = try count()
        var list: [Value] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try body(&self)) }
        return list
    }

    /// An enumeration by its name.
    mutating func choice<Value: RawRepresentable<String>>(_ type: Value.Type) throws(CodecError) -> Value {
        let name = try text()
        guard let value = Value(rawValue: name) else { throw CodecError("'\(name)' is unknown here") }
        return value
    }
}
