/// Why a text is not a security descriptor: what was met, and at which byte of the text.
package struct SDDLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let offset: Int
    package let problem: String

    package var description: String { "not a security descriptor: \(problem) at byte \(offset)" }
}

/// A security descriptor in SDDL, as Windows prints it ([MS-DTYP] 2.5.1): who owns a thing, and who may do what.
///
/// The text is kept, so printing gives back exactly what was read; what is not understood (conditional expressions,
/// object identifiers) stays in its entry and makes that entry undecidable, never invisible.
package struct SecurityDescriptor: Sendable, Hashable {
    /// The SDDL as the host gave it.
    package let text: String
    /// A SID or a two-letter alias resolved to one; `nil` when the descriptor does not say.
    package let owner: SID?
    package let group: SID?
    /// `nil`: no DACL at all, which grants everything to everybody.
    package let accessList: AccessList?

    package init(sddl: String) throws(SDDLError) {
        var reader = SDDLReader(sddl)
        text = sddl
        let parts = try reader.parts()
        owner = parts.owner
        group = parts.group
        accessList = parts.accessList
    }

    /// Whether an account whose token holds `identities` is granted every right of `mask`, by [MS-DTYP] 2.5.3.2.
    ///
    /// Entries are looked at in order; the first that speaks about a right decides it. An entry that applies to the
    /// account but cannot be evaluated makes the answer unknown (`nil`) as soon as it could have decided.
    package func grants(_ mask: FileRights, to identities: Set<SID>) -> Bool? {
        guard let accessList else { return true }
        var remaining = mask
        for entry in accessList.entries where !entry.isInheritOnly && identities.contains(entry.trustee) {
            guard !remaining.isDisjoint(with: entry.rights) else { continue }
            switch entry.kind {
            case .allow: remaining.subtract(entry.rights)
            case .deny: return false
            case .other: return nil
            }
            if remaining.isEmpty { return true }
        }
        return false
    }
}

/// A discretionary access list.
package struct AccessList: Sendable, Hashable {
    /// `P`, `AI`, … as written: `P` means that entries of the parent are not inherited.
    package let flags: String
    package let entries: [AccessEntry]

    package var isProtected: Bool { flags.utf8.contains(0x50) }
}

/// One entry of an access list.
package struct AccessEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case allow, deny
        /// Conditional, object, or unknown entries, by their SDDL name: kept, never evaluated.
        case other(String)
    }

    package let kind: Kind
    /// `OICIIO`, … as written.
    package let flags: String
    package let rights: FileRights
    package let trustee: SID

    /// The entry is only a template for children; it says nothing about the object itself.
    package var isInheritOnly: Bool { flagPairs.contains("IO") }
    package var isInherited: Bool { flagPairs.contains("ID") }

    private var flagPairs: [String] {
        stride(from: 0, to: flags.count - 1, by: 2).map { start in String(flags.dropFirst(start).prefix(2)) }
    }
}

/// Access rights to a file or folder ([MS-DTYP] 2.4.3), generic ones mapped.
package struct FileRights: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readData = FileRights(rawValue: 0x1)
    package static let writeData = FileRights(rawValue: 0x2)
    package static let appendData = FileRights(rawValue: 0x4)
    package static let readDescriptor = FileRights(rawValue: 0x2_0000)
    /// FILE_GENERIC_READ: what a service needs to use a key file.
    package static let read = FileRights(rawValue: 0x12_0089)
    package static let write = FileRights(rawValue: 0x12_0116)
    package static let execute = FileRights(rawValue: 0x12_00A0)
    package static let full = FileRights(rawValue: 0x1F_01FF)

    /// Generic bits (0xF0000000) replaced by what they stand for on a file.
    var mappedToFile: FileRights {
        var mapped = FileRights(rawValue: rawValue & 0x0FFF_FFFF)
        if rawValue & 0x8000_0000 != 0 { mapped.formUnion(.read) }
        if rawValue & 0x4000_0000 != 0 { mapped.formUnion(.write) }
        if rawValue & 0x2000_0000 != 0 { mapped.formUnion(.execute) }
        if rawValue & 0x1000_0000 != 0 { mapped.formUnion(.full) }
        return mapped
    }
}
