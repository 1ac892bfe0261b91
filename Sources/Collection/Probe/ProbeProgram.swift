import Formats
import HostFacts

/// The one PowerShell program that asks a host everything, and how it is started.
///
/// The text is constant: a security team can sign off its SHA-256, which stands in every snapshot. It is made of the
/// section files beside this one and of the registry questions of ``HostFacts``, so that what is asked and what is
/// understood cannot drift apart.
package enum ProbeProgram {
    /// The contract's name at the start of every reply line.
    package static let marker = "FLEETAUDIT1"

    /// Plain ASCII, sent on standard input.
    package static let text: String = {
        var lines = ["# FleetAudit probe, contract 1.", resource(PackageResources.prelude_ps1)]
        lines += questions(of: Set(SectionName.allCases))
        lines += [
            "[Console]::Out.Write('\(marker) END '+$script:lines+\"`n\"); [Console]::Out.Flush()",
            "[Environment]::Exit(0)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }()

    /// SHA-256 of the program, in lower-case hexadecimal.
    package static let fingerprint = Digest.sha256(Array(text.utf8)).hexadecimal.lowercased()

    /// Looks at the language mode before any .NET call, moves to the 64-bit engine when a 32-bit one was started, then
    /// runs what comes on standard input.
    package static let bootstrap = """
        $m=$ExecutionContext.SessionState.LanguageMode;\
        if("$m" -ne 'FullLanguage'){"\(marker) BLOCKED $m";exit 3};\
        $p=@($input) -join "`n";\
        $w="$env:SystemRoot\\Sysnative\\WindowsPowerShell\\v1.0\\powershell.exe";\
        if([IO.File]::Exists($w)){$p|&$w -NoLogo -NoProfile -NonInteractive -EncodedCommand \
        ([Environment]::GetCommandLineArgs()[-1]);exit $LASTEXITCODE};\
        &([scriptblock]::Create($p))
        """

    /// The bootstrap as -EncodedCommand wants it: base64 of UTF-16LE. Letters, digits, `+/=` only, so that it means the
    /// same to cmd.exe and to PowerShell as the remote shell.
    package static let encodedBootstrap = Base64.encode(
        bootstrap.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })

    package static let executable = "powershell.exe"
    package static let arguments = ["-NoLogo", "-NoProfile", "-NonInteractive", "-EncodedCommand", encodedBootstrap]

    /// Sections that can block, with the milliseconds after which the probe gives them up.
    private static let limits: [SectionName: Int] = [
        .machineKeys: 20_000, .activeProfiles: 10_000, .identity: 10_000,
        .events: 20_000, .served: 15_000, .groups: 15_000, .listeners: 15_000, .policySource: 15_000,
        .firewallProducts: 10_000, .secureChannel: 15_000, .quickFixes: 15_000,
    ]
    private static let blockingSections: [SectionName] = SectionName.allCases.filter { limits[$0] != nil }

    /// Sections that can block run beside the others, and are waited for at the end.
    static func questions(of sections: Set<SectionName>) -> [String] {
        var lines: [String] = []
        for section in blockingSections where sections.contains(section) { lines += started(section) }
        for section in SectionName.allCases where limits[section] == nil && sections.contains(section) {
            lines += asked(section)
        }
        return lines + ["FinishSections"]
    }

    private static func started(_ section: SectionName) -> [String] {
        let (before, after) = section == .events ? (eventLogs, eventQueries) : ([], [])
        return ["StartSection '\(section.rawValue)' \(limits[section] ?? 0) {"] + before + [body(of: section)] + after
            + ["}"]
    }

    private static let eventLogs = ["$logs=" + EventLog.allCases.map { quoted($0.rawValue) }.joined(separator: ",")]
    private static let eventQueries = EventSource.allCases.map { source in
        let words = [source.rawValue, source.log.rawValue, source.provider, source.idCondition]
        return "Events " + words.map(quoted).joined(separator: " ")
    }

    private static func asked(_ section: SectionName) -> [String] {
        var lines = ["Section '\(section.rawValue)' {"]
        if section == .services {
            lines.append("$services=" + AuditedService.allCases.map { quoted($0.rawValue) }.joined(separator: ","))
        }
        lines += section.registryQuestions.map(command)
        lines += [body(of: section), "}"]
        return lines.filter { !$0.isEmpty }
    }

    private static func body(of section: SectionName) -> String {
        switch section {
        case .os: resource(PackageResources.os_ps1)
        case .credssp: resource(PackageResources.credssp_ps1)
        case .services: resource(PackageResources.services_ps1)
        case .network: resource(PackageResources.network_ps1)
        case .activeProfiles: resource(PackageResources.active_profiles_ps1)
        case .identity: resource(PackageResources.identity_ps1)
        case .machineKeys: resource(PackageResources.machine_keys_ps1)
        case .rdp: resource(PackageResources.rdp_ps1)
        case .events: resource(PackageResources.events_ps1)
        case .served: resource(PackageResources.served_ps1)
        case .groups: resource(PackageResources.groups_ps1)
        case .listeners: resource(PackageResources.listeners_ps1)
        case .policySource: resource(PackageResources.policy_source_ps1)
        case .firewallProducts: resource(PackageResources.firewall_products_ps1)
        case .secureChannel: resource(PackageResources.secure_channel_ps1)
        case .quickFixes: resource(PackageResources.quick_fixes_ps1)
        case .delegation, .certificates, .firewall, .schannel, .updates, .mdm: ""
        }
    }

    /// A registry question as a call of the prelude's functions.
    private static func command(_ question: RegistryQuestion) -> String {
        let key = quoted(question.key)
        switch question.scope {
        case .values(let names): return "Values \(key) \(list(names))"
        case .presence: return "Presence \(key)"
        case .everyValue(let limit): return "List \(key) \(limit)"
        case .children(let names): return "Children \(key) \(list(names))"
        case .childrenLike(let patterns, let names): return "Children \(key) \(list(names)) \(list(patterns))"
        case .tree(let names): return "Tree \(key) \(list(names)) 1"
        case .count: return "Count \(key)"
        }
    }

    private static func list(_ texts: [String]) -> String { texts.map(quoted).joined(separator: ",") }

    /// Our own constants: printable ASCII without a quote.
    private static func quoted(_ text: String) -> String {
        precondition(text.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x27 }, "not a plain constant: \(text)")
        return "'\(text)'"
    }

    static func resource(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
