import Formats
import Testing

@testable import Lab

@Suite struct SignInMachineTests {
    private func machine(basic: Bool = false, negotiate: Bool = true) -> SignInMachine {
        SignInMachine(offer: .init(negotiate: negotiate, basic: basic))
    }

    @Test func `a request that presents nothing ends the connection`() {
        var machine = machine()
        #expect(machine.handle(.request(authorization: nil)) == .refuse(token: nil, closes: true))
    }

    @Test func `Negotiate takes two legs and then speaks for the connection`() {
        var machine = machine()
        #expect(machine.handle(.request(authorization: "Negotiate AQI=")) == .step([1, 2], begins: true))
        #expect(machine.handle(.challenged([3])) == .refuse(token: [3], closes: false))
        #expect(machine.handle(.request(authorization: "negotiate AwQ=")) == .step([3, 4], begins: false))
        #expect(
            machine.handle(.completed(account: "LAB\\a", token: [9]))
                == .serve(account: "LAB\\a", protectsMessages: true, token: [9]))
        for _ in 0..<2 {
            #expect(
                machine.handle(.request(authorization: nil))
                    == .serve(account: "LAB\\a", protectsMessages: true, token: nil))
        }
        #expect(machine.handle(.request(authorization: "Negotiate AQI=")) == .step([1, 2], begins: true))
        #expect(machine.handle(.request(authorization: nil)) == .refuse(token: nil, closes: true))
    }

    @Test func `an exchange that is left off does not go on`() {
        var machine = machine()
        _ = machine.handle(.request(authorization: "Negotiate AQI="))
        _ = machine.handle(.challenged([3]))
        #expect(machine.handle(.request(authorization: nil)) == .refuse(token: nil, closes: true))
        #expect(machine.handle(.request(authorization: "Negotiate AwQ=")) == .step([3, 4], begins: true))
    }

    @Test func `a refusal carries no token and ends the connection`() {
        var machine = machine()
        _ = machine.handle(.request(authorization: "Negotiate AQI="))
        #expect(machine.handle(.refused) == .refuse(token: nil, closes: true))
        #expect(machine.handle(.request(authorization: nil)) == .refuse(token: nil, closes: true))
    }

    @Test func `Basic speaks for one request, and is asked again when it changes`() {
        var machine = machine(basic: true)
        let field = "Basic " + Base64.encode(Array("user:p:w".utf8))
        let check = SignInMachine.Action.checkPassword(user: "user", password: Secret("p:w"))
        #expect(machine.handle(.request(authorization: field)) == check)
        let serve = SignInMachine.Action.serve(account: "user", protectsMessages: false, token: nil)
        #expect(machine.handle(.accepted(account: "user")) == serve)
        #expect(machine.handle(.request(authorization: field)) == serve)
        #expect(machine.handle(.request(authorization: nil)) == .refuse(token: nil, closes: true))
        #expect(machine.handle(.request(authorization: field)) == check)
    }

    @Test(arguments: [
        "Basic dXNlcjpwdw==", "Negotiate", "Negotiate ", "Negotiate !", "Kerberos AQI=", "NTLM AQI=", "",
        "Negotiate AQI",
    ])
    func `what is not offered or not readable is refused`(field: String) {
        var machine = machine()
        #expect(machine.handle(.request(authorization: field)) == .refuse(token: nil, closes: true))
    }

    @Test func `Basic without a colon is refused, and Negotiate when it is not offered`() {
        var machine = machine(basic: true, negotiate: false)
        let field = "Basic " + Base64.encode(Array("user".utf8))
        #expect(machine.handle(.request(authorization: field)) == .refuse(token: nil, closes: true))
        #expect(machine.handle(.request(authorization: "Negotiate AQI=")) == .refuse(token: nil, closes: true))
    }

    @Test func `a password does not print`() {
        var machine = machine(basic: true)
        let action = machine.handle(.request(authorization: "Basic " + Base64.encode(Array("u:geheim".utf8))))
        #expect(!"\(action)".contains("geheim"))
    }

    @Test func `schemes stand in one field or in several`() {
        #expect(
            SignInMachine.challenges(.init(negotiate: true, basic: true), joined: false)
                == ["WWW-Authenticate: Negotiate", #"WWW-Authenticate: Basic realm="WSMAN""#])
        #expect(
            SignInMachine.challenges(.init(negotiate: true, basic: true), joined: true)
                == [#"WWW-Authenticate: Negotiate, Basic realm="WSMAN""#])
        #expect(SignInMachine.challenges(.init(negotiate: true, basic: false), joined: false).count == 1)
    }
}

@Suite struct NTLMAuthenticateTests {
    private static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }

    /// An AUTHENTICATE_MESSAGE as [MS-NLMP] 2.2.1.3 lays it out.
    static func message(domain: String, user: String, binding: [UInt8]?, isUnicode: Bool = true) -> [UInt8] {
        var response = [UInt8](repeating: 7, count: 44) + [2, 0, 2, 0, 65, 0]
        if let binding { response += [10, 0, UInt8(binding.count), 0] + binding }
        response += [0, 0, 0, 0, 0, 0, 0, 0]
        let names = [domain, user].map { isUnicode ? utf16($0) : Array($0.utf8) }
        var payload: [UInt8] = []
        func field(_ bytes: [UInt8]) -> [UInt8] {
            defer { payload += bytes }
            let offset = 64 + payload.count
            return [UInt8(bytes.count), 0, UInt8(bytes.count), 0, UInt8(offset & 255), UInt8(offset >> 8), 0, 0]
        }
        var head = NTLMAuthenticate.signature + [3, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        head += field(response) + field(names[0]) + field(names[1]) + [UInt8](repeating: 0, count: 16)
        return head + [isUnicode ? 1 : 2, 0, 0, 0] + payload
    }

    @Test(arguments: [("LAB", "audit", "LAB\\audit"), ("", "Administrator", "Administrator"), ("é", "ü€", "é\\ü€")])
    func `the account is read, alone and inside SPNEGO`(domain: String, user: String, account: String) throws {
        let message = Self.message(domain: domain, user: user, binding: nil)
        #expect(NTLMAuthenticate(in: message)?.account == account)
        #expect(NTLMAuthenticate(in: [0xa1, 0x82, 1, 2] + message + [0])?.account == account)
        #expect(NTLMAuthenticate(in: message)?.channelBinding == nil)
    }

    @Test func `names in OEM characters are read`() {
        #expect(
            NTLMAuthenticate(in: Self.message(domain: "D", user: "u", binding: nil, isUnicode: false))?.account
                == "D\\u")
    }

    @Test func `a binding is told apart from none and from zeros`() {
        let binding = [UInt8](1...16)
        #expect(NTLMAuthenticate(in: Self.message(domain: "", user: "u", binding: binding))?.channelBinding == binding)
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(NTLMAuthenticate(in: Self.message(domain: "", user: "u", binding: zeros))?.channelBinding == nil)
    }

    @Test func `other messages and damaged ones are no sign-in, and never trap`() {
        #expect(NTLMAuthenticate(in: []) == nil)
        #expect(
            NTLMAuthenticate(in: NTLMAuthenticate.signature + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 60)) == nil)
        let message = Self.message(domain: "LAB", user: "audit", binding: [UInt8](1...16))
        for index in message.indices {
            _ = NTLMAuthenticate(in: Array(message[..<index]))
            for byte in [0, 1, 127, 255] as [UInt8] {
                var damaged = message
                damaged[index] = byte
                _ = NTLMAuthenticate(in: damaged)
            }
        }
        #expect(NTLMAuthenticate(in: Array(message.dropLast(1))) == nil)
    }
}

