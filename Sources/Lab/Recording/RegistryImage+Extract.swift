package import Formats
import HostFacts

/// Why a file is no machine extract or recording.
package struct RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problem: String
    package init(problem: String) { self.problem = problem }
    package var description: String { problem }
}

extension RegistryImage {
    /// Reads a machine extract (`windows-registry-extract/1`): what a real installation had in the keys that an audit
    /// reads. Machines without a SOFTWARE hive say nothing about those keys.
    package init(extract json: JSON) throws(RecordingError) {
        self.init()
        guard json["format"]?.string == "windows-registry-extract/1" else {
            throw RecordingError(problem: "this is no machine extract (format windows-registry-extract/1)")
        }
        guard let keys = json["keys"]?.object else { throw RecordingError(problem: "the extract has no keys") }
        for member in keys {
            guard let path = Self.path(member.key) else { continue }
            var values: [(String, RegistryValue)] = []
            for value in member.value["values"]?.object ?? [] {
                if let read = Self.value(value.value) { values.append((value.key, read)) }
            }
            add(path, values: values, isComplete: true)
            if let subkeys = member.value["subkeys"]?.array { setChildren(path, subkeys.compactMap(\.string)) }
        }
        for name in json["absent"]?.array ?? [] {
            if let path = name.string.flatMap(Self.path) { markAbsent(path) }
        }
        addPackages(json["packages"]?.array)
    }

    /// Component packages stand apart in an extract: `[name, CurrentState, …]`.
    private mutating func addPackages(_ packages: [JSON]?) {
        guard let packages, !packages.isEmpty else { return }
        setChildren(Keys.packages, packages.compactMap { $0[0]?.string })
        for package in packages {
            guard let name = package[0]?.string else { continue }
            let state = package[1]?.uint.flatMap { UInt32(exactly: $0) }
            let values = state.map { [("CurrentState", RegistryValue.dword($0))] } ?? []
            add(Keys.packages + "\\" + name, values: values, isComplete: true)
        }
    }

    private static func path(_ text: String) -> String? {
        text.uppercased().hasPrefix("HKLM\\") ? String(text.dropFirst(5)) : nil
    }

    /// `{"type": "REG_DWORD", "data": 1}`; a redacted value has no data.
    private static func value(_ json: JSON) -> RegistryValue? {
        guard let type = json["type"]?.string, let data = json["data"] else { return nil }
        let bytes = data["base64"]?.string.flatMap { Base64.decode($0) }
        switch type {
        case "REG_SZ": return data.string.map { .string($0) } ?? bytes.map { .other(kind: 1, $0) }
        case "REG_EXPAND_SZ": return data.string.map { .expandString($0) } ?? bytes.map { .other(kind: 2, $0) }
        case "REG_DWORD":
            return data.int.flatMap { UInt32(exactly: $0 & 0xFFFF_FFFF) }.map { .dword($0) }
                ?? bytes.map { .other(kind: 4, $0) }
        case "REG_QWORD": return data.uint.map { .qword($0) } ?? data.int.map { .qword(UInt64(bitPattern: $0)) }
        case "REG_MULTI_SZ": return data.array.map { .multiString($0.compactMap(\.string)) }
        case "REG_BINARY": return bytes.map { .binary($0) }
        case "REG_NONE": return bytes.map { RegistryValue.none($0) }
        default: return bytes.map { .other(kind: 0, $0) }
        }
    }
}
