/// The lines of a file, for quoting them in messages. Built once per file, also when many messages quote it.
struct SourceLines {
    private let bytes: [UInt8]
    private var ranges: [Range<Int>] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                ranges.append(start..<index)
                let isPair = byte == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == 0x0a
                index += isPair ? 1 : 0
                start = index + 1
            }
            index += 1
        }
        ranges.append(start..<bytes.count)
    }

    /// The text of a line (counted from 1) without its end; bytes that are no UTF-8 are shown as U+FFFD.
    subscript(_ line: Int) -> String? {
        guard line >= 1, line <= ranges.count else { return nil }
        return String(decoding: bytes[ranges[line - 1]], as: UTF8.self)
    }
}
