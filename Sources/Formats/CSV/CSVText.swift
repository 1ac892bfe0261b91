/// Text as it may stand in a cell.
///
/// No spreadsheet may take the text, or a part of it, for a formula, and no reader for the end of a record.
///
/// A formula starts with `=`, `+`, `-`, `@` or their full-width forms, at the start of a cell. Where the list separator
/// is `;`, as in half of Europe, a cell also starts behind a `;`, a tab or a line end *inside* of our quotes, because
/// quotes count only at a cell's start there. White space, quotes and invisible characters before the sign do not help
/// (OWASP, "CSV Injection"). An apostrophe before the sign does.
///
/// Every kind of line end becomes LF. NUL and other control characters, which end a cell early in some programs and
/// drive the terminal in others, become U+FFFD.
enum CSVText {
    /// Appends the text as a cell, in quotes where it needs them.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            guard !isPlain(utf8) else { return bytes.append(contentsOf: utf8) }
            let start = bytes.count
            appendSafe(utf8, to: &bytes)
            quote(&bytes, from: start)
        }
    }

    /// The text is a cell as it is: what most of them are, found out at a glance.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = utf8.first, let last = utf8.last else { return true }
        // Whatever may begin a formula, or stand unseen before one.
        if first > 0x7f || first == blank || last == blank || isSign(first) { return false }
        for byte in utf8 where isSpecial(byte) { return false }
        return true
    }

    /// It ends a cell in some program, needs quotes, or begins a scalar that may be a control character.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00..<0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ","), UInt8(ascii: ";"), 0x7f, 0xc2: true
        default: false
        }
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "@")
    }

    private static func appendSafe(_ utf8: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        var startsCell = true
        var at = 0
        while at < utf8.count {
            let byte = utf8[at]
            if !startsCell, !isSpecial(byte) {
                // Inside of a cell nothing but these counts: take all up to the next one.
                let run = utf8[at...].prefix { !isSpecial($0) }
                bytes.append(contentsOf: run)
                at = run.endIndex
                continue
            }
            switch byte {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                startsCell = true
                if byte == UInt8(ascii: "\r") || at == 0 || utf8[at - 1] != UInt8(ascii: "\r") {
                    bytes.append(UInt8(ascii: "\n"))
                }
            case UInt8(ascii: ";"), UInt8(ascii: "\t"):
                // A tab at the very start makes a cell that some programs evaluate: it is no separator there.
                if at == 0, byte == UInt8(ascii: "\t") { bytes.append(UInt8(ascii: "'")) }
                startsCell = true
                bytes.append(byte)
            case 0x00..<0x20, 0x7f: bytes.append(contentsOf: replacement)
            case 0x20..<0x80:
                if startsCell, isSign(byte) { bytes.append(UInt8(ascii: "'")) }
                startsCell = startsCell && (byte == blank || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"))
                bytes.append(byte)
            default:
                let (scalar, count) = scalar(in: utf8, at: at)
                if (0x80..<0xa0).contains(scalar.value) {
                    bytes.append(contentsOf: replacement)
                } else {
                    if startsCell, isFullWidthSign(scalar) { bytes.append(UInt8(ascii: "'")) }
                    startsCell = startsCell && isSkipped(scalar)
                    bytes.append(contentsOf: utf8[at..<at + count])
                }
                at += count - 1
            }
            at += 1
        }
    }

    /// The scalar that begins there, and its bytes: a `String` holds well-formed UTF-8.
    private static func scalar(in utf8: UnsafeBufferPointer<UInt8>, at: Int) -> (Unicode.Scalar, count: Int) {
        let lead = utf8[at]
        let count = min(lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4, utf8.count - at)
        let head = UInt32(lead) & (0xff >> (UInt32(count) + 1))
        let value = utf8[(at + 1)..<(at + count)].reduce(head) { $0 << 6 | UInt32($1 & 0x3f) }
        return (Unicode.Scalar(value) ?? "\u{fffd}", count)
    }

    private static func isFullWidthSign(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{ff1d}" || scalar == "\u{ff0b}" || scalar == "\u{ff0d}" || scalar == "\u{ff20}"
    }

    /// What can stand before a formula's sign without keeping it from being one.
    private static func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{fffd}"
    }

    private static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]
    private static let blank = UInt8(ascii: " ")

    /// Puts what was appended in quotes where RFC 4180 asks for them, or where programs that read it in their own way
    /// split or trim cells.
    private static func quote(_ bytes: inout [UInt8], from start: Int) {
        let cell = bytes[start...]
        guard let first = cell.first, let last = cell.last,
            first == blank || last == blank || cell.contains(where: isQuoted)
        else { return }
        let copy = Array(cell)
        bytes.removeSubrange(start...)
        bytes.append(UInt8(ascii: "\""))
        for part in copy.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false) {
            if part.startIndex > 0 { bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: "\"")]) }
            bytes.append(contentsOf: part)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isQuoted(_ byte: UInt8) -> Bool { byte < 0x7f && isSpecial(byte) }
}
