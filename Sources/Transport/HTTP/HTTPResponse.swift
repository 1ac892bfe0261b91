/// An answer, as far as it was allowed to come.
struct HTTPResponse: Sendable {
    /// Bytes of all header lines together.
    static let headerLimit = 65_536

    var status = 0
    var body: [UInt8] = []
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0

    /// All values of a header, in their order; `name` in lower case.
    func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// Takes one line as it came; false when there are too many.
    mutating func appendHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.headerLimit else { return false }
        // An interim answer (100) has headers of its own, before the real ones.
        if line.starts(with: Array("HTTP/".utf8)) { headers = [] }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let value = line[(colon + 1)...].drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        headers.append((name, String(decoding: value, as: UTF8.self)))
        return true
    }
}
