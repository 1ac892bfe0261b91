/// Eight bytes at once, to go past long stretches of plain text. (SIMD16 with `any()` is eight times slower than a byte
/// loop in Swift 6.3.1.)
struct EightBytes {
    private let bytes: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The bytes from `offset` on; eight of them must be there.
    @inline(__always) init(_ span: Span<UInt8>, at offset: Int) {
        bytes = span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Whether one of them is that byte: x - 1 borrows into the high bit of a byte that is zero.
    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        let zeros = bytes ^ (Self.ones &* UInt64(byte))
        return (zeros &- Self.ones) & ~zeros & Self.highs != 0
    }

    /// Whether one of them is below `limit`, which is at most 128.
    @inline(__always) func contains(below limit: UInt8) -> Bool {
        (bytes &- Self.ones &* UInt64(limit)) & ~bytes & Self.highs != 0
    }
}
