import Formats
import Testing

/// What messages about files quote, they quote without passwords.
@Suite struct ExcerptMaskTests {
    private static func quoted(_ line: String) -> String {
        let diagnostic = Diagnostic(
            file: "f.yaml", position: SourcePosition(line: 1, column: 1), code: "T1", message: "wrong")
        var diagnostics = Diagnostics()
        diagnostics.add(diagnostic)
        return diagnostics.rendered { _ in Array(line.utf8) }
    }

    @Test(arguments: [
        #""a&b": {ansible_password: "S3cret-pw!", ansible_host: h}"#, "ansible_password: S3cret-pw! # mine",
        "ansible_ssh_pass: 'S3cret-pw!'", "{ password: S3cret-pw!, x: y }", #""ansible_become_pass" : "S3cret-pw!""#,
        "key_passphrase = S3cret-pw!", "MY_TOKEN: S3cret-pw!", "a: {client_secret: S3cret-pw!}",
        #"ansible_password: "quote\" S3cret-pw!""#, "ansible_password:S3cret-pw!",
    ])
    func `a password is not quoted`(_ line: String) {
        let text = Self.quoted(line)
        #expect(!text.contains("S3cret"), "\(text)")
        #expect(text.contains("***"))
    }

    @Test(arguments: [
        "ansible_host: 10.0.0.1", "why: Passwords of local accounts are no secret when they are short",
        "check: { fact: accounts.minimumPasswordLength, at-least: 8 }", "ansible_password:", "password", "",
    ])
    func `other lines are quoted as they are`(_ line: String) {
        #expect(Self.quoted(line).contains(line))
    }
}
