import CZlib

/// gzip data (RFC 1952) in memory.
package enum Gzip {
    /// One member without a name and a time, so that equal contents make equal data. Level 1 is fast, 9 is small; others
    /// count as the nearest of them.
    package static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        var stream = z_stream()
        return withUnsafeMutablePointer(to: &stream) { stream in
            let isReady = zlib_deflate_init_gzip(stream, Int32(min(max(level, 1), 9))) == Z_OK
            precondition(isReady, "our own bug: zlib refuses its own defaults, or there is no memory")
            defer { deflateEnd(stream) }
            let bound = Int(deflateBound(stream, UInt(bytes.count)))
            return [UInt8](unsafeUninitializedCapacity: bound) { output, made in
                bytes.withUnsafeBufferPointer { made = deflateAll($0, into: output, stream) }
            }
        }
    }

    /// The counters of a stream have 32 bits: more than 4 GiB goes in pieces.
    private static func deflateAll(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>,
        _ stream: UnsafeMutablePointer<z_stream>
    ) -> Int {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.next_out = output.baseAddress
        var used = 0, made = 0
        while true {
            let piece = UInt32(clamping: input.count - used), room = UInt32(clamping: output.count - made)
            stream.pointee.avail_in = piece
            stream.pointee.avail_out = room
            let status = deflate(stream, Int(piece) == input.count - used ? Z_FINISH : Z_NO_FLUSH)
            used += Int(piece - stream.pointee.avail_in)
            made += Int(room - stream.pointee.avail_out)
            if status == Z_STREAM_END { return made }
            precondition(status == Z_OK, "our own bug: zlib's bound was too small")
        }
    }

    /// The contents of data that is exactly one member.
    ///
    /// `limit` bounds the contents in bytes; `ratioLimit` bounds them in multiples of the data's size where they are
    /// above 64 KiB. No gzip data can reach 1,100 times its size.
    package static func decompress(
        _ bytes: [UInt8], limit: Int, ratioLimit: Int = 1_100
    ) throws(GzipError) -> [UInt8] {
        var reader = try GzipMemberReader(bytes, limit: limit, ratioLimit: ratioLimit)
        guard let contents = try reader.next() else { throw .truncated(memberAt: 0) }
        guard reader.offset == bytes.count else { throw .trailingBytes(bytes.count - reader.offset) }
        return contents
    }
}
