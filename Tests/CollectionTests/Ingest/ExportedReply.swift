import Collection
import Formats
import Foundation
import HostFacts

/// What an exported program prints on a host: the script's own steps, taken in Swift.
struct ExportedReply {
    var computer: String? = "SRV1"
    var machine: String? = "8cdbdee8-58ce-2a69-0b71-a95022870620"
    /// By the host's clock, seconds after midnight.
    var clock = 0
    var sections: [SectionName]
    /// The JSON of a section's data.
    var data: [SectionName: JSON] = [:]
    var program: ExportedProgram

    init(_ program: ExportedProgram, data: [SectionName: JSON] = [:]) {
        self.program = program
        sections = SectionName.allCases.filter(program.sections.contains)
        self.data = data
        if data[.os] == nil { self.data[.os] = Self.os("SRV1") }
    }

    static func os(_ name: String, guid: String? = nil) -> JSON {
        var keys: [JSON.Member] = [.init(Keys.computerName, ["ComputerName": [1, .string(name)]])]
        if let guid { keys.append(.init(Keys.cryptography, ["MachineGuid": [1, .string(guid)]])) }
        return ["keys": .object(keys)]
    }

    /// Sections take another time in each run.
    private func json(_ section: SectionName, withTime: Bool) -> [UInt8] {
        let data = data[section] ?? [:]
        return JSON.write(
            withTime ? ["ms": JSON(Int.random(in: 0..<5000)), "data": data] : ["data": data], style: [.asciiOnly])
    }

    func announcement(part: Int = 1, of parts: Int = 1) -> String {
        let moment = "2026-11-20T\(Self.two(clock / 3600)):\(Self.two(clock / 60 % 60)):\(Self.two(clock % 60))Z"
        let json: JSON = [
            "computer": computer.map { .string($0) } ?? .null, "machine": machine.map { .string($0) } ?? .null,
            "clock": .string(moment), "probe": .string(program.fingerprint),
            "sections": .array(sections.map { .string($0.rawValue) }), "part": JSON(part), "parts": JSON(parts),
        ]
        let packed = Gzip.compress(JSON.write(json))
        return "FLEETAUDIT1 RUN \(packed.count) \(Base64.encode(packed)) ;\n"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Everything in one run.
    var whole: String {
        var text = announcement()
        for (index, section) in sections.enumerated() {
            let packed = Gzip.compress(json(section, withTime: true))
            text += "FLEETAUDIT1 \(index + 1) \(section.rawValue) \(packed.count) \(Base64.encode(packed)) ;\n"
        }
        return text + "FLEETAUDIT1 END \(sections.count)\n"
    }

    /// The frames of every section, in order.
    private var frames: [String] {
        sections.flatMap { section -> [String] in
            let packed = Gzip.compress(json(section, withTime: false))
            let fingerprint = Hex.encode(Digest.sha1(packed).bytes.prefix(8))
            let text = Array(Base64.encode(packed).utf8), size = program.pieceSize ?? 1
            let pieces = stride(from: 0, to: text.count, by: size).map { text[$0..<min($0 + size, text.count)] }
            return pieces.enumerated().map { index, piece in
                "FLEETAUDIT1P \(section.rawValue) \(index + 1)/\(pieces.count) \(piece.count) \(packed.count) \(fingerprint) \(String(decoding: piece, as: UTF8.self)) ;\n"
            }
        }
    }

    /// What each run prints: part 1, part 2, …
    var parts: [String] {
        let partSize = (program.pieceSize ?? 0) + 96
        var parts: [[String]] = [[]]
        var used = 0
        for frame in frames {
            let room = frame.utf8.count - frame.utf8.count % 128 + 128
            if used > 0, used + room > partSize {
                parts.append([])
                used = 0
            }
            used += room
            parts[parts.count - 1].append(frame)
        }
        return parts.enumerated().map { index, frames in
            announcement(part: index + 1, of: parts.count) + frames.joined() + "FLEETAUDIT1 END \(frames.count)\n"
        }
    }
}

/// What a channel that hands back only its last bytes leaves of an output.
func tail(_ text: String, bytes: Int = 4096) -> [UInt8] { Array(text.utf8.suffix(bytes)) }

extension Transcript {
    init(text: String...) { self.init(text.map { Array($0.utf8) }) }
}

extension Transcript.Machine {
    /// Sections with data; `name!` for a damaged one.
    var summary: [String] {
        answers().map { answer in
            if case .damaged = answer.content { answer.section.rawValue + "!" } else { answer.section.rawValue }
        }
    }

    func problem(_ section: SectionName) -> String? {
        for answer in answers() where answer.section == section {
            if case .damaged(let reason) = answer.content { return reason }
        }
        return nil
    }
}
