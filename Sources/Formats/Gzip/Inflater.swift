import CZlib

/// zlib's decoder for one gzip member: checks header, CRC-32 and length. It must not move in memory.
struct Inflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// What became of the data that was fed.
    enum Step {
        case needsInput
        case hasOutput
        case finished
        case damaged
    }

    init() throws(GzipError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard zlib_inflate_init_gzip(stream) == Z_OK else {
            stream.deallocate()
            throw .outOfMemory
        }
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Gets ready for another member.
    borrowing func reset() {
        inflateReset(stream)
    }

    /// Decodes from `input` into `output` as far as one of them goes; says how much of both was used.
    borrowing func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(GzipError) -> (step: Step, used: Int, made: Int) {
        let available = UInt32(clamping: input.count), room = UInt32(clamping: output.count)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = available
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = room
        let status = inflate(stream, Z_NO_FLUSH)
        let used = Int(available - stream.pointee.avail_in), made = Int(room - stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END: return (.finished, used, made)
        case Z_OK, Z_BUF_ERROR: return (stream.pointee.avail_out == 0 ? .hasOutput : .needsInput, used, made)
        case Z_MEM_ERROR: throw .outOfMemory
        default: return (.damaged, used, made)
        }
    }
}
