/// The bytes of a console program as text, where they can be read without guessing.
///
/// In UTF-8 all characters come through, except halves of surrogate pairs. In any other code page a character that the page
/// lacks was made `?` or one that looks like it, and which character a byte is depends on the page: only plain ASCII
/// without `?` is read.
struct ConsoleText: Sendable, Hashable {
    private enum Reading { case utf8, ascii, lossy }
    private let reading: Reading

    /// Takes what cannot be told as U+FFFD: for texts of which only the ASCII part decides anything.
    static let lossy = ConsoleText(reading: .lossy)

    private init(reading: Reading) { self.reading = reading }

    /// From what chcp.com wrote: words in the host's language, and the number of the page.
    init(codePage output: ArraySlice<UInt8>?) {
        let digits = (output ?? []).split { !(0x30...0x39).contains($0) }
        reading = digits.last?.elementsEqual("65001".utf8) ?? false ? .utf8 : .ascii
    }

    /// `nil` when it cannot be told what the text was.
    func read(_ bytes: ArraySlice<UInt8>) -> String? {
        switch reading {
        case .lossy: return String(decoding: bytes, as: UTF8.self)
        case .ascii:
            return bytes.allSatisfy { $0 < 0x80 && $0 != 0x3f } ? String(decoding: bytes, as: UTF8.self) : nil
        case .utf8:
            guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\u{fffd}") else {
                return nil
            }
            return text
        }
    }

    /// For an operator: never the basis of a fact.
    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        let words = Array(bytes.prefix(2_000).split { $0 <= 0x20 }.joined(separator: [0x20]))
        return String(decoding: words.prefix(200), as: UTF8.self)
    }
}

/// The lines of an output, without their ends. A line ends with LF; one CR before it belongs to the end.
struct ConsoleLines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: 0x0a) ?? rest.endIndex
        let line = rest[rest.startIndex..<end]
        rest = rest[Swift.min(end + 1, rest.endIndex)...]
        return line.last == 0x0d ? line.dropLast() : line
    }
}

extension ArraySlice<UInt8> {
    var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a } }

    /// Without white space around it.
    var trimmed: ArraySlice<UInt8> {
        var bytes = self
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return bytes
    }

    /// Compared without regard to the case of ASCII letters.
    func isCaseInsensitive(equalTo other: some Sequence<UInt8>) -> Bool {
        elementsEqual(other) { Self.folded($0) == Self.folded($1) }
    }

    private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
