package import Formats
package import HostFacts

/// A registry value as the probe prints it: `[kind, value]`.
package enum RegistryJSON {
    package static func pair(_ value: RegistryValue) -> JSON {
        .array([.int(Int64(value.kind)), data(value)])
    }

    private static func data(_ value: RegistryValue) -> JSON {
        switch value {
        case .string(let text), .expandString(let text): .string(text)
        case .binary(let bytes), .none(let bytes): .string(Base64.encode(bytes))
        case .dword(let number): JSON(number)
        case .qword(let number): JSON(number)
        case .multiString(let texts): .array(texts.map { .string($0) })
        case .other(let kind, let bytes):
            kind == 1 || kind == 2 ? ["utf16": .string(Base64.encode(bytes))] : .string(Base64.encode(bytes))
        }
    }
}
