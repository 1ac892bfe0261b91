import Formats
import FoundationEssentials
import Policy

/// How the waivers of a run are kept.
enum StoredWaivers {
    static func bytes(of register: WaiverRegister) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(list: register.waivers) { writer, waiver in
            writer.put(waiver.id)
            writer.put(waiver.controls)
            for text in [waiver.hosts, waiver.reason, waiver.owner, waiver.ticket, waiver.approver] { writer.put(text) }
            writer.put(optional: waiver.granted) { $0.put($1.timeIntervalSinceReferenceDate) }
            writer.put(waiver.expires.timeIntervalSinceReferenceDate)
            writer.put(waiver.isTooLong)
            writer.put(waiver.file)
            put(waiver.position, into: &writer)
        }
        writer.put(list: register.warnings) { writer, warning in
            writer.put(warning.severity.rawValue)
            writer.put(warning.file)
            writer.put(optional: warning.position) { put($1, into: &$0) }
            writer.put(count: warning.length)
            writer.put(optional: warning.code)
            writer.put(warning.message)
            writer.put(optional: warning.label)
            writer.put(optional: warning.help)
        }
        return writer.bytes
    }

    static func register(_ bytes: [UInt8]) throws(CodecError) -> WaiverRegister {
        var reader = ByteReader(bytes)
        let waivers = try reader.list { reader throws(CodecError) in try waiver(&reader) }
        let warnings = try reader.list { reader throws(CodecError) in try warning(&reader) }
        try reader.finish()
        return WaiverRegister(waivers: waivers, warnings: warnings)
    }

    private static func waiver(_ reader: inout ByteReader) throws(CodecError) -> Waiver {
        let id = try reader.text()
        let controls = try reader.texts()
        let hosts = try reader.text()
        let (reason, owner) = (try reader.text(), try reader.text())
        let (ticket, approver) = (try reader.text(), try reader.text())
        let granted = try reader.optional { reader throws(CodecError) in
            Date(timeIntervalSinceReferenceDate: try reader.double())
        }
        let expires = Date(timeIntervalSinceReferenceDate: try reader.double())
        let isTooLong = try reader.flag()
        let file = try reader.text()
        let position = try Self.position(&reader)
        guard
            let waiver = Waiver(
                id: id, controls: controls, hosts: hosts, reason: reason, owner: owner, ticket: ticket,
                approver: approver, granted: granted, expires: expires, isTooLong: isTooLong, file: file,
                position: position)
        else { throw CodecError("the waiver '\(id)' names no hosts") }
        return waiver
    }

    private static func warning(_ reader: inout ByteReader) throws(CodecError) -> Diagnostic {
        let severity = try reader.choice(Diagnostic.Severity.self)
        let file = try reader.text()
        let place = try reader.optional { reader throws(CodecError) in try Self.position(&reader) }
        guard let length = Int(exactly: try reader.number()) else { throw CodecError("a length is too large") }
        let code = try reader.optionalText()
        let message = try reader.text()
        return Diagnostic(
            severity, file: file, position: place, length: length, code: code, message: message,
            label: try reader.optionalText(), help: try reader.optionalText())
    }

    private static func put(_ position: SourcePosition, into writer: inout ByteWriter) {
        writer.put(count: position.line)
        writer.put(count: position.column)
    }

    private static func position(_ reader: inout ByteReader) throws(CodecError) -> SourcePosition {
        guard let line = Int(exactly: try reader.number()), let column = Int(exactly: try reader.number()) else {
            throw CodecError("a place is too large")
        }
        return SourcePosition(line: line, column: column)
    }
}
