import Formats
import Testing

@Suite struct SecretTests {
    private struct Holder { var secret = Secret("hunter2") }

    @Test func `a secret does not show in any text`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), "\(Holder(secret: secret))", String(describing: [secret]),
            String(reflecting: Optional(secret)), dumped, "\(Mirror(reflecting: secret).children.map(\.value))",
        ]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect("\(secret)" == "<redacted>")
    }

    @Test func `the bytes are UTF-8 with a NUL behind them`() throws {
        let secret = Secret("pä")
        secret.withBytes { bytes in
            #expect(Array(bytes) == [0x70, 0xc3, 0xa4])
            #expect(bytes.baseAddress?.load(fromByteOffset: 3, as: UInt8.self) == 0)
        }
        #expect(secret.revealed() == "pä")
    }

    @Test func `an empty secret has an address and a NUL too`() {
        let secret = Secret("")
        #expect(secret.isEmpty && !Secret("x").isEmpty)
        secret.withBytes { bytes in
            #expect(bytes.isEmpty)
            #expect(bytes.baseAddress?.load(as: UInt8.self) == 0)
        }
    }

    @Test func `secrets are equal by their bytes`() {
        #expect(Secret("a\0b") == Secret(bytes: [0x61, 0, 0x62]))
        #expect(Secret("") == Secret(bytes: []))
        #expect(Secret("aaaa") != Secret("aaab") && Secret("aaaa") != Secret("baaa") && Secret("a") != Secret("aa"))
    }

    @Test func `what the body throws comes out`() {
        struct Failure: Error, Equatable {}
        #expect(throws: Failure()) { try Secret("x").withBytes { _ throws(Failure) in throw Failure() } }
    }
}
