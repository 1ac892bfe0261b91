/// YAML files as people write them: one document, UTF-8, with every value's place.
///
/// The syntax is libyaml's (YAML 1.1); nodes, anchors, merge keys, limits and messages are ours.
package enum YAML {
    /// What a file may be at most, so that none can use up memory or time.
    package struct Limits: Sendable, Hashable {
        /// Bytes of the file.
        package var bytes: Int
        /// Collections inside each other; at most 512.
        package var depth: Int
        /// Values with every alias written out, 1,024 bytes of text counting as one more: what a reader of the whole
        /// tree has to go through.
        package var nodes: Int
        /// Bytes of one scalar.
        package var scalar: Int

        package init(bytes: Int = 16 << 20, depth: Int = 64, nodes: Int = 2_000_000, scalar: Int = 1 << 20) {
            self.bytes = bytes
            self.depth = min(depth, 512)
            self.nodes = nodes
            self.scalar = scalar
        }
    }

    /// What happens when a mapping has a key twice.
    package enum DuplicateKeys: Sendable, Hashable {
        /// The file is refused at the first one.
        case refused
        /// The last one counts, and all are listed in ``YAMLDocument/duplicateKeys``.
        case collected
    }

    /// Reads a file that holds one document or none.
    package static func parse(
        _ bytes: [UInt8], limits: Limits = Limits(), duplicateKeys: DuplicateKeys = .refused
    ) throws(YAMLError) -> YAMLDocument {
        let start = SourcePosition(line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw YAMLError("the file is larger than \(limits.bytes) bytes", at: start)
        }
        if isUTF16(bytes) {
            throw YAMLError("the file is UTF-16", at: start, help: "save it as UTF-8")
        }
        // libyaml would count the mark as a character of the first line.
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
        let result = text.withUnsafeBufferPointer { buffer -> Result<YAMLDocument, YAMLError> in
            do throws(YAMLError) {
                var composer = YAMLComposer(
                    events: try YAMLEvents(buffer), limits: limits, duplicateKeys: duplicateKeys)
                return .success(try composer.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// A byte order mark, or a NUL among the first two characters, which no UTF-8 text has.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) || bytes.prefix(2).contains(0)
    }
}

/// What a file holds.
package struct YAMLDocument: Sendable, Hashable {
    /// Nil when the file holds nothing but comments.
    package var root: YAMLNode?
    /// Keys that stand twice in their mapping, where that was not refused; at most 1,000.
    package var duplicateKeys: [YAMLError] = []
}
