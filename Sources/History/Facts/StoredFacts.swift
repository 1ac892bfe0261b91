import FoundationEssentials
import HostFacts

/// How facts are kept: each with its path and the way it was come by, so that a later release with another dictionary can
/// still read them.
enum StoredFacts {
    /// Numbers of the kinds of values; they stay what they are.
    private enum Kind: UInt8 {
        case flag = 1, integer, text, version, date, list
    }

    static func bytes(of group: FactLayout.Group, _ facts: HostFacts) -> [UInt8] {
        var writer = ByteWriter()
        for fact in group.facts {
            writer.put(fact.path)
            StoredCollected.put(fact.read(facts), into: &writer) { put($1, into: &$0) }
        }
        return writer.bytes
    }

    static func facts(_ bytes: [UInt8]) throws(CodecError) -> [(path: String, value: Collected<FactValue>)] {
        var reader = ByteReader(bytes)
        var facts: [(String, Collected<FactValue>)] = []
        while !reader.isAtEnd {
            let path = try reader.text()
            facts.append((path, try StoredCollected.read(&reader) { reader throws(CodecError) in try value(&reader) }))
        }
        return facts
    }

    private static func put(_ value: FactValue, into writer: inout ByteWriter) {
        switch value {
        case .flag(let flag):
            writer.put(byte: Kind.flag.rawValue)
            writer.put(flag)
        case .integer(let number):
            writer.put(byte: Kind.integer.rawValue)
            writer.put(signed: number)
        case .text(let text):
            writer.put(byte: Kind.text.rawValue)
            writer.put(text)
        case .version(let version):
            writer.put(byte: Kind.version.rawValue)
            StoredHost.put(version, into: &writer)
        case .date(let date):
            writer.put(byte: Kind.date.rawValue)
            writer.put(date.timeIntervalSinceReferenceDate)
        case .list(let items):
            writer.put(byte: Kind.list.rawValue)
            writer.put(items)
        }
    }

    private static func value(_ reader: inout ByteReader) throws(CodecError) -> FactValue {
        switch Kind(rawValue: try reader.byte()) {
        case .flag?: .flag(try reader.flag())
        case .integer?: .integer(try reader.signed())
        case .text?: .text(try reader.text())
        case .version?: .version(try StoredHost.version(&reader))
        case .date?: .date(Date(timeIntervalSinceReferenceDate: try reader.double()))
        case .list?: .list(try reader.texts())
        case nil: throw CodecError("a kind of value is unknown here")
        }
    }
}
