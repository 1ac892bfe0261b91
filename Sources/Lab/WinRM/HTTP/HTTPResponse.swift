import Glibc

/// One answer, written as Windows' HTTP.sys writes it: no reason phrase, but the space before it.
struct HTTPResponse: Sendable, Hashable {
    var status: UInt16
    var fields: [String] = []
    var contentType: String?
    var body: [UInt8] = []
    /// The connection ends after this answer.
    var closes = false

    static func empty(_ status: UInt16, closes: Bool = false) -> HTTPResponse {
        HTTPResponse(status: status, closes: closes)
    }

    /// Head and body in one piece; `date` in seconds since 1970.
    func serialized(date: Int) -> [UInt8] {
        var bytes = head(date: date, length: "Content-Length: \(body.count)")
        bytes += body
        return bytes
    }

    /// The head alone, with the field that tells the length.
    func head(date: Int, length: String) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \r\n"
        if let contentType { text += "Content-Type: \(contentType)\r\n" }
        text += "Server: Microsoft-HTTPAPI/2.0\r\n"
        for field in fields { text += field + "\r\n" }
        text += "Date: \(Self.httpDate(date))\r\n"
        if closes { text += "Connection: close\r\n" }
        text += length + "\r\n\r\n"
        return Array(text.utf8)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    static func httpDate(_ seconds: Int) -> String {
        var moment = time_t(seconds), parts = tm()
        gmtime_r(&moment, &parts)
        func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
            Int(parts.tm_mon)]
        return "\(day), \(padded(parts.tm_mday)) \(month) \(1900 + parts.tm_year) "
            + "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)) GMT"
    }
}
