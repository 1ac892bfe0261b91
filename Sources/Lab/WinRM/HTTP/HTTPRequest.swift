/// One HTTP request with its whole body.
struct HTTPRequest: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        /// Lower case.
        var name: String
        var value: String
    }

    var method: String
    var target: String
    /// HTTP/1.0 closes after the answer.
    var isVersion10 = false
    var fields: [Field] = []
    var body: [UInt8] = []

    /// The first field of that name (lower case).
    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The client will not send another request on this connection.
    var wantsClose: Bool {
        isVersion10
            || fields.contains { field in
                field.name == "connection"
                    && field.value.lowercased().split(separator: ",").contains { $0.trimmed == "close" }
            }
    }
}

extension StringProtocol {
    /// Without spaces and tabs on either side.
    var trimmed: SubSequence {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = firstIndex(where: { !blank($0) }), let end = lastIndex(where: { !blank($0) }) else {
            return self[endIndex...]
        }
        return self[start...end]
    }
}
