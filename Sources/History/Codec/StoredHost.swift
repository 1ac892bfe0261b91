import HostFacts
import Policy

/// What of a judged host stays the same for long, and its findings by number.
struct StoredHost: Hashable {
    var address: String
    var groups: [String]
    var role: String?
    var site: String?
    var transport: String?
    var authentication: String?
    var osName: String?
    var osVersion: BuildVersion?
    var marks: [MachineMark]
    /// Ids of the waivers that name it.
    var waivers: [String]
    /// Rows of the table `finding`, in the order of the judgement.
    var findings: [Int64]

    init(_ judgement: HostJudgement, findings: [Int64]) {
        let host = judgement.host
        address = host.address
        groups = host.groups
        role = host.role
        site = host.site
        transport = host.transport
        authentication = host.authentication
        osName = host.osName
        osVersion = host.osVersion
        marks = judgement.marks
        waivers = judgement.waivers.map(\.id)
        self.findings = findings
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        // First, because most questions are about them.
        writer.put(list: findings) { $0.put(UInt64(bitPattern: $1)) }
        writer.put(address)
        writer.put(groups)
        for text in [role, site, transport, authentication, osName] { writer.put(optional: text) }
        writer.put(optional: osVersion) { Self.put($1, into: &$0) }
        writer.put(list: marks) { writer, mark in
            StoredRemediation.put(mark.location, into: &writer)
            writer.put(mark.text)
        }
        writer.put(waivers)
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(CodecError) {
        var reader = ByteReader(bytes)
        findings = try Self.findings(&reader)
        address = try reader.text()
        groups = try reader.texts()
        role = try reader.optionalText()
        site = try reader.optionalText()
        transport = try reader.optionalText()
        authentication = try reader.optionalText()
        osName = try reader.optionalText()
        osVersion = try reader.optional { reader throws(CodecError) in try Self.version(&reader) }
        marks = try reader.list { reader throws(CodecError) in
            MachineMark(location: try StoredRemediation.location(&reader), text: try reader.text())
        }
        waivers = try reader.texts()
        try reader.finish()
    }

    /// Only the numbers of its findings.
    static func findings(in bytes: [UInt8]) throws(CodecError) -> [Int64] {
        var reader = ByteReader(bytes)
        return try findings(&reader)
    }

    private static func findings(_ reader: inout ByteReader) throws(CodecError) -> [Int64] {
        try reader.list { reader throws(CodecError) in Int64(bitPattern: try reader.number()) }
    }

    static func put(_ version: BuildVersion, into writer: inout ByteWriter) {
        for number in [version.major, version.minor, version.build] { writer.put(UInt64(number)) }
        writer.put(optional: version.revision) { $0.put(UInt64($1)) }
    }

    static func version(_ reader: inout ByteReader) throws(CodecError) -> BuildVersion {
        func part(_ reader: inout ByteReader) throws(CodecError) -> UInt32 {
            guard let part = UInt32(exactly: try reader.number()) else { throw CodecError("a version is too large") }
            return part
        }
        return BuildVersion(
            try part(&reader), try part(&reader), try part(&reader),
            try reader.optional { reader throws(CodecError) in try part(&reader) })
    }
}

/// The numbers in a host's findings: those of the night when its judgement was kept first, and what differs in another.
enum StoredNumbers {
    static func bytes(_ numbers: [UInt64]) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(list: numbers) { $0.put($1) }
        return writer.bytes
    }

    static func numbers(_ bytes: [UInt8]) throws(CodecError) -> [UInt64] {
        var reader = ByteReader(bytes)
        let numbers = try reader.list { reader throws(CodecError) in try reader.number() }
        try reader.finish()
        return numbers
    }

    /// Places and their new numbers; `nil` when nothing differs.
    static func difference(from base: [UInt64], to numbers: [UInt64]) -> [UInt8]? {
        guard base != numbers else { return nil }
        var writer = ByteWriter()
        var last = 0
        for (place, (before, after)) in zip(base, numbers).enumerated() where before != after {
            writer.put(count: place - last)
            writer.put(signed: Int64(bitPattern: after &- before))
            last = place
        }
        return writer.bytes
    }

    static func apply(_ difference: [UInt8], to base: [UInt64]) throws(CodecError) -> [UInt64] {
        var reader = ByteReader(difference)
        var numbers = base
        var place = 0
        while !reader.isAtEnd {
            let step = try reader.number()
            guard step < UInt64(numbers.count - place) else { throw CodecError("a number too many") }
            place += Int(step)
            numbers[place] = numbers[place] &+ UInt64(bitPattern: try reader.signed())
        }
        return numbers
    }
}
