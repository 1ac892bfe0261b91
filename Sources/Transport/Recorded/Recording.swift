import Formats

/// What a host answered to some commands, as bytes in a file.
///
/// One line of text for each exchange, `EXCHANGE` and the numbers of bytes of command line, standard output and standard
/// error, the SHA-256 of the input, and the exit code or `cut`; then these bytes, each part with a line end behind it.
package struct Recording: Sendable, Hashable {
    private static let mark = "EXCHANGE"

    struct Exchange: Sendable, Hashable {
        var commandLine: String
        var inputDigest: [UInt8]
        var standardOutput: [UInt8]
        var standardError: [UInt8]
        /// Nil: the conversation broke off.
        var exitCode: UInt32?
    }

    private(set) var exchanges: [Exchange] = []

    package init() {}

    /// Reads a file; every length is checked, and nothing may stand behind the last exchange.
    package init(_ bytes: [UInt8]) throws(TransportError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let exchange = Self.take(&rest) else {
                throw TransportError(
                    .command, .settings, "the recording is broken from byte \(rest.startIndex) on")
            }
            exchanges.append(exchange)
        }
    }

    /// Adds what a host answered.
    package mutating func append(_ request: RemoteRequest, _ output: RemoteOutput) {
        var exitCode: UInt32?
        if case .exited(let code) = output.end { exitCode = code }
        exchanges.append(
            Exchange(
                commandLine: request.commandLine, inputDigest: Digest.sha256(request.standardInput),
                standardOutput: output.standardOutput, standardError: output.standardError, exitCode: exitCode))
    }

    /// The file's bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for exchange in exchanges {
            let command = Array(exchange.commandLine.utf8)
            let end = exchange.exitCode.map(String.init) ?? "cut"
            let head =
                "\(Self.mark) \(command.count) \(exchange.standardOutput.count) \(exchange.standardError.count) "
                + "\(Hex.encode(exchange.inputDigest)) \(end)"
            for part in [Array(head.utf8), command, exchange.standardOutput, exchange.standardError] {
                bytes += part + [0x0A]
            }
        }
        return bytes
    }

    private static func take(_ rest: inout ArraySlice<UInt8>) -> Exchange? {
        var next = rest
        guard let end = next.prefix(256).firstIndex(of: 0x0A) else { return nil }
        let fields = String(decoding: next[..<end], as: UTF8.self).split(separator: " ")
        next = next[(end + 1)...]
        guard fields.count == 6, fields[0] == mark, let digest = Hex.decode(fields[4].utf8), digest.count == 32,
            fields[5] == "cut" || UInt32(fields[5]) != nil,
            let command = part(fields[1], &next), let output = part(fields[2], &next),
            let error = part(fields[3], &next), let commandLine = String(validating: command, as: UTF8.self)
        else { return nil }
        rest = next
        return Exchange(
            commandLine: commandLine, inputDigest: digest, standardOutput: output, standardError: error,
            exitCode: UInt32(fields[5]))
    }

    private static func part(_ count: Substring, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let count = UInt32(count), rest.count > Int(count), rest[rest.startIndex + Int(count)] == 0x0A
        else { return nil }
        defer { rest = rest.dropFirst(Int(count) + 1) }
        return Array(rest.prefix(Int(count)))
    }
}
