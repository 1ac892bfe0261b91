import HostFacts
package import Policy

/// A run that is being recorded: what is known of content that it brings, so that nothing is looked up twice.
struct Recording {
    let run: String
    let isReplacing: Bool
    var hosts: [String: Host] = [:]
    /// Rows of findings by their bytes.
    var findings: [[UInt8]: Int64] = [:]
    /// Findings that are nothing but an outcome and its reason, which is most of them.
    var briefs: [Brief: (row: Int64, numbers: [UInt64])] = [:]
    var texts: [[UInt8]: Int64] = [:]
    /// What a finding says, for failures and when they began.
    var outcomes: [Int64: (control: Int64, outcome: Finding.Outcome)] = [:]

    /// Equal by bytes: texts are equal in Swift when they look alike.
    struct Brief: Hashable {
        let control: ControlStatement
        let outcome: Finding.Outcome
        let because: String

        /// `nil`: there is more to the finding.
        init?(_ finding: Finding) {
            guard finding.evidence.isEmpty, finding.wanted.isEmpty, finding.remediation.isEmpty,
                finding.waivers.isEmpty, finding.lapsedWaivers.isEmpty
            else { return nil }
            control = finding.control
            outcome = finding.outcome
            because = finding.because
        }

        static func == (one: Brief, other: Brief) -> Bool {
            one.control === other.control && one.outcome == other.outcome
                && one.because.utf8.elementsEqual(other.because.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(control))
            hasher.combine(outcome)
            var because = because
            because.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// A row of `run_host` to be.
    struct Host {
        let number: Int64
        let judgement: Int64
        let numbers: [UInt8]?
        let facts: Int64?
        let findings: [Int64]
    }
}

/// A judged host and its stable facts, as they are recorded.
package struct HostToRecord: Sendable {
    package let judgement: HostJudgement
    /// `nil`: it gave none.
    package let facts: StableFacts?

    package init(_ judgement: HostJudgement, facts: StableFacts?) {
        self.judgement = judgement
        self.facts = facts
    }
}
