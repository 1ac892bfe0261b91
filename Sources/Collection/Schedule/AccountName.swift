/// A user name as inventories write it, split into what counts failed sign-ins and who.
struct AccountName: Hashable {
    enum Form: Hashable {
        /// No domain, or `.\`: an account of the host itself.
        case local
        /// `CORP\user`
        case netBIOS(String)
        /// `user@corp.example.com`
        case principal(String)
    }

    let form: Form
    /// In lower case: Windows ignores it.
    let user: String

    init(_ text: String) {
        if let slash = text.firstIndex(of: "\\") {
            let domain = text[..<slash].lowercased()
            user = text[text.index(after: slash)...].lowercased()
            form = domain == "." || domain.isEmpty ? .local : .netBIOS(domain)
        } else if let at = text.lastIndex(of: "@") {
            user = text[..<at].lowercased()
            form = .principal(text[text.index(after: at)...].lowercased())
        } else {
            user = text.lowercased()
            form = .local
        }
    }

    /// Works out which account each name of a run is.
    ///
    /// `CORP\svc`, `corp.example.com\svc` and `svc@example.com` may be one account, and nothing here can tell. Only two
    /// NetBIOS names are surely two domains: when a user occurs under several domains and one of them has a dot, all its
    /// domain forms count as one account.
    static func accounts(_ names: [(host: String, user: String)]) -> [Account] {
        let parsed = names.map { AccountName($0.user) }
        var domains: [String: Set<String>] = [:]
        for name in parsed {
            switch name.form {
            case .local: continue
            case .netBIOS(let domain), .principal(let domain): domains[name.user, default: []].insert(domain)
            }
        }
        return zip(names, parsed).map { source, name in
            let isMixed = domains[name.user].map { $0.count > 1 && $0.contains { $0.contains(".") } } ?? false
            switch name.form {
            case .local: return Account(authority: "host \(source.host.lowercased())", user: name.user)
            case .netBIOS(let domain), .principal(let domain):
                return Account(authority: isMixed ? "domain" : "domain \(domain)", user: name.user)
            }
        }
    }
}
