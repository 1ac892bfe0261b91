import HostFacts

/// RDP's key file has no entries but those that Windows gives it. A missing one is not looked at here.
///
/// Seen on 9600 to 26100: SYSTEM full and NETWORK SERVICE read; up to 14393 Administrators read, from 17763 on
/// `NT SERVICE\SessionEnv` full. An upgrade keeps the file, so what older builds give is no addition on newer ones.
struct KeyFileStockAccess: Rule {
    static let name = "rdp-key-stock-access"

    var wanted: String { "no entries but Windows' own" }
    let facts: [Fact] = ["machineKeys.rdpKey.sddl", "os.build"].compactMap { FactDictionary[$0] }

    /// After 14393, the last build on which SessionEnv has no entry.
    private static let firstBuildWithSessionEnv: UInt32 = 15063

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        guard case .value(let text) = facts.machineKeys.servedKey.descriptor else {
            let reason = facts.machineKeys.servedKey.descriptor.whyMissing ?? ""
            return .unknown("the key file's access list is not known: \(reason)")
        }
        let descriptor: SecurityDescriptor
        do throws(SDDLError) { descriptor = try SecurityDescriptor(sddl: text) } catch { return .unknown("\(error)") }
        guard let list = descriptor.accessList else {
            return .fails("the key file has no access list: all may read it")
        }
        let added = list.entries.filter { !$0.isInheritOnly && !Self.isStock($0, windows.version.build) }
        guard !added.isEmpty else { return .holds("Windows' own entries only") }
        return .fails("entries that Windows does not make: \(added.map(Self.text).joined(separator: ", "))")
    }

    private static func isStock(_ entry: AccessEntry, _ build: UInt32) -> Bool {
        guard entry.kind == .allow else { return false }
        return switch entry.trustee {
        case .system: true
        case .networkService, .administrators: entry.rights.isSubset(of: .read)
        case .sessionEnv: build >= firstBuildWithSessionEnv
        default: false
        }
    }

    private static func text(_ entry: AccessEntry) -> String {
        let kind =
            switch entry.kind {
            case .allow: entry.rights.isSubset(of: .read) ? "may read" : "may do more than read"
            case .deny: "is denied"
            case .other(let name): name
            }
        return "\(entry.trustee.name) \(kind)"
    }
}
