/// A security identifier, as `S-1-5-20`; an alias of SDDL that hangs on a domain (`DA`, `LA`) keeps its two letters.
package struct SID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// Takes a canonical SID or one of SDDL's aliases; anything else is no SID.
    package init?(_ text: String) {
        if let resolved = Self.aliases[text] {
            self.text = resolved
        } else if Self.domainAliases.contains(text) || Self.isCanonical(text) {
            self.text = text
        } else {
            return nil
        }
    }

    private init(known text: String) { self.text = text }

    package static let system = SID(known: "S-1-5-18")
    package static let localService = SID(known: "S-1-5-19")
    package static let networkService = SID(known: "S-1-5-20")
    package static let administrators = SID(known: "S-1-5-32-544")
    package static let users = SID(known: "S-1-5-32-545")
    package static let everyone = SID(known: "S-1-1-0")
    package static let authenticatedUsers = SID(known: "S-1-5-11")
    /// `NT SERVICE\SessionEnv`, which makes and renews RDP's certificate.
    package static let sessionEnv = SID(
        known: "S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833")

    /// The groups in a token of `NT AUTHORITY\NETWORK SERVICE`, under which TermService runs.
    package static let networkServiceToken: Set<SID> = [
        networkService, everyone, authenticatedUsers, users, SID(known: "S-1-5-6"), SID(known: "S-1-2-0"),
        SID(known: "S-1-5-15"),
    ]

    package var description: String { text }

    /// The name in English, or the SID itself: reports never depend on what the host would call it.
    package var name: String { Self.names[text] ?? text }

    private static func isCanonical(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2d, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 18, parts[0].elementsEqual("S".utf8), parts[1].elementsEqual("1".utf8)
        else {
            return false
        }
        let authority = parts[2]
        let isAuthority =
            authority.starts(with: "0x".utf8)
            ? UInt64(String(decoding: authority.dropFirst(2), as: UTF8.self), radix: 16) != nil
            : isNumber(authority)
        return isAuthority && parts.dropFirst(3).allSatisfy(isNumber)
    }

    /// Without zeros before it: two texts of one SID would be two SIDs to us.
    private static func isNumber(_ digits: Substring.UTF8View) -> Bool {
        UInt32(digits: digits) != nil && (digits.count == 1 || digits.first != 0x30)
    }

    /// [MS-DTYP] 2.5.1.1, sid-token; only those that mean the same on every machine.
    private static let aliases: [String: String] = [
        "AA": "S-1-5-32-579", "AC": "S-1-15-2-1", "AN": "S-1-5-7", "AO": "S-1-5-32-548", "AS": "S-1-18-1",
        "AU": "S-1-5-11", "BA": "S-1-5-32-544", "BG": "S-1-5-32-546", "BO": "S-1-5-32-551", "BU": "S-1-5-32-545",
        "CD": "S-1-5-32-574", "CG": "S-1-3-1", "CO": "S-1-3-0", "CY": "S-1-5-32-569", "ED": "S-1-5-9",
        "ER": "S-1-5-32-573", "ES": "S-1-5-32-576", "HA": "S-1-5-32-578", "HI": "S-1-16-12288", "IS": "S-1-5-32-568",
        "IU": "S-1-5-4", "LS": "S-1-5-19", "LU": "S-1-5-32-559", "LW": "S-1-16-4096", "ME": "S-1-16-8192",
        "MP": "S-1-16-8448", "MS": "S-1-5-32-577", "MU": "S-1-5-32-558", "NO": "S-1-5-32-556", "NS": "S-1-5-20",
        "NU": "S-1-5-2", "OW": "S-1-3-4", "PO": "S-1-5-32-550", "PS": "S-1-5-10", "PU": "S-1-5-32-547",
        "RA": "S-1-5-32-575", "RC": "S-1-5-12", "RD": "S-1-5-32-555", "RE": "S-1-5-32-552", "RM": "S-1-5-32-580",
        "RU": "S-1-5-32-554", "SI": "S-1-16-16384", "SO": "S-1-5-32-549", "SS": "S-1-18-2", "SU": "S-1-5-6",
        "SY": "S-1-5-18", "UD": "S-1-5-84-0-0-0-0-0", "WD": "S-1-1-0", "WR": "S-1-5-33",
    ]

    /// Aliases whose SID contains the machine's or the domain's identifier.
    private static let domainAliases: Set<String> = [
        "AP", "CA", "CN", "DA", "DC", "DD", "DG", "DU", "EA", "EK", "KA", "LA", "LG", "PA", "RO", "RS", "SA",
    ]

    private static let names: [String: String] = [
        "S-1-1-0": "Everyone", "S-1-5-6": "SERVICE", "S-1-5-11": "Authenticated Users", "S-1-5-18": "SYSTEM",
        "S-1-5-19": "LOCAL SERVICE", "S-1-5-20": "NETWORK SERVICE", "S-1-5-32-544": "Administrators",
        "S-1-5-32-545": "Users", "S-1-5-32-546": "Guests", "S-1-5-32-555": "Remote Desktop Users",
        "S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833": "SessionEnv service",
        "S-1-3-0": "CREATOR OWNER",
    ]
}
