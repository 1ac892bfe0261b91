/// Names of the protocol: namespaces and what stands for something in them ([MS-WSMV] 2.2.1, DSP0226).
enum WSMan {
    static let soap = "http://www.w3.org/2003/05/soap-envelope"
    static let addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
    static let management = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    static let microsoft = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
    static let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    static let transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
    static let identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
    static let fault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
    static let xml = "http://www.w3.org/XML/1998/namespace"

    static let anonymous = addressing + "/role/anonymous"
    static let cmdShell = shell + "/cmd"
    static let faultDetail = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

    /// The action URIs of the shell's operations ([MS-WSMV] 3.1.4); the answer's is the same with `Response`.
    enum Action: String, Sendable, Hashable {
        case create = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"
        case delete = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete"
        case command = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command"
        case send = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send"
        case receive = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive"
        case signal = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Signal"
    }

    /// Reads an xs:duration without years and months (`PT60S`, `P0DT0H1M0.500S`); nil for anything else, signs included.
    static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var seconds = 0.0, isTime = false
        var units: [Character] = ["D"]
        while let first = rest.first {
            if first == "T", !isTime {
                (isTime, units) = (true, ["H", "M", "S"])
                rest.removeFirst()
                guard !rest.isEmpty else { return nil }
                continue
            }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            guard digits.count <= 12, let number = Double(digits), let unit = rest.popFirst(),
                let index = units.firstIndex(of: unit), unit == "S" || !digits.contains(".")
            else { return nil }
            // Each unit once, larger ones first.
            units.removeSubrange(...index)
            seconds += number * (unit == "D" ? 86_400 : unit == "H" ? 3_600 : unit == "M" ? 60 : 1)
        }
        return seconds < 1e9 ? .milliseconds(Int64(seconds * 1_000)) : nil
    }
}
