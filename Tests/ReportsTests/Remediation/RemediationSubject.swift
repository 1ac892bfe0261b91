import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import Testing

/// One control alone with a case's parameters, read once.
struct SoleJudge: Sendable {
    private let evaluator: Evaluator

    init(_ like: ControlCase) throws {
        evaluator = Evaluator(baseline: try SoleControl(like.control).baseline(like.parameters), now: like.now)
    }

    func callAsFunction(_ facts: HostFacts) -> HostJudgement { evaluator.judge(.fixture(), facts) }
}

/// A host on which one control fails, and the script that mends it.
struct RemediationSubject: Sendable {
    let name: String
    let control: String
    let host: RecordedHost
    let facts: HostFacts
    let judge: SoleJudge
    /// A part of it is nothing that a command could do: a value of a kind that cannot be put back.
    let isPartial: Bool
    let script: RemediationScript

    /// `nil` when the control does not fail there, or when no command mends it.
    init?(_ name: String, _ judge: SoleJudge, _ like: ControlCase, host: RecordedHost) throws {
        let facts = ControlCase.facts(host, lost: like.lost, denied: like.denied)
        let judgement = judge(facts)
        guard let finding = judgement.findings.first, finding.outcome == .fail,
            let script = RemediationScript(judgement)
        else { return nil }
        self.name = name
        control = like.control
        self.host = host
        self.facts = facts
        self.judge = judge
        isPartial = finding.remediation.contains { $0.place == .manual }
        self.script = script
    }

    var text: String { script.text(run: "20261120-020000") }

    /// A key above those that were missing was not asked for: when it is missing as well, it stays, empty. The action says
    /// so.
    var mayLeaveEmptyKeys: Bool {
        registrySteps.contains { step in
            guard let last = step.missingKeys.last, let slash = last.lastIndex(of: "\\") else { return false }
            let above = String(last[..<slash])
            if case .value = facts.registry.exists(above) { return false }
            return !Keys.isEverywhere(above)
        }
    }

    var registrySteps: [RemediationStep.Registry] {
        script.entries.compactMap { if case .registry(let step) = $0.step { step } else { nil } }
    }

    /// What may stand where a script wants to write, and the words for it.
    static let priors: [(name: String, value: RegistryValue)] = [
        ("a dword", .dword(0)), ("another dword", .dword(1)), ("a third dword", .dword(7)),
        ("a dword above 0x7FFFFFFF", .dword(0xFFFF_FFFE)), ("a text", .string("it's \u{2019} $(1) `n %x%")),
        ("the number as text", .string("1")), ("an empty text", .string("")),
        ("a text that variables stand in", .expandString(#"%SystemRoot%\é\#u{1F600}"#)),
        ("texts with an empty one", .multiString(["a", "", "b"])), ("no texts", .multiString([])),
        ("one empty text", .multiString([""])), ("bytes", .binary([0, 1, 0xFF])), ("no bytes", .binary([])),
        ("many bytes", .binary((0..<100).map { UInt8($0) })), ("a qword", .qword(0xFFFF_FFFF_FFFF_FFFF)),
        ("the smallest qword", .qword(1 << 63)), ("a value without type", .none([1, 2])),
        ("a link", .other(kind: 6, [1, 2])), ("a dword of two bytes", .other(kind: 4, [1, 2])),
    ]

    /// Every way in which a case's control can fail over what stands at the places that its script writes to.
    static func variations(of like: ControlCase, isPlain: Bool) throws -> [RemediationSubject] {
        let sole = try SoleJudge(like)
        guard let plain = try RemediationSubject("\(like.description), as it is", sole, like, host: like.host) else {
            return []
        }
        if isPlain { return [plain] }
        var found = [plain]
        // Hundreds of rules that nobody asks about cost time.
        var lean = like.host
        if !like.control.hasPrefix("FW-"), lean.registry.presence(Keys.firewall) == .present {
            for rule in lean.registry.values(Keys.firewall + #"\FirewallRules"#) {
                lean.registry.remove(RegistryLocation(Keys.firewall + #"\FirewallRules"#, rule.name))
            }
        }
        func add(_ words: String, _ change: (inout RegistryImage) -> Void) throws {
            var host = lean
            change(&host.registry)
            if let subject = try RemediationSubject("\(like.description), \(words)", sole, like, host: host) {
                found.append(subject)
            }
        }
        for step in plain.registrySteps {
            try add("the value absent") { $0.remove(step.location) }
            try add("the key absent") { $0.delete(step.location.key) }
            let parent = step.location.key.split(separator: "\\").dropLast().joined(separator: "\\")
            if parent.split(separator: "\\").count > 3 {
                try add("the key above absent") { $0.delete(parent) }
            }
            for prior in priors {
                try add(prior.name) { $0.set(step.location, prior.value) }
            }
        }
        return found
    }
}
