/// What the forced command of an SSH session and the lab tell each other: one kind byte, a 32-bit length (little endian),
/// the payload. Pure.
enum AttachmentFrame: Sendable, Hashable {
    /// First, from the session: the host it belongs to, its SSH_CONNECTION and SSH_ORIGINAL_COMMAND.
    case hello(host: String, connection: String, commandLine: String)
    case input([UInt8])
    case endOfInput
    /// From the lab.
    case output([UInt8])
    case error([UInt8])
    /// Last.
    case exit(UInt32)

    /// Bytes of the longest payload.
    static let longestPayload = 262_144

    struct Malformed: Error, Sendable, Hashable {}

    var bytes: [UInt8] {
        let (kind, payload): (UInt8, [UInt8]) =
            switch self {
            case .hello(let host, let connection, let commandLine):
                (1, Array([host, connection, commandLine].joined(separator: "\0").utf8))
            case .input(let bytes): (2, bytes)
            case .endOfInput: (3, [])
            case .output(let bytes): (4, bytes)
            case .error(let bytes): (5, bytes)
            case .exit(let code): (6, Self.littleEndian(code))
            }
        return [kind] + Self.littleEndian(UInt32(clamping: payload.count)) + payload
    }

    fileprivate init(kind: UInt8, payload: [UInt8]) throws(Malformed) {
        switch kind {
        case 1:
            let parts = payload.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { throw Malformed() }
            let texts = parts.map { String(decoding: $0, as: UTF8.self) }
            self = .hello(host: texts[0], connection: texts[1], commandLine: texts[2])
        case 2: self = .input(payload)
        case 3 where payload.isEmpty: self = .endOfInput
        case 4: self = .output(payload)
        case 5: self = .error(payload)
        case 6 where payload.count == 4: self = .exit(Self.number(payload))
        default: throw Malformed()
        }
    }

    fileprivate static func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// Makes frames from bytes as they come.
struct AttachmentFrameReader: Sendable {
    private var buffer: [UInt8] = []
    /// Everything before it has been used.
    private var position = 0

    mutating func append(_ bytes: [UInt8]) {
        buffer.removeFirst(position)
        position = 0
        buffer += bytes
    }

    /// nil: not complete yet.
    mutating func next() throws(AttachmentFrame.Malformed) -> AttachmentFrame? {
        guard buffer.count >= position + 5 else { return nil }
        let length = Int(AttachmentFrame.number(buffer[(position + 1)..<(position + 5)]))
        guard length <= AttachmentFrame.longestPayload else { throw AttachmentFrame.Malformed() }
        let start = position + 5
        guard buffer.count >= start + length else { return nil }
        let frame = try AttachmentFrame(kind: buffer[position], payload: Array(buffer[start..<(start + length)]))
        position = start + length
        return frame
    }
}
