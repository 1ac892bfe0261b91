/// Hides what is sensitive in texts: what is known to be (names of hosts, values of marked facts), then what looks so.
struct TextRedactor {
    var placeholders = Placeholder()
    /// Placeholders of names in lower case: hosts and computers, when names are hidden, and addresses that are names.
    var names: [String: String] = [:]
    /// Texts that the host at hand is known by, each with its placeholder.
    private var literals: [UInt8: [(text: [UInt8], placeholder: String)]] = [:]

    // MARK: - What is known

    /// Forgets what was known of the host before.
    mutating func beginHost() { literals = [:] }

    /// From now on the text is hidden wherever the host at hand is spoken of. Short ones are not: they would be found
    /// inside of everything.
    mutating func learn(_ text: some StringProtocol, as placeholder: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 4, let first = bytes.first else { return }
        var known = literals[first, default: []]
        guard !known.contains(where: { $0.text == bytes }) else { return }
        // The longest first, so that no part is hidden in place of the whole.
        known.insert((bytes, placeholder), at: known.firstIndex { $0.text.count < bytes.count } ?? known.count)
        literals[first] = known
    }

    mutating func placeholder(_ kind: Placeholder.Kind, for original: some StringProtocol) -> String {
        placeholders.text(kind, for: original)
    }

    // MARK: - Texts

    /// - Parameter isPolicyText: it comes from the policy's files and speaks of no host.
    mutating func text(_ text: String, isPolicyText: Bool = false) -> String {
        guard text.utf8.count > 1 else { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        if !isPolicyText, !literals.isEmpty, let replaced = replacingLiterals(bytes) {
            (bytes, isChanged) = (replaced, true)
        }
        if let replaced = replacingDescriptors(bytes) { (bytes, isChanged) = (replaced, true) }
        if let replaced = replacingPatterns(bytes, isPolicyText: isPolicyText) { (bytes, isChanged) = (replaced, true) }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    mutating func text(_ text: String?) -> String? { text.map { self.text($0) } }

    private func replacingLiterals(_ bytes: [UInt8]) -> [UInt8]? {
        var output: [UInt8]?
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard let candidates = literals[bytes[index]],
                let found = candidates.first(where: { bytes[index...].starts(with: $0.text) })
            else {
                index += 1
                continue
            }
            output = (output ?? []) + bytes[copied..<index] + Array(found.placeholder.utf8)
            index += found.text.count
            copied = index
        }
        return output.map { $0 + bytes[copied...] }
    }

    private mutating func replacingDescriptors(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.contains(UInt8(ascii: "(")), bytes.contains(UInt8(ascii: ";")) else { return nil }
        return replacing(SensitivePattern(bytes: bytes).descriptors(), in: bytes)
    }

    private mutating func replacingPatterns(_ bytes: [UInt8], isPolicyText: Bool) -> [UInt8]? {
        let pattern = SensitivePattern(bytes: bytes)
        var finds: [SensitivePattern.Find] = []
        var index = 0
        var output: [UInt8]?
        var copied = 0
        func isNameStart(_ index: Int) -> Bool {
            SensitivePattern.isNameByte(bytes[index]) && (index == 0 || !SensitivePattern.isNameByte(bytes[index - 1]))
        }
        while index < bytes.count {
            if let find = pattern.find(at: index, isPolicyText: isPolicyText) {
                finds.append(find)
                output = (output ?? []) + bytes[copied..<find.range.lowerBound] + hidden(find, in: bytes)
                (index, copied) = (find.range.upperBound, find.range.upperBound)
                continue
            }
            if !names.isEmpty, !isPolicyText, isNameStart(index) {
                var end = pattern.run(from: index, SensitivePattern.isNameByte)
                while end > index, [0x2e, 0x2d].contains(bytes[end - 1]) { end -= 1 }
                if let name = name(bytes[index..<end]) {
                    output = (output ?? []) + bytes[copied..<index] + Array(name.utf8)
                    (index, copied) = (end, end)
                    continue
                }
            }
            index += 1
        }
        return output.map { $0 + bytes[copied...] }
    }

    /// The placeholder of a name, also when it stands there with another domain than in the inventory.
    private func name(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.isEmpty else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return names[text] ?? text.split(separator: ".", maxSplits: 1).first.flatMap { names[String($0)] }
    }

    private mutating func replacing(_ finds: [SensitivePattern.Find], in bytes: [UInt8]) -> [UInt8]? {
        guard !finds.isEmpty else { return nil }
        var output: [UInt8] = []
        var copied = 0
        for find in finds {
            output += bytes[copied..<find.range.lowerBound]
            output += hidden(find, in: bytes)
            copied = find.range.upperBound
        }
        return output + bytes[copied...]
    }

    private mutating func hidden(_ find: SensitivePattern.Find, in bytes: [UInt8]) -> [UInt8] {
        let original = String(decoding: bytes[find.range], as: UTF8.self)
        // Part of a name may be a placeholder already: CN=host-3.
        if find.kind == .certificate, Self.isPlaceholder(original) { return Array(original.utf8) }
        return Array(placeholders.text(find.kind, for: original).utf8)
    }

    private static func isPlaceholder(_ text: String) -> Bool {
        guard let dash = text.lastIndex(of: "-"), Int(text[text.index(after: dash)...]) != nil else { return false }
        return Placeholder.Kind(rawValue: String(text[..<dash])) != nil
    }
}
