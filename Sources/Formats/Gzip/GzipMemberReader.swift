import Glibc

/// Goes through gzip members that stand one behind the other (RFC 1952 2.2), as in a journal whose entries are compressed,
/// appended and synced one by one. Memory is one member and one chunk of input, whatever the size of the whole.
///
/// A journal's last member can be cut off by a crash: that is ``GzipError/truncated(memberAt:)``, and all members before
/// it are good. Some file systems fill such a tail with zeros instead of cutting it: that counts as cut off too. Any
/// other fault is ``GzipError/damaged(memberAt:)``.
package struct GzipMemberReader: ~Copyable {
    /// Gives the next bytes, at most as many as asked for, and none at the end.
    package typealias Source = (_ atMost: Int) throws(GzipError) -> [UInt8]

    private let source: Source
    private let inflater: Inflater
    private let limit: Int
    private let ratioLimit: Int
    private var chunk: [UInt8] = []
    private var used = 0
    /// What one step makes, before it is known to be within the limits.
    private var output = [UInt8](repeating: 0, count: chunkSize)
    private var hasEnded = false

    /// Bytes from the start of the data to the end of the last good member: what a journal is cut to before it goes on.
    package private(set) var offset = 0

    private static let chunkSize = 1 << 16

    /// Members of at most `limit` bytes, and of at most `ratioLimit` times the compressed bytes at hand where they hold
    /// more than 64 KiB.
    package init(limit: Int, ratioLimit: Int = 1_100, source: @escaping Source) throws(GzipError) {
        self.limit = min(max(limit, 0), .max - 1)
        self.ratioLimit = max(ratioLimit, 1)
        self.source = source
        inflater = try Inflater()
    }

    package init(_ bytes: [UInt8], limit: Int, ratioLimit: Int = 1_100) throws(GzipError) {
        try self.init(limit: limit, ratioLimit: ratioLimit) { _ in [] }
        chunk = bytes
    }

    /// Reads from an open file, which stays the caller's to close and has to stay open meanwhile.
    package init(fileDescriptor: Int32, limit: Int, ratioLimit: Int = 1_100) throws(GzipError) {
        try self.init(limit: limit, ratioLimit: ratioLimit) { count throws(GzipError) in
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
                var result = 0
                repeat { result = read(fileDescriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
                if result < 0 { failure = errno }
                made = max(0, result)
            }
            guard failure == 0 else { throw .unreadable(errno: failure) }
            return bytes
        }
    }

    /// What the next member holds; nil behind the last one. After an error there is nothing more to read.
    package mutating func next() throws(GzipError) -> [UInt8]? {
        guard !hasEnded, try fill() else { return nil }
        hasEnded = true
        let contents = try member()
        hasEnded = false
        return contents
    }

    /// False at the end of the data.
    private mutating func fill() throws(GzipError) -> Bool {
        guard used == chunk.count else { return true }
        chunk = try source(Self.chunkSize)
        used = 0
        return !chunk.isEmpty
    }

    private mutating func member() throws(GzipError) -> [UInt8] {
        inflater.reset()
        var contents: [UInt8] = [], length = 0, zeros = 0
        while true {
            let (step, used) = try decode(into: &contents)
            zeros = Self.trailingZeros(chunk[self.used..<self.used + used], after: zeros)
            self.used += used
            length += used
            switch step {
            case .finished:
                // Judged by the whole member: on the way there the answer would hang on the pieces in which it came.
                guard contents.count <= max(1 << 16, length.saturatingProduct(ratioLimit)) else {
                    throw .tooDense(ratioLimit: ratioLimit)
                }
                offset += length
                return contents
            case .damaged:
                throw try endsInZeros(after: zeros) ? .truncated(memberAt: offset) : .damaged(memberAt: offset)
            case .hasOutput: break
            case .needsInput: guard try fill() else { throw .truncated(memberAt: offset) }
            }
        }
    }

    /// One step into `contents`, never beyond the limit.
    private mutating func decode(into contents: inout [UInt8]) throws(GzipError) -> (Inflater.Step, used: Int) {
        let input = chunk[used...]
        // One byte more than allowed, so that "too much" shows.
        let left = limit - contents.count
        let room = left < output.count ? left + 1 : output.count
        let (step, used, made) = try Self.step(inflater, input, into: &output, room: room)
        contents.append(contentsOf: output[..<made])
        guard contents.count <= limit else { throw .tooLarge(limit: limit) }
        return (step, used)
    }

    private static func step(
        _ inflater: borrowing Inflater, _ input: ArraySlice<UInt8>, into output: inout [UInt8], room: Int
    ) throws(GzipError) -> (step: Inflater.Step, used: Int, made: Int) {
        try input.withUnsafeBufferPointer { input throws(GzipError) in
            try output.withUnsafeMutableBufferPointer { output throws(GzipError) in
                try inflater.step(input, into: UnsafeMutableBufferPointer(rebasing: output[..<room]))
            }
        }
    }

    private static func trailingZeros(_ bytes: ArraySlice<UInt8>, after zeros: Int) -> Int {
        let trailing = bytes.reversed().prefix { $0 == 0 }.count
        return trailing == bytes.count ? zeros + trailing : trailing
    }

    /// Whether the data ends with more zeros than a member's own end can have: its checksum and length are 8 bytes.
    private mutating func endsInZeros(after zeros: Int) throws(GzipError) -> Bool {
        var zeros = zeros
        while try fill() {
            zeros = Self.trailingZeros(chunk[used...], after: zeros)
            used = chunk.count
        }
        return zeros > 8
    }
}

extension Int {
    fileprivate func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
