import Formats
package import HostFacts

/// Values as PowerShell source: the only way in which text of a host gets into a command that we write.
///
/// Within single quotes everything is literal, line ends and `$` included, except five characters that PowerShell takes
/// as quotes; each is escaped by doubling. What we write is pure ASCII: Windows PowerShell reads a file without BOM in
/// the machine's code page, where the bytes of some letters contain a quote. So every other character becomes a
/// `[char]0x…` in a concatenation, and the five quotes beside U+0027 never appear at all.
package enum PowerShellText {
    /// An expression that evaluates to the text, fit for any place where an expression in parentheses may stand.
    package static func literal(_ text: String) -> String {
        var pieces: [String] = []
        var plain = ""
        for unit in text.utf16 {
            if (0x20...0x7e).contains(unit) {
                plain += unit == 0x27 ? "''" : String(UnicodeScalar(UInt8(unit)))
            } else {
                if !plain.isEmpty || pieces.isEmpty { pieces.append("'\(plain)'") }
                plain = ""
                let digits = String(unit, radix: 16)
                pieces.append("[char]0x" + String(repeating: "0", count: 4 - digits.count) + digits)
            }
        }
        if !plain.isEmpty || pieces.isEmpty { pieces.append("'\(plain)'") }
        // The first piece is a string, so that + joins texts and never adds numbers.
        return pieces.count == 1 ? pieces[0] : "(" + pieces.joined(separator: "+") + ")"
    }

    /// The data of a registry value as .NET's `SetValue` takes it, and the kind; `nil` for a type that cannot be put
    /// back (`SetValue` has no way to write it).
    package static func registryData(_ value: RegistryValue) -> (data: String, kind: String)? {
        switch value {
        case .string(let text): (literal(text), "String")
        case .expandString(let text): (literal(text), "ExpandString")
        // A DWORD is written from an Int32: above 0x7FFFFFFF from the negative one.
        case .dword(let bits): (number(Int64(Int32(bitPattern: bits))), "DWord")
        case .qword(let number): (quadNumber(Int64(bitPattern: number)), "QWord")
        case .binary(let bytes): (bytesLiteral(bytes), "Binary")
        case .multiString(let texts):
            ("([string[]]@(" + texts.map(literal).joined(separator: ",") + "))", "MultiString")
        // .NET has had this kind since 4.0.
        case .none(let bytes): (bytesLiteral(bytes), "None")
        case .other: nil
        }
    }

    private static func number(_ number: Int64) -> String { number < 0 ? "(\(number))" : String(number) }

    /// PowerShell reads no literal for the smallest Int64.
    static func quadNumber(_ number: Int64) -> String {
        number == .min ? "[long]::MinValue" : "([long]\(number < 0 ? "(\(number))" : String(number)))"
    }

    private static func bytesLiteral(_ bytes: [UInt8]) -> String {
        bytes.count <= 32
            ? "([byte[]]@(" + bytes.map { "0x" + String($0, radix: 16) }.joined(separator: ",") + "))"
            : "([Convert]::FromBase64String('\(Base64.encode(bytes))'))"
    }
}
