/// Writes the one form in which values are kept: equal values make equal bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(byte: UInt8) { bytes.append(byte) }

    /// Seven bits a byte, the lowest first, the top bit of all but the last set (LEB128).
    mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(count: Int) { put(UInt64(count)) }

    /// Small numbers of both signs are short.
    mutating func put(signed number: Int64) {
        put(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func put(_ number: Double) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
        }
    }

    mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func put(_ text: String) { put(bytes: text.utf8) }

    mutating func put(bytes more: some Collection<UInt8>) {
        put(count: more.count)
        bytes.append(contentsOf: more)
    }

    /// Without their count.
    mutating func put(raw more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    mutating func put(_ texts: [String]) {
        put(count: texts.count)
        for text in texts { put(text) }
    }

    mutating func put<Value>(optional value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
        put(value != nil)
        if let value { body(&self, value) }
    }

    mutating func put(optional text: String?) { put(optional: text) { $0.put($1) } }

    mutating func put<Value>(list: [Value], _ body: (inout ByteWriter, Value) -> Void) {
        put(count: list.count)
        for value in list { body(&self, value) }
    }
}
