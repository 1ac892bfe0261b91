/// A place in a text file: line and column, both counted from 1. A column is one Unicode scalar.
package struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of a byte in UTF-8 text, for readers that know only offsets. Lines end with LF, CR LF or CR.
    package init(byteOffset: Int, in bytes: [UInt8]) {
        self.init(line: 1, column: 1)
        for index in 0..<max(0, min(byteOffset, bytes.count)) {
            switch bytes[index] {
            case UInt8(ascii: "\r") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"): break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                line += 1
                column = 1
            case 0x80...0xbf: break  // inside a character
            default: column += 1
            }
        }
    }

    package var description: String { "\(line):\(column)" }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
