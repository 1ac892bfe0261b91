import Formats
import HostFacts

/// What `reg query` printed: keys, each with the values below its line.
///
/// The form is the same in every language: a key's path at the line's start, and four blanks, the name, four blanks, the
/// type, four blanks and the data for a value. What cannot be read in one way only says so instead of being read.
///
/// One thing cannot be seen: a line end at the very end of the last text of a key.
struct RegOutput: Sendable {
    struct Key: Sendable {
        /// Below HKEY_LOCAL_MACHINE, as the host spells it.
        let path: ArraySlice<UInt8>
        fileprivate(set) var values: [Value] = []
    }

    /// One line of a value.
    struct Value: Sendable {
        let name: ArraySlice<UInt8>
        let type: ArraySlice<UInt8>
        let data: ArraySlice<UInt8>
        /// Why the line says less than a value.
        fileprivate(set) var doubt: String?
    }

    private(set) var keys: [Key] = []
    /// Lines that are neither: what went wrong, in the host's words, or a closing line.
    private(set) var remarks: [ArraySlice<UInt8>] = []

    init(_ output: ArraySlice<UInt8>) {
        // Whether the line before belonged to a value: then an odd line is the rest of its text.
        var followsValue = false
        for line in ConsoleLines(output) {
            if line.isBlank {
                followsValue = false
            } else if line.starts(with: Self.root) {
                keys.append(Key(path: line[(line.startIndex + Self.root.count)...]))
                followsValue = false
            } else if let value = Value(line: line), let last = keys.indices.last {
                // Values of a key stand together: a blank line among them was in the text before.
                if !followsValue { doubtLastValue() }
                keys[last].values.append(value)
                followsValue = true
            } else {
                if followsValue { doubtLastValue() } else { remarks.append(line.trimmed) }
            }
        }
    }

    private mutating func doubtLastValue() {
        guard let last = keys.indices.last, let value = keys[last].values.indices.last else { return }
        keys[last].values[value].doubt = "its text has line ends, which reg.exe does not mark"
    }

    private static let root = Array(#"HKEY_LOCAL_MACHINE\"#.utf8)
}

extension RegOutput.Value {
    /// `nil`: the line is no value.
    fileprivate init?(line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.gap) else { return nil }
        let body = line.dropFirst(Self.gap.count)
        var splits: [Range<Int>] = []
        var rest = body
        while splits.count < 2, let found = rest.firstRange(of: Self.gap + Self.typePrefix) {
            let typeStart = found.lowerBound + Self.gap.count
            let typeEnd = body[typeStart...].firstIndex(of: 0x20) ?? body.endIndex
            let after = body[typeEnd...]
            // Nothing stands behind the type of an empty text, not always the blanks.
            if after.starts(with: Self.gap) || after.isBlank { splits.append(typeStart..<typeEnd) }
            rest = body[(found.lowerBound + 1)...]
        }
        guard let type = splits.first else { return nil }
        name = body[body.startIndex..<type.lowerBound - Self.gap.count]
        self.type = body[type]
        let after = body[type.upperBound...]
        data = after.starts(with: Self.gap) ? after.dropFirst(Self.gap.count) : after[after.endIndex...]
        doubt = splits.count > 1 ? "its line can be read in more than one way" : nil
    }

    private static let gap = Array("    ".utf8)
    private static let typePrefix = Array("REG_".utf8)

    /// The value, or why it cannot be told.
    func read(_ text: ConsoleText) -> Result<RegistryValue, Unreadable> {
        if let doubt { return .failure(Unreadable(reason: doubt)) }
        let type = String(decoding: self.type, as: UTF8.self)
        let value: RegistryValue? =
            switch type {
            case "REG_SZ": text.read(data).map { .string($0) }
            case "REG_EXPAND_SZ": text.read(data).map { .expandString($0) }
            case "REG_MULTI_SZ": elements(text).map { .multiString($0) }
            case "REG_DWORD": Self.number(data).map { .dword($0) }
            case "REG_QWORD": Self.number(data).map { .qword($0) }
            case "REG_BINARY": Hex.decode(data).map { .binary($0) }
            case "REG_NONE": Hex.decode(data).map { .none($0) }
            default: nil
            }
        if let value { return .success(value) }
        let isText = ["REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ"].contains(type)
        return .failure(
            Unreadable(
                reason: isText
                    ? "its text has characters that the console's code page could not carry"
                    : "reg.exe's text for a value of type \(type) does not tell it"))
    }

    struct Unreadable: Error, Sendable, Hashable {
        let reason: String
    }

    /// reg.exe puts `\0` between the texts of a list, and does not mark one that a text holds itself.
    private func elements(_ text: ConsoleText) -> [String]? {
        guard !data.isEmpty else { return [] }
        var elements: [String] = []
        var rest = data
        while true {
            let end = rest.firstRange(of: Self.separator)
            guard let element = text.read(rest[..<(end?.lowerBound ?? rest.endIndex)]) else { return nil }
            elements.append(element)
            guard let end else { break }
            rest = rest[end.upperBound...]
        }
        // Older versions close the list with it, too.
        while elements.count > 1, elements.last?.isEmpty == true { elements.removeLast() }
        return elements
    }

    private static let separator = Array(#"\0"#.utf8)

    /// `0x` and hexadecimal digits.
    private static func number<Number: FixedWidthInteger>(_ data: ArraySlice<UInt8>) -> Number? {
        guard data.starts(with: "0x".utf8), data.count > 2, data.count <= 18,
            data.dropFirst(2).allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xdf) })
        else { return nil }
        return Number(String(decoding: data.dropFirst(2), as: UTF8.self), radix: 16)
    }
}
