import Collection
package import Formats
import HostFacts

/// The file of a recorded host: `{"fleetaudit": "recorded-host", "format": 1, "name": …, "about": …, "sections": …}`.
package struct HostRecording: Sendable {
    package let name: String
    /// Where it comes from, in words.
    package let about: String
    package let host: RecordedHost

    package init(name: String, about: String, host: RecordedHost) {
        self.name = name
        self.about = about
        self.host = host
    }

    /// Only what the probe asks for: nothing else of an extract gets into a recording.
    package var bytes: [UInt8] {
        let sections = SectionName.allCases.map { JSON.Member($0.rawValue, host.data($0)) }
        let json: JSON = [
            "fleetaudit": "recorded-host", "format": 1, "name": .string(name), "about": .string(about),
            "sections": .object(sections),
        ]
        return JSON.write(json, style: [.pretty]) + [0x0a]
    }

    package init(_ bytes: [UInt8]) throws(RecordingError) {
        let json: JSON
        do throws(JSONError) { json = try JSON.parse(bytes) } catch { throw RecordingError(problem: "\(error)") }
        guard json["fleetaudit"]?.string == "recorded-host", json["format"]?.int == 1 else {
            throw RecordingError(problem: "this is no recorded host of format 1")
        }
        guard let name = json["name"]?.string, let sections = json["sections"]?.object else {
            throw RecordingError(problem: "the recording has no name or no sections")
        }
        self.name = name
        about = json["about"]?.string ?? ""
        var host = RecordedHost(registry: RegistryImage())
        for member in sections {
            guard let section = SectionName(rawValue: member.key) else { continue }
            host.read(section, member.value)
        }
        self.host = host
    }
}

extension RecordedHost {
    fileprivate mutating func read(_ section: SectionName, _ data: JSON) {
        for member in data["children"]?.object ?? [] {
            switch member.value {
            case .null: registry.markAbsent(member.key)
            case .array(let names): registry.setChildren(member.key, names.compactMap(\.string))
            default: break
            }
        }
        for (part, isComplete) in [("keys", false), ("lists", true)] {
            for member in data[part]?.object ?? [] {
                switch member.value {
                case .null: registry.markAbsent(member.key)
                case .object(let values):
                    registry.add(
                        member.key,
                        values: values.compactMap { entry in RegistryDecoder.value(entry.value).map { (entry.key, $0) }
                        },
                        isComplete: isComplete)
                default: break
                }
            }
        }
        for member in data["counts"]?.object ?? [] {
            if let count = member.value.int { registry.setCount(member.key, Int(clamping: count)) }
            if member.value.isNull { registry.markAbsent(member.key) }
        }
        for name in Self.itemNames[section] ?? [] {
            guard let value = data[name], value["error"]?.string != Self.notRecorded else { continue }
            setItem(section, name, value)
        }
    }
}

extension HostRecording {
    /// A machine extract as a recorded host, under the extract's id.
    package init(extract json: JSON) throws(RecordingError) {
        guard let id = json["id"]?.string, !id.isEmpty, id.count <= 64,
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }), !id.hasPrefix(".")
        else { throw RecordingError(problem: "the extract has no id that could be a file's name") }
        self.init(
            name: id, about: json["os"]?.string ?? "", host: RecordedHost(registry: try RegistryImage(extract: json)))
    }
}
