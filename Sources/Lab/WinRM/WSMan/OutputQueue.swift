/// What a command has printed and nobody has fetched yet. Pure.
struct OutputQueue: Sendable {
    enum Stream: String, Sendable, Hashable { case standardOutput = "stdout", standardError = "stderr" }

    struct Fragment: Sendable, Hashable {
        var stream: Stream
        var bytes: [UInt8]
    }

    /// Bytes of the longest fragment: no multiple of 3, so that nobody gets away with joining the base64 texts, and no
    /// multiple of 4, so that characters of several bytes are cut.
    static let longestFragment = 32_765

    private(set) var fragments: [Fragment] = []
    /// Bytes in all fragments.
    private(set) var count = 0

    mutating func append(_ stream: Stream, _ bytes: some RandomAccessCollection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.longestFragment)
            fragments.append(Fragment(stream: stream, bytes: Array(piece)))
            count += piece.count
            rest = rest.dropFirst(piece.count)
        }
    }

    func isEmpty(for streams: Set<Stream>) -> Bool {
        !fragments.contains { streams.contains($0.stream) }
    }

    /// The oldest fragments of the streams that fit into `limit` bytes of XML; at least a part of one.
    mutating func take(_ streams: Set<Stream>, limit: Int) -> [Fragment] {
        var taken: [Fragment] = [], kept: [Fragment] = [], room = limit
        for (index, fragment) in fragments.enumerated() {
            guard streams.contains(fragment.stream) else {
                kept.append(fragment)
                continue
            }
            let fits = max(0, room - WSManAnswer.streamOverhead) / 4 * 3
            if fits < fragment.bytes.count {
                let part = taken.isEmpty ? max(1, fits) : fits
                if part > 0 {
                    taken.append(Fragment(stream: fragment.stream, bytes: Array(fragment.bytes.prefix(part))))
                }
                kept.append(Fragment(stream: fragment.stream, bytes: Array(fragment.bytes.dropFirst(part))))
                kept += fragments[(index + 1)...]
                break
            }
            taken.append(fragment)
            room -= WSManAnswer.streamOverhead + (fragment.bytes.count + 2) / 3 * 4
        }
        fragments = kept
        count -= taken.reduce(0) { $0 + $1.bytes.count }
        return taken
    }
}