@Suite struct ChannelBindingTests {
    @Test(arguments: [
        (CbtHardeningLevel.none, true, true, true), (.relaxed, true, true, false), (.strict, true, false, false),
    ])
    func `each level admits what Windows admits`(level: CbtHardeningLevel, right: Bool, missing: Bool, wrong: Bool) {
        #expect(level.admits([1, 2], expected: [1, 2]) == right)
        #expect(level.admits(nil, expected: [1, 2]) == missing)
        #expect(level.admits([9], expected: [1, 2]) == wrong)
    }

    @Test func `the binding of a certificate is the hash of RFC 5929 in NTLM's structure`() {
        // printf abc | openssl sha256; then MD5 over the structure, computed apart.
        #expect(Hex.encode(ChannelBinding.ntlm(certificate: Array("abc".utf8))) == "af170326dfd6fc6cc21c3364343df0b2")
    }
}

@Suite struct SealedMessageTests {
    private let sealed = [UInt8](0..<16) + Array("--Encrypted Boundary--\r\nplain".utf8)

    private var framed: [UInt8] { SealedMessage.frame(sealed, plainLength: sealed.count - 16) }

    @Test func `the frame is Windows' own, byte by byte`() {
        let text = String(
            decoding: SealedMessage.frame([UInt8](repeating: 65, count: 17), plainLength: 1), as: UTF8.self)
        #expect(
            text == "--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
                + "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=1\r\n--Encrypted Boundary\r\n"
                + "\tContent-Type: application/octet-stream\r\n\u{10}\0\0\0AAAAAAAAAAAAAAAAA--Encrypted Boundary--\r\n")
    }

    @Test func `data that holds the boundary comes back whole`() {
        #expect(SealedMessage.parse(framed) == .init(sealed: sealed, plainLength: sealed.count - 16))
    }

    @Test func `a frame that is cut, longer, or says another length is refused`() {
        for length in framed.indices { #expect(SealedMessage.parse(Array(framed[..<length])) == nil) }
        #expect(SealedMessage.parse(framed + [10]) == nil)
        #expect(SealedMessage.parse(SealedMessage.frame(sealed, plainLength: sealed.count)) == nil)
        let text = String(decoding: framed, as: UTF8.self)
        for (old, new) in [("\t", ""), ("Length=29", "Length=99999999999"), ("Length=29", "Length=-1")] {
            #expect(SealedMessage.parse(Array(text.replacing(old, with: new).utf8)) == nil)
        }
    }
}

@Suite struct PasswordBookTests {
    @Test func `Basic takes local accounts in each of their forms`() throws {
        let local = LabAccount(user: "Administrator"), domain = LabAccount(user: "audit", domains: ["LAB"])
        let book = PasswordBook(accounts: [local, domain], host: "web01.lab.example")
        for name in ["Administrator", "administrator", ".\\Administrator", "WEB01\\Administrator"] {
            #expect(book.admits(name, local.password))
            #expect(!book.admits(name, domain.password))
        }
        #expect(!book.admits("OTHER\\Administrator", local.password))
        #expect(!book.admits("LAB\\audit", domain.password))
        #expect(!book.admits("", Secret("")))
    }
}
