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
    /// `CORP\svc` and `svc@corp.example.com` may be one account, and nothing here can tell: when a user occurs in both
    /// forms, all its domain forms count as one account.
    static func accounts(_ names: [(host: String, user: String)]) -> [Account] {
        let parsed = names.map { AccountName($0.user) }
        var forms: [String: (hasNetBIOS: Bool, hasPrincipal: Bool)] = [:]
        for name in parsed {
            switch name.form {
            case .local: continue
            case .netBIOS: forms[name.user, default: (false, false)].hasNetBIOS = true
            case .principal: forms[name.user, default: (false, false)].hasPrincipal = true
            }
        }
        return zip(names, parsed).map { source, name in
            let isMixed = forms[name.user].map { $0.hasNetBIOS && $0.hasPrincipal } ?? false
            switch name.form {
            case .local: return Account(authority: "host \(source.host.lowercased())", user: name.user)
            case .netBIOS(let domain), .principal(let domain):
                return Account(authority: isMixed ? "domain" : "domain \(domain)", user: name.user)
            }
        }
    }
}
