import Collection
import Formats
import HostFacts

/// What Windows' console programs would print on a recorded host: the second way of asking, replayed.
///
/// The words are English; the forms are those of Windows 10. What nobody recorded ends as an error of the program, and so as
/// failed, never as absent.
struct RecordedConsole {
    private let host: RecordedHost
    private var registry: RegistryImage { host.registry }

    init(_ host: RecordedHost) { self.host = host }

    /// All that cmd.exe writes when it is sent the whole program.
    var output: [UInt8] {
        let mark = CommandProgram.marker + " 20261120"
        var text = "Microsoft Windows [Version 10.0.17763.6414]\r\n\r\n\(mark) START\r\n"
        for (number, step) in CommandProgram.steps.enumerated() {
            let (words, code) = answer(step)
            text += words + "\(mark) \(number) \(code)\r\n"
        }
        return Array((text + "\(mark) END\r\n").utf8)
    }

    private typealias Answer = (words: String, exitCode: Int32)

    private static let notFound: Answer = (
        "ERROR: The system was unable to find the specified registry key or value.\r\n", 1
    )
    private static let notRecorded: Answer = ("ERROR: The lab has no record of this.\r\n", 1)

    private func answer(_ step: CommandStep) -> Answer {
        switch step {
        case .codePage: return ("Active code page: 65001\r\n", 0)
        case .accessDeniedText: return ("\r\nAccess is denied.\r\n\r\n", 0)
        case .defaultValueName: return (lines("SOFTWARE", [("", .string("(value not set)"))]) + "\r\n", 0)
        case .presentValue:
            let location = RegistryLocation(Keys.computerName, "ComputerName")
            // Every Windows has one, also a recording without it.
            let name = registry.value(location) ?? .string("LAB")
            return (lines(location.key, [(location.name, name)]) + "\r\n", 0)
        case .missingKey, .missingValue, .missingEverywhere: return Self.notFound
        case .key(let key): return present(key) { shown($0, isDeep: false) }
        case .below(let key): return present(key) { shown($0, isDeep: true) }
        // A key of which only the number of values was recorded is there.
        case .presence(let key): return registry.count(key) == nil ? present(key) { _ in "" } : ("", 0)
        case .subkeys(let key):
            return present(key) { key in
                (registry.children(key) ?? []).map { "HKEY_LOCAL_MACHINE\\\(key)\\\($0)\r\n" }.joined()
            }
        case .value(let key, let name):
            guard registry.presence(key) == .present else { return present(key) { _ in "" } }
            guard let value = registry.value(RegistryLocation(key, name)) else { return Self.notFound }
            return (lines(key, [(name, value)]) + "\r\n", 0)
        case .found(let key, let name): return found(key, name)
        case .count(let key): return registry.count(key).map { ("\($0)\r\n", 0) } ?? Self.notRecorded
        case .service(let name): return service(name)
        case .programData: return ("C:\\ProgramData\r\n", 0)
        case .files(let path): return files(path)
        case .folders(let path): return folders(path)
        case .listable(let path): return ("", folder(path)?.object == nil ? 1 : 0)
        case .accessList(let path): return accessList(path)
        case .listeners: return listeners
        case .account: return account
        }
    }

    // MARK: reg.exe

    private func present(_ key: String, _ shown: (String) -> String) -> Answer {
        switch registry.presence(key) {
        case .present: (shown(key), 0)
        case .absent: Self.notFound
        case .notRecorded: Self.notRecorded
        }
    }

    private func shown(_ key: String, isDeep: Bool) -> String {
        let children = registry.children(key) ?? []
        let own = lines(key, registry.values(key).map { ($0.name, $0.value) })
        guard isDeep else {
            return own + "\r\n" + children.map { "HKEY_LOCAL_MACHINE\\\(key)\\\($0)\r\n" }.joined()
        }
        return own + children.map { shown(key + "\\" + $0, isDeep: true) }.joined()
    }

    private func found(_ key: String, _ name: String) -> Answer {
        present(key) { key in
            var text = ""
            var count = 0
            func look(_ key: String) {
                if let value = registry.value(RegistryLocation(key, name)) {
                    text += lines(key, [(name, value)])
                    count += 1
                }
                for child in registry.children(key) ?? [] { look(key + "\\" + child) }
            }
            look(key)
            return text + "\r\nEnd of search: \(count) match(es) found.\r\n"
        }
    }

