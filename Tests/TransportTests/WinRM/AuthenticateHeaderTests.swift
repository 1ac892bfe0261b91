import Testing
import Transport

@Suite struct AuthenticateHeaderTests {
    @Test(
        arguments: [
            ([], []), (["Negotiate"], ["Negotiate"]),
            (["Negotiate", "Kerberos", "Negotiate"], ["Negotiate", "Kerberos"]),
            (["Negotiate, Kerberos,CredSSP"], ["Negotiate", "Kerberos", "CredSSP"]),
            ([#"Basic realm="WSMAN", Negotiate"#], ["Basic", "Negotiate"]),
            ([#"Basic realm="a, b \" c", charset="UTF-8", Negotiate"#], ["Basic", "Negotiate"]),
            ([#"Digest realm="x", nonce="y", qop="auth,auth-int""#, "NTLM"], ["Digest", "NTLM"]),
            ([", ,Negotiate,"], ["Negotiate"]), (["negotiate"], ["negotiate"]), ([#"Basic realm="open"#], ["Basic"]),
            (["\u{1B}[31mEvil"], []), ([String(repeating: "x", count: 100)], []), (["Nega=tiate"], []), (["ä"], []),
        ] as [([String], [String])])
    func `schemes are read whether in one line or many`(_ values: [String], schemes: [String]) {
        #expect(AuthenticateHeader(values).schemes == schemes)
    }

    @Test(
        arguments: [
            (["Negotiate AQID"], [1, 2, 3]), (["negotiate AQID"], [1, 2, 3]), (["Negotiate  AQID "], [1, 2, 3]),
            (["Negotiate", "Negotiate AQID"], [1, 2, 3]), (["Kerberos AAAA, Negotiate AQI="], [1, 2]),
            (["Negotiate"], nil), (["Negotiate !!!"], nil), (["Negotiate AQI"], nil), (["Kerberos AQID"], nil),
            ([#"Negotiate realm="x""#], nil),
        ] as [([String], [UInt8]?)])
    func `a token is base64 behind its scheme`(_ values: [String], token: [UInt8]?) {
        #expect(AuthenticateHeader(values).token(of: "Negotiate") == token)
    }
}
