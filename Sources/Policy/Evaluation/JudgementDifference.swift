import HostFacts

/// What differs between two judgements of one host: before and after a change, or of two runs.
package struct JudgementDifference: Sendable {
    /// What became of the host itself.
    package enum Presence: String, Sendable, Hashable, CaseIterable {
        /// Judged both times.
        case compared
        /// Only the later one knows the host.
        case added
        /// Only the earlier one knows the host.
        case vanished
        /// It was judged, and is not any more.
        case becameUnreadable = "became-unreadable"
        /// It was not judged, and now is.
        case readableAgain = "readable-again"
        /// Judged neither time: whether anything changed cannot be told.
        case stillUnreadable = "still-unreadable"
    }

    /// What became of one control on the host.
    package struct ControlChange: Sendable, Hashable {
        package let control: String
        package let kind: Kind
        /// `nil`: it was not judged by this control.
        package let before: Finding.Outcome?
        package let after: Finding.Outcome?
        /// Why it is now as it is; empty for a pass, and where reasons were not kept.
        package let because: String
    }

    package let host: String
    package let presence: Presence
    /// What was and is the same is not listed, but failures and unknowns that stay are.
    package let changes: [ControlChange]

    init(host: String, presence: Presence, changes: [ControlChange]) {
        self.host = host
        self.presence = presence
        self.changes = changes
    }

    /// - Returns: `nil` when neither is given.
    package init?(before: HostOutcomes?, after: HostOutcomes?) {
        guard let host = after?.host ?? before?.host else { return nil }
        self.host = host
        presence =
            switch (before?.state.isJudged, after?.state.isJudged) {
            case (nil, _): .added
            case (_, nil): .vanished
            case (true?, true?): .compared
            case (true?, false?): .becameUnreadable
            case (false?, true?): .readableAgain
            case (false?, false?): .stillUnreadable
            }
        changes = Self.changes(before, after)
    }

    /// Something is not as it was.
    package var isChange: Bool {
        switch presence {
        case .added, .vanished, .becameUnreadable, .readableAgain: true
        case .compared, .stillUnreadable: changes.contains { $0.kind.isChange }
        }
    }
}

extension JudgementDifference.ControlChange {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It fails, and was not seen to fail before.
        case newlyFailing = "newly-failing"
        /// A failure whose waiver is in force no longer.
        case unwaived
        /// It cannot be told any more.
        case becameUnknown = "became-unknown"
        /// It failed, or failed under a waiver, and passes.
        case fixed
        /// A failure that a waiver now covers.
        case waived
        /// It could not be told, and does not fail.
        case becameKnown = "became-known"
        /// It does not concern the host any more, failing or not.
        case noLongerApplies = "no-longer-applies"
        /// It did not concern the host, and passes.
        case nowApplies = "now-applies"
        /// The host was not judged by it before, and does not fail.
        case added
        /// The host is not judged by it any more.
        case removed
        case stillFailing = "still-failing"
        case stillUnknown = "still-unknown"

        /// Something is not as it was.
        package var isChange: Bool { self != .stillFailing && self != .stillUnknown }

        /// A failure that is open now and was not before.
        package var isWorse: Bool { self == .newlyFailing || self == .unwaived }

        /// `nil` when nothing changed and nothing is open.
        init?(from before: Finding.Outcome?, to after: Finding.Outcome) {
            switch (before, after) {
            case (.fail?, .fail): self = .stillFailing
            case (.waived?, .fail): self = .unwaived
            case (_, .fail): self = .newlyFailing
            case (nil, .unknown), (.unknown?, .unknown): self = .stillUnknown
            case (_, .unknown): self = .becameUnknown
            case (let before?, let after) where before == after: return nil
            case (_, .waived): self = .waived
            case (nil, _): self = .added
            case (.unknown?, _): self = .becameKnown
            case (_, .notApplicable): self = .noLongerApplies
            case (.notApplicable?, _): self = .nowApplies
            default: self = .fixed
            }
        }
    }
}