    private func lines(_ key: String, _ values: [(String, RegistryValue)]) -> String {
        "\r\nHKEY_LOCAL_MACHINE\\\(key)\r\n"
            + values.map { name, value in
                "    \(name.isEmpty ? "(Default)" : name)    \(value.typeName)    \(Self.data(value))\r\n"
            }.joined()
    }

    private static func data(_ value: RegistryValue) -> String {
        switch value {
        case .string(let text), .expandString(let text): text
        case .multiString(let texts): texts.joined(separator: "\\0")
        case .dword(let number): "0x" + String(number, radix: 16)
        case .qword(let number): "0x" + String(number, radix: 16)
        case .binary(let bytes), .none(let bytes), .other(_, let bytes): Hex.encode(bytes, uppercase: true)
        }
    }

    // MARK: Other programs

    private func service(_ name: String) -> Answer {
        switch host.item(.services, "states")?[name] {
        case .int(let state)?:
            return (
                "\r\nSERVICE_NAME: \(name)\r\n        TYPE               : 20  WIN32_SHARE_PROCESS  \r\n"
                    + "        STATE              : \(state)  STATE\r\n", 0
            )
        case .string(let problem)? where problem.hasPrefix("80070424"):
            return ("[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n", 1060)
        case .string(let problem)? where problem.hasPrefix("80070005"):
            return ("[SC] EnumQueryServicesStatus:OpenService FAILED 5:\r\n", 5)
        default: return ("[SC] The lab has no record of this.\r\n", 1)
        }
    }

    /// The recorded folder behind a path below `Crypto`; `nil` when nobody recorded it.
    private func folder(_ path: String) -> JSON? {
        host.item(.machineKeys, path.hasPrefix("RSA") ? "rsa" : "cng")
    }

    private func folders(_ path: String) -> Answer {
        guard path.isEmpty else {
            let names = (host.item(.machineKeys, "siblings")?.array ?? []).compactMap(\.string)
            return names.isEmpty ? ("File Not Found\r\n", 1) : (names.map { $0 + "\r\n" }.joined(), 0)
        }
        return ("RSA\r\n" + (folder("Keys")?.object == nil ? "" : "Keys\r\n"), 0)
    }

    private func files(_ path: String) -> Answer {
        guard let folder = folder(path), let count = folder["count"]?.int, count > 0 else {
            return ("File Not Found\r\n", 1)
        }
        let names = (folder["files"]?.array ?? []).compactMap { $0[0]?.string }
        let others = (0..<max(0, min(Int(clamping: count), 100_000) - names.count)).map { "unnamed-\($0)" }
        return ((names + others).map { $0 + "\r\n" }.joined(), 0)
    }

    /// cacls.exe shows the access list only.
    private func accessList(_ path: String) -> Answer {
        let isFiles = path.hasSuffix("*")
        guard let folder = folder(path) else { return ("The lab has no record of this.\r\n", 1) }
        let root = "C:\\ProgramData\\Microsoft\\Crypto\\"
        let shown: [(String, String)] =
            isFiles
            ? (folder["files"]?.array ?? []).compactMap { file in
                guard let name = file[0]?.string, let sddl = file[1]?.string,
                    name.lowercased().hasPrefix(KeyFileName.remoteDesktopHash)
                else { return nil }
                return (root + "RSA\\MachineKeys\\" + name, sddl)
            } : folder["sddl"]?.string.map { [(root + path, $0)] } ?? []
        guard !shown.isEmpty else { return ("Access is denied.\r\n", 5) }
        let lines = shown.compactMap { path, sddl in
            sddl.firstRange(of: "D:").map { "\(path) \"\(sddl[$0.lowerBound...])\" \r\n\r\n" }
        }
        return (lines.joined(), 0)
    }

    private var listeners: Answer {
        guard let ports = host.item(.network, "listeners")?.array else { return Self.notRecorded }
        let rows = ports.compactMap(\.int).map {
            "  TCP    0.0.0.0:\($0)            0.0.0.0:0              LISTENING\r\n"
        }
        return (
            "\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State\r\n"
                + rows.joined(), 0
        )
    }

    /// An administrator of the machine itself.
    private var account: Answer {
        guard let sid = host.item(.identity, "machineSID")?.string,
            let name = registry.value(RegistryLocation(Keys.computerName, "ComputerName"))?.text
        else { return Self.notRecorded }
        return ("\"\(name)\\audit\",\"\(sid)-1001\"\r\n", 0)
    }
}
