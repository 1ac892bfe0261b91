import Testing

@testable import Collection

@Suite struct AccountNameTests {
    /// Accounts of names on the hosts h0, h1, …
    private func accounts(_ users: [String], onOneHost: Bool = false) -> [Account] {
        AccountName.accounts(users.enumerated().map { (onOneHost ? "h" : "h\($0.offset)", $0.element) })
    }

    @Test(arguments: [
        ["CORP\\svc", "corp\\SVC", "Corp\\Svc"], ["svc@corp.example", "SVC@CORP.EXAMPLE"],
        ["CORP\\svc", "svc@corp.example"], ["CORP\\svc", "corp.example\\svc"], ["svc@corp.example", "svc@example.com"],
        ["CORP\\svc", "svc@CORP"], ["CORP\\svc", "LAB\\svc", "svc@example.com"],
        ["CORP\\svc", "SVC@corp.example", "corp\\svc"],
    ])
    func `names that may be one domain account count as one`(_ users: [String]) {
        #expect(Set(accounts(users)).count == 1)
    }

    @Test(arguments: [
        ["CORP\\svc", "LAB\\svc"], ["CORP\\a", "CORP\\b"], ["a@corp.example", "b@corp.example"], ["svc", "CORP\\svc"],
        [".\\svc", "svc@corp.example"], ["svc", "svc"], [".\\svc", ".\\svc"], ["\\svc", "svc"],
    ])
    func `names that are surely two accounts count as two`(_ users: [String]) {
        #expect(Set(accounts(users)).count == users.count)
    }

    @Test(arguments: [["svc", ".\\svc", "\\SVC", "Svc"]]) func `a local account has many spellings`(_ users: [String]) {
        #expect(Set(accounts(users, onOneHost: true)).count == 1)
    }

    @Test(arguments: ["", "\\", "@", "a@", "@b", "a\\", "\\\\a", "a@b@c", "CORP\\a@b", "\u{130}", "CORP\\\u{1f4a5}"])
    func `odd names are names`(_ user: String) {
        #expect(accounts([user, user], onOneHost: true)[0] == accounts([user, user], onOneHost: true)[1])
    }
}
