import Formats
import HostFacts

/// The name of content by what it says: the first 160 bits of its SHA-256.
struct ContentHash: Sendable, Hashable {
    let bytes: [UInt8]

    static let length = 20

    init(of content: [UInt8]) { bytes = Array(Digest.sha256(content).bytes.prefix(Self.length)) }

    init(stored bytes: [UInt8]) { self.bytes = bytes }
}

/// Content as it stands in a column: packed where that pays.
enum PackedContent {
    /// Below that, gzip's own 18 bytes eat what is won.
    private static let smallest = 96
    /// No content of ours comes near.
    private static let limit = 256 << 20

    /// `0` and the bytes, or `1` and a gzip member.
    static func pack(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        if bytes.count >= smallest {
            let packed = Gzip.compress(bytes, level: level)
            if packed.count < bytes.count { return [1] + packed }
        }
        return [0] + bytes
    }

    static func unpack(_ packed: [UInt8]) throws(CodecError) -> [UInt8] {
        switch packed.first {
        case 0?: return Array(packed.dropFirst())
        case 1?:
            do throws(GzipError) {
                return try Gzip.decompress(Array(packed.dropFirst()), limit: limit)
            } catch {
                throw CodecError("\(error)")
            }
        default: throw CodecError("its packing is unknown")
        }
    }
}
