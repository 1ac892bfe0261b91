import HostFacts

/// No registry value switches TLS 1.3 on where Schannel does not have it ("Protocols in TLS/SSL", Microsoft Learn). The
/// fact says "unsupported" there, whatever is set, so the values themselves are looked at.
struct TLS13NotForced: Rule {
    static let name = "tls13-not-forced"
    let side: RuleArgument?

    /// The first build with TLS 1.3: Server 2022, then Windows 11.
    private static let firstBuild: UInt32 = 20348

    var wanted: String { "TLS 1.3 not switched on" }

    var facts: [Fact] {
        let side = fixedSide?.rawValue.lowercased() ?? "server"
        return ["schannel.tls13.\(side).effective", "os.build"].compactMap { FactDictionary[$0] }
    }

    private var fixedSide: Schannel.Side? {
        guard case .constant(.text(let text))? = side else { return nil }
        return Schannel.Side.allCases.first { $0.rawValue.lowercased() == text }
    }

    func misuse(_ context: JudgingContext) -> String? { fixedSide == nil ? "'side' must be server or client" : nil }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard let side = fixedSide else { return .unknown("'side' must be server or client") }
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        guard windows.version.build < Self.firstBuild else { return .notApplicable("\(windows.name) has TLS 1.3") }
        let key = Keys.schannelProtocols + #"\TLS 1.3\"# + side.rawValue
        let enabled = facts.registry.number(key, "Enabled")
        let disabledByDefault = facts.registry.number(key, "DisabledByDefault")
        switch (enabled, disabledByDefault) {
        case (.value(0), _): return .holds("Enabled is 0")
        case (.value(let number), _): return forced(key, "Enabled", number, windows)
        case (.absent, .value(0)): return forced(key, "DisabledByDefault", 0, windows)
        case (.absent, .value), (.absent, .absent): return .holds("nothing switches it on")
        case (.absent, let missing), (let missing, _):
            return .unknown("what is set for TLS 1.3 could not be read: \(missing.whyMissing ?? "")")
        }
    }

    private func forced(_ key: String, _ name: String, _ number: UInt32, _ windows: WindowsVersion) -> RuleVerdict {
        var verdict = RuleVerdict.fails("\(name) is \(number) below \(key), and \(windows.name) has no TLS 1.3")
        verdict.evidence = [Finding.Evidence(fact: key + "\\" + name, value: String(number), source: nil)]
        return verdict
    }
}
