import Formats
import HostFacts

/// PowerShell that changes one registry value and puts it back, for 2.0 to 7.
///
/// .NET's registry calls, not the registry provider: `New-Item -Force` wipes an existing key, `Remove-ItemProperty`
/// silently removes nothing when a name holds brackets, and the provider splits key names at `/`.
struct RegistryCommands {
    let location: RegistryLocation
    /// What the audit saw.
    let observed: Collected<RegistryValue>
    /// The keys above, nearest first, that do not exist and would have to be made.
    let missingKeys: [String]
    /// Whether more keys above those may be missing: the probe did not ask.
    let mayMissMore: Bool

    init(location: RegistryLocation, registry: RegistryReading) {
        self.location = location
        observed = registry.value(location)
        (missingKeys, mayMissMore) = Self.missingKeys(above: location, registry)
    }

    private var key: String { PowerShellText.literal("HKEY_LOCAL_MACHINE\\" + location.key) }
    private var name: String { PowerShellText.literal(location.name) }

    /// `CreateSubKey` opens or makes the key with its parents and wipes nothing.
    func set(_ value: RegistryValue) -> [String]? {
        guard let (data, kind) = PowerShellText.registryData(value) else { return nil }
        return [
            "[Microsoft.Win32.Registry]::SetValue(\(key),\(name),\(data),[Microsoft.Win32.RegistryValueKind]::\(kind))"
        ]
    }

    /// Quiet when the value is not there.
    func remove() -> [String] {
        [
            "$key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey(\(PowerShellText.literal(location.key)),$true); "
                + "if ($null -ne $key) { $key.DeleteValue(\(name),$false); $key.Close() }"
        ]
    }

    enum WayBack {
        case commands([String])
        /// Why there is none.
        case none(String)
    }

    /// Restores what was seen: the prior value with its type, or its absence, and the absence of keys that did not exist.
    func rollback() -> WayBack {
        switch observed {
        case .value(let value):
            set(value).map { .commands($0) }
                ?? .none("a value of \(value.typeName) cannot be written back by PowerShell")
        case .absent: .commands(remove() + missingKeys.map(removeIfEmpty))
        default: .none("the prior value could not be read")
        }
    }

    /// True when the value still is what the audit saw, type included; `nil` when that cannot be asked in one expression.
    func guardCondition() -> String? {
        let read = verify()
        func same(_ type: String, _ wanted: String, _ seen: String) -> String {
            "(\(read) -is [\(type)]) -and (\(wanted) -ceq \(seen))"
        }
        switch observed {
        case .absent: return "$null -eq \(read)"
        case .value(.dword(let number)): return same("int", String(Int32(bitPattern: number)), read)
        case .value(.qword(let number)): return same("long", PowerShellText.quadNumber(Int64(bitPattern: number)), read)
        case .value(.string(let text)): return same("string", PowerShellText.literal(text), read)
        case .value(.expandString(let text)):
            return same("string", "[Environment]::ExpandEnvironmentVariables(\(PowerShellText.literal(text)))", read)
        case .value(.binary(let bytes)), .value(.none(let bytes)):
            return same("byte[]", "'\(Base64.encode(bytes))'", "[Convert]::ToBase64String(\(read))")
        case .value(.multiString(let texts)):
            let wanted = texts.map(PowerShellText.literal).joined(separator: ",")
            return same("string[]", "(@(\(wanted)) -join [char]0x0000)", "(\(read) -join [char]0x0000)")
        default: return nil
        }
    }

    /// Shows the value.
    func verify() -> String { "[Microsoft.Win32.Registry]::GetValue(\(key),\(name),$null)" }

    private func removeIfEmpty(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "\\") else { return "" }
        let parent = PowerShellText.literal(String(path[..<slash]))
        let leaf = PowerShellText.literal(String(path[path.index(after: slash)...]))
        return "$key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey(\(PowerShellText.literal(path))); "
            + "if ($null -ne $key) { $left=$key.ValueCount+$key.SubKeyCount; $key.Close(); if ($left -eq 0) { "
            + "$key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey(\(parent),$true); "
            + "$key.DeleteSubKey(\(leaf)); $key.Close() } }"
    }

    /// Walks up until a key that exists; unknown as soon as one was not asked for.
    private static func missingKeys(
        above location: RegistryLocation, _ registry: RegistryReading
    ) -> (missing: [String], mayMissMore: Bool) {
        var missing: [String] = []
        var path = location.key
        while !Keys.isEverywhere(path) {
            guard case .value(let exists) = registry.exists(path) else { return (missing, true) }
            if exists { return (missing, false) }
            missing.append(path)
            guard let slash = path.lastIndex(of: "\\") else { return (missing, true) }
            path = String(path[..<slash])
        }
        return (missing, false)
    }
}
