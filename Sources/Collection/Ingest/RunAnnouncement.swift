import Formats
import FoundationEssentials
import HostFacts

/// The first line of an exported program's run, or what the section `os` says in its place.
struct RunAnnouncement {
    let computerName: String?
    let machineGuid: String?
    let clock: Date?
    let probe: String?
    let sections: Set<SectionName>?
    let part: Int
    let parts: Int

    /// `nil` when it is no announcement, or names no machine.
    init?(packed: [UInt8]) {
        guard let bytes = try? Gzip.decompress(packed, limit: 4 << 10),
            let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: 4 << 10, depth: 4, values: 1_000))
        else { return nil }
        func text(_ key: String) -> String? { json[key]?.string.flatMap { $0.isEmpty ? nil : String($0.prefix(256)) } }
        computerName = text("computer")
        machineGuid = text("machine")
        clock = text("clock").flatMap { ISO8601.date($0) }
        probe = text("probe").flatMap { text in text.count == 64 && Hex.decode(text) != nil ? text : nil }
        sections = json["sections"]?.array.map { Set($0.compactMap(\.string).compactMap(SectionName.init(rawValue:))) }
        part = Int(clamping: json["part"]?.int ?? 1)
        parts = Int(clamping: min(max(json["parts"]?.int ?? 1, 1), 100_000))
        if computerName == nil, machineGuid == nil { return nil }
    }

    /// The probe's own lines announce nothing; who it was stands in `os`.
    init?(os frames: [TranscriptFrame], _ room: inout Int) {
        for case .section("os", let packed) in frames {
            let content = ProbeReply.unpacked(packed, ProbeReply.Limits(), &room)
            guard case .data = SectionAnswer(content) else { continue }
            let reading = HostReading(sections: [.os: SectionAnswer(content)])
            let identity = HostIdentity(registry: reading.registry, machineSID: .unasked)
            guard let name = identity.computerName.value else { continue }
            computerName = name
            machineGuid = identity.machineGuid.value
            clock = reading.engine.value?.clock
            (probe, sections, part, parts) = (nil, nil, 1, 1)
            return
        }
        return nil
    }
}
