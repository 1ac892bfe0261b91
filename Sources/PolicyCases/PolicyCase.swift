package import Formats
package import FoundationEssentials
package import HostFacts
package import Lab
package import Policy

/// A host made up for a test, and what a policy must say about it.
package struct PolicyCase: Sendable {
    package enum Expectation: Sendable {
        /// Of a control: its outcome, and a part of the sentence that explains it.
        case outcome(Finding.Outcome, because: String?)
        /// Of a whole baseline: the controls that fail and those that cannot be told, and no others.
        case verdicts(fails: Set<String>, unknown: Set<String>)
    }

    /// From 1, in the file's order.
    package let number: Int
    /// Where it begins.
    package let position: SourcePosition
    package let expectation: Expectation
    /// What judges it: a baseline, or one control alone with the case's parameters.
    package let baseline: Baseline
    /// Parameters as they stand in the file, for a control.
    package let parameters: YAMLNode?
    package let role: String?
    /// The moment of judging.
    package let now: Date
    package let host: RecordedHost
    /// Sections that did not come.
    package let lost: Set<SectionName>
    /// Keys that the host would not show.
    package let denied: [String]
    /// The other hosts of its fleet, by name.
    package let fleet: [String: RecordedHost]

    /// The moment of judging when a case names none: 2026-11-20T02:00:00Z.
    package static let usualNow = Date(timeIntervalSince1970: 1_795_140_000)

    package var facts: HostFacts { host.facts(lost: lost, denied: denied, fleet: fleet) }
}

/// The cases of one file.
package struct CaseFile: Sendable {
    package enum Subject: Sendable, Hashable {
        case control(String)
        case baseline(String)

        /// The control's id or the baseline's name.
        package var name: String {
            switch self {
            case .control(let name), .baseline(let name): name
            }
        }
    }

    package let path: String
    package let subject: Subject
    package let cases: [PolicyCase]
}
