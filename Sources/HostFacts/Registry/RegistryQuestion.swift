/// One thing that is asked about the registry. The probe's program, the recorded hosts of the lab and the reader of the
/// answers all follow the same questions, so that they cannot drift apart.
///
/// Values are asked for by name. Whole keys are listed only where the list itself is the fact (firewall rules); what may
/// hold a secret is named in no question (``secretValues``).
package struct RegistryQuestion: Sendable, Hashable {
    package enum Scope: Sendable, Hashable {
        /// The named values of the key.
        case values([String])
        /// Every value of the key, up to `limit`.
        case everyValue(limit: Int)
        /// The named values of every direct subkey.
        case children([String])
        /// The named values of every subkey at any depth, and of the key itself.
        case tree([String])
        /// The named values of every direct subkey whose name has one of the endings-free patterns (PowerShell's -like).
        case childrenLike([String], names: [String])
        /// Only whether the key is there.
        case presence
        /// Only how many values the key has.
        case count
    }

    /// The key's path below HKEY_LOCAL_MACHINE.
    package let key: String
    package let scope: Scope

    package init(_ key: String, _ scope: Scope) {
        self.key = key
        self.scope = scope
    }

    /// Values that no question may name and no key listing may reach: they hold, or may hold, secrets. (That a key is there
    /// may be asked.)
    package static let secretValues = [
        #"SOFTWARE\Microsoft\Windows NT\CurrentVersion\DigitalProductId"#,
        #"SOFTWARE\Microsoft\Windows NT\CurrentVersion\DigitalProductId4"#,
        #"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProductId"#,
        #"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\DefaultPassword"#,
        #"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Secrets"#,
        #"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp\Password"#,
        #"SOFTWARE\Microsoft\MSLicensing"#,
    ]
}

extension RegistryQuestion {
    /// Whether the probe reads a value; in a key, `{…}` stands for any one name.
    package static func isAsked(_ location: RegistryLocation) -> Bool { !sections(asking: location).isEmpty }

    /// The sections of the probe that read a value; in a key, `{…}` stands for any one name.
    package static func sections(asking location: RegistryLocation) -> [SectionName] {
        let key = location.key.lowercased()
        let parent = key.lastIndex(of: "\\").map { String(key[..<$0]) } ?? ""
        func names(_ names: [String]) -> Bool { names.contains { $0.lowercased() == location.name.lowercased() } }
        func reads(_ question: RegistryQuestion) -> Bool {
            let asked = question.key.lowercased()
            switch question.scope {
            case .values(let values): return asked == key && names(values)
            case .everyValue: return asked == key
            case .children(let values): return asked == parent && names(values)
            case .childrenLike(_, let values): return asked == parent && names(values)
            case .tree(let values): return (asked == key || key.hasPrefix(asked + "\\")) && names(values)
            case .presence, .count: return false
            }
        }
        return SectionName.allCases.filter { $0.registryQuestions.contains(where: reads) }
    }
}
