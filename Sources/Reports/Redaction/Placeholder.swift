/// What stands in a redacted copy in place of what it hides: `address-1`, `account-3`. Equal things have equal
/// placeholders within one copy, different things different ones; numbers follow the first appearance and mean nothing.
struct Placeholder {
    enum Kind: String, Hashable, CaseIterable {
        /// IP addresses and ranges, and names of machines that a host is set to talk to.
        case address
        /// Accounts, groups and users, by name or SID.
        case account
        case descriptor = "sddl"
        /// Subjects, issuers and names in certificates.
        case certificate
        case thumbprint
        /// GUIDs and other marks of one machine.
        case identifier = "id"
        /// Shares.
        case path
        /// Owners and approvers of waivers.
        case person
        /// Hosts, computers and domains; only when names are hidden.
        case host
        /// Only when names are hidden.
        case site, pattern, policy
    }

    private var numbers: [Kind: [String: Int]] = [:]

    /// - Parameter width: digits that the number has at least, so that placeholders sort as they were given.
    mutating func text(_ kind: Kind, for original: some StringProtocol, width: Int = 1) -> String {
        let key = original.lowercased()
        let next = (numbers[kind]?.count ?? 0) + 1
        let number = numbers[kind]?[key] ?? next
        if number == next { numbers[kind, default: [:]][key] = number }
        let digits = String(number)
        return "\(kind.rawValue)-" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
