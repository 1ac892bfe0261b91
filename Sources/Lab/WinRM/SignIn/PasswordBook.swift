import Formats

/// The accounts of one host, for Basic (which Windows maps to local accounts only).
struct PasswordBook: Sendable {
    var accounts: [LabAccount]
    var host: String

    func admits(_ name: String, _ password: Secret) -> Bool {
        let parts = name.split(separator: "\\", maxSplits: 1, omittingEmptySubsequences: false)
        let domain = parts.count == 2 ? String(parts[0]) : "", user = String(parts[parts.count - 1])
        return accounts.contains { account in
            account.domains.isEmpty
                && account.user.lowercased() == user.lowercased()
                && account.acceptedDomains(on: host).contains { $0.lowercased() == domain.lowercased() }
                && account.password == password
        }
    }
}
