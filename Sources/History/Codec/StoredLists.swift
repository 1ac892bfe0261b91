/// How lists that belong to a whole run are kept.
enum StoredLists {
    /// What was left out in checking hosts, by host.
    static func bytes(of unchecked: [String: [String]]) -> [UInt8] {
        var writer = ByteWriter()
        let sorted = unchecked.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
        writer.put(list: sorted) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value)
        }
        return writer.bytes
    }

    static func unchecked(_ bytes: [UInt8]) throws(CodecError) -> [String: [String]] {
        var reader = ByteReader(bytes)
        let entries = try reader.list { reader throws(CodecError) in (try reader.text(), try reader.texts()) }
        try reader.finish()
        return Dictionary(entries, uniquingKeysWith: { first, _ in first })
    }

    /// The hosts of a run by their rows, each told by its distance from the one before.
    static func bytes(ofMembers rows: [Int64]) -> [UInt8] {
        var writer = ByteWriter()
        var last: Int64 = 0
        writer.put(list: rows.sorted()) { writer, row in
            writer.put(UInt64(bitPattern: row - last))
            last = row
        }
        return writer.bytes
    }

    static func members(_ bytes: [UInt8]) throws(CodecError) -> [Int64] {
        var reader = ByteReader(bytes)
        var last: Int64 = 0
        let rows = try reader.list { reader throws(CodecError) in
            last &+= Int64(bitPattern: try reader.number())
            return last
        }
        try reader.finish()
        return rows
    }

    /// The groups of a set of facts.
    static func groups(_ bytes: [UInt8]) throws(CodecError) -> [Int64] {
        var reader = ByteReader(bytes)
        let groups = try reader.list { reader throws(CodecError) in Int64(bitPattern: try reader.number()) }
        try reader.finish()
        return groups
    }
}
