/// Reads SDDL ([MS-DTYP] 2.5.1) from left to right.
struct SDDLReader {
    struct Parts {
        var owner: SID?
        var group: SID?
        var accessList: AccessList?
    }

    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parts() throws(SDDLError) -> Parts {
        guard bytes.count <= 1 << 17 else { throw problem("longer than 128 KB") }
        var parts = Parts()
        var seen: Set<UInt8> = []
        while at < bytes.count {
            let name = bytes[at]
            guard at + 1 < bytes.count, bytes[at + 1] == 0x3a else { throw problem("no part such as O: or D:") }
            guard seen.insert(name).inserted else { throw problem("the same part twice") }
            at += 2
            switch name {
            case 0x4f: parts.owner = try sid()  // O
            case 0x47: parts.group = try sid()  // G
            case 0x44: parts.accessList = try accessList()  // D
            case 0x53: _ = try accessList()  // S: auditing and labels decide no access
            default: throw problem("an unknown part")
            }
        }
        guard !seen.isEmpty else { throw problem("empty text") }
        return parts
    }

    private func problem(_ text: String) -> SDDLError { SDDLError(offset: at, problem: text) }

    private mutating func sid() throws(SDDLError) -> SID {
        let start = at
        if at + 1 < bytes.count, bytes[at] == 0x53, bytes[at + 1] == 0x2d {
            while at < bytes.count, Self.isOfSID(bytes[at]), !startsPart(at) { at += 1 }
        } else {
            at = min(at + 2, bytes.count)
        }
        guard let sid = SID(String(decoding: bytes[start..<at], as: UTF8.self)) else {
            at = start
            throw problem("no SID")
        }
        return sid
    }

    /// A part's letter and colon: `G:` behind a SID, whose last character could be taken for the letter.
    private func startsPart(_ index: Int) -> Bool { index + 1 < bytes.count && bytes[index + 1] == 0x3a }

    private static func isOfSID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x2d, 0x53, 0x78, 0x41...0x46, 0x61...0x66: true  // digits - S x and hex of an authority
        default: false
        }
    }

    private mutating func accessList() throws(SDDLError) -> AccessList? {
        let start = at
        while at < bytes.count, bytes[at] != 0x28, !startsPart(at) { at += 1 }
        let flags = String(decoding: bytes[start..<at], as: UTF8.self)
        if flags.contains("NO_ACCESS_CONTROL") { return nil }
        var entries: [AccessEntry] = []
        while at < bytes.count, bytes[at] == 0x28 { entries.append(try entry()) }
        return AccessList(flags: flags, entries: entries)
    }

    /// `(type;flags;rights;object;inherited object;trustee[;condition])`
    private mutating func entry() throws(SDDLError) -> AccessEntry {
        let fields = try entryFields()
        guard fields.count >= 6 else { throw problem("an entry of \(fields.count) fields") }
        guard let trustee = SID(fields[5]) else { throw problem("no SID in an entry") }
        guard let rights = Self.rights(fields[2]) else { throw problem("unknown rights in an entry") }
        let isPlain = fields.count == 6 && fields[3].isEmpty && fields[4].isEmpty
        let kind: AccessEntry.Kind =
            switch fields[0] {
            case "A" where isPlain: .allow
            case "D" where isPlain: .deny
            default: .other(fields[0])
            }
        return AccessEntry(kind: kind, flags: fields[1], rights: rights.mappedToFile, trustee: trustee)
    }

    /// The fields between the parentheses; a condition may hold parentheses and quoted text of its own.
    private mutating func entryFields() throws(SDDLError) -> [String] {
        let opening = at
        var fields: [String] = []
        var depth = 0
        var isQuoted = false
        at += 1
        var start = at
        while at < bytes.count {
            switch bytes[at] {
            case 0x22: isQuoted.toggle()
            case 0x28 where !isQuoted: depth += 1
            case 0x29 where !isQuoted && depth > 0: depth -= 1
            case 0x29 where !isQuoted:
                fields.append(String(decoding: bytes[start..<at], as: UTF8.self))
                at += 1
                return fields
            case 0x3b where !isQuoted && depth == 0:
                fields.append(String(decoding: bytes[start..<at], as: UTF8.self))
                start = at + 1
            default: break
            }
            at += 1
        }
        at = opening
        throw problem("an entry that does not end")
    }

    private static func rights(_ text: String) -> FileRights? {
        if text.isEmpty { return [] }
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            return UInt32(text.dropFirst(2), radix: 16).map { FileRights(rawValue: $0) }
        }
        if let first = text.utf8.first, case 0x30...0x39 = first {
            let number = first == 0x30 && text.utf8.count > 1 ? UInt32(text, radix: 8) : UInt32(text)
            return number.map { FileRights(rawValue: $0) }
        }
        guard text.utf8.count.isMultiple(of: 2) else { return nil }
        var all: FileRights = []
        var rest = Substring(text)
        while !rest.isEmpty {
            guard let bits = rightNames[String(rest.prefix(2))] else { return nil }
            all.formUnion(FileRights(rawValue: bits))
            rest = rest.dropFirst(2)
        }
        return all
    }

    /// [MS-DTYP] 2.5.1.1, ace-rights. Directory service names keep their bits: on a file they mean the low bits.
    private static let rightNames: [String: UInt32] = [
        "GA": 0x1000_0000, "GX": 0x2000_0000, "GW": 0x4000_0000, "GR": 0x8000_0000,
        "RC": 0x2_0000, "SD": 0x1_0000, "WD": 0x4_0000, "WO": 0x8_0000,
        "FA": 0x1F_01FF, "FR": 0x12_0089, "FW": 0x12_0116, "FX": 0x12_00A0,
        "KA": 0xF_003F, "KR": 0x2_0019, "KW": 0x2_0006, "KX": 0x2_0019,
        "CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80, "CR": 0x100,
        "NW": 0x1, "NR": 0x2, "NX": 0x4,
    ]
}
