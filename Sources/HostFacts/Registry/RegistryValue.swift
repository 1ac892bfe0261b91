/// A registry value as the host holds it, type included.
package enum RegistryValue: Sendable, Hashable {
    /// REG_SZ
    case string(String)
    /// REG_EXPAND_SZ, not expanded.
    case expandString(String)
    /// REG_BINARY
    case binary([UInt8])
    /// REG_DWORD
    case dword(UInt32)
    /// REG_QWORD
    case qword(UInt64)
    /// REG_MULTI_SZ
    case multiString([String])
    /// REG_NONE
    case none([UInt8])
    /// Any other type, or a known type whose bytes do not fit it (a DWORD of three bytes, text with half a surrogate
    /// pair as UTF-16LE). Kept for evidence; it cannot be written back.
    case other(kind: Int32, [UInt8])

    /// .NET's RegistryValueKind, the number that the probe sends and that scripts use.
    package var kind: Int32 {
        switch self {
        case .none: -1
        case .string: 1
        case .expandString: 2
        case .binary: 3
        case .dword: 4
        case .multiString: 7
        case .qword: 11
        case .other(let kind, _): kind
        }
    }

    /// Windows' own name of the type.
    package var typeName: String {
        switch self {
        case .none: "REG_NONE"
        case .string: "REG_SZ"
        case .expandString: "REG_EXPAND_SZ"
        case .binary: "REG_BINARY"
        case .dword: "REG_DWORD"
        case .multiString: "REG_MULTI_SZ"
        case .qword: "REG_QWORD"
        case .other(let kind, _): "type \(kind)"
        }
    }

    /// The number of a DWORD.
    package var number: UInt32? {
        if case .dword(let number) = self { number } else { nil }
    }

    /// The text of a REG_SZ or REG_EXPAND_SZ.
    package var text: String? {
        switch self {
        case .string(let text), .expandString(let text): text
        default: nil
        }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .binary(let bytes), .none(let bytes): bytes
        default: nil
        }
    }
}

/// One value of one key below HKEY_LOCAL_MACHINE.
package struct RegistryLocation: Sendable, Hashable {
    /// The key's path below HKLM, as `SYSTEM\CurrentControlSet\…`.
    package let key: String
    /// The value's name; empty for the default value.
    package let name: String

    package init(_ key: String, _ name: String) {
        self.key = key
        self.name = name
    }

    package var description: String { "HKLM\\\(key)\\\(name)" }
}
