import FoundationEssentials
import Policy

/// How the words of a baseline are kept.
enum StoredBaseline {
    static func bytes(of baseline: BaselineStatement) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(baseline.name)
        writer.put(baseline.version)
        writer.put(baseline.title)
        writer.put(baseline.catalogueAsOf.timeIntervalSinceReferenceDate)
        writer.put(list: baseline.controls) { writer, control in
            for text in [control.id, control.title, control.area, control.severity.rawValue] { writer.put(text) }
            writer.put(optional: control.consequence?.rawValue)
            writer.put(control.why)
            writer.put(control.symptoms)
            writer.put(control.references)
            writer.put(control.file)
        }
        writer.put(baseline.fleetWide)
        return writer.bytes
    }

    static func baseline(_ bytes: [UInt8]) throws(CodecError) -> BaselineStatement {
        var reader = ByteReader(bytes)
        let name = try reader.text()
        let version = try reader.text()
        let title = try reader.text()
        let asOf = Date(timeIntervalSinceReferenceDate: try reader.double())
        let controls = try reader.list { reader throws(CodecError) in
            ControlStatement(
                id: try reader.text(), title: try reader.text(), area: try reader.text(),
                severity: try reader.choice(Severity.self),
                consequence: try reader.optional { reader throws(CodecError) in try reader.choice(Consequence.self) },
                why: try reader.text(), symptoms: try reader.texts(), references: try reader.texts(),
                file: try reader.text())
        }
        let fleetWide = try reader.texts()
        try reader.finish()
        return BaselineStatement(
            name: name, version: version, title: title, controls: controls, catalogueAsOf: asOf, fleetWide: fleetWide)
    }
}
