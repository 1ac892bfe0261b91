import Formats
package import FoundationEssentials
package import HostFacts

/// The host has the fix that a requirement of the update catalogue names, by what its servicing line shows it by.
struct BuildAtLeast: Rule {
    static let name = "build-at-least"
    let requirement: RuleArgument?

    var wanted: String { "the build that has the fix, or a later one" }
    let facts: [Fact] = ["os.version", "os.installationType"].compactMap { FactDictionary[$0] }

    var arguments: [(name: String, value: RuleArgument?)] { [("requirement", requirement)] }

    func misuse(_ context: JudgingContext) -> String? {
        let ids = context.catalogue.requirements.map(\.id)
        guard let id = requirement.text(context) else { return "'requirement' must be a text" }
        guard !ids.contains(id) else { return nil }
        return "the update catalogue has no requirement '\(id)'"
            + (closest(to: id, among: ids).map { ": did you mean '\($0)'?" } ?? "")
    }

    func canFail(_ context: JudgingContext) -> Bool {
        let id = requirement.text(context)
        return context.catalogue.requirements.first { $0.id == id }?.clauses.contains(where: \.canShowAbsence) ?? true
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard let id = requirement.text(context),
            let requirement = context.catalogue.requirements.first(where: { $0.id == id })
        else { return .unknown("the update catalogue has no such requirement") }
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        let catalogue = context.catalogue
        switch catalogue.line(of: windows) {
        case .value(let line):
            let verdict: RuleVerdict
            switch RequirementJudge(catalogue: catalogue, line: line, windows: windows).judge(requirement, facts) {
            case .has(let because): verdict = .passing(because, asOf: requirement.asOf, at: context.now)
            case .lacks(let because): verdict = .fails(because)
            case .unknown(let because): verdict = .unknown(because)
            }
            return verdict.resting(on: line, of: catalogue)
        case let missing: return .unknown(missing.whyMissing ?? "")
        }
    }
}

/// The host's build lies in no interval that is known to be bad for Remote Desktop.
struct NoKnownRegression: Rule {
    static let name = "no-known-regression"

    var wanted: String { "a build outside of every interval known to be bad" }
    let facts: [Fact] = ["os.version", "os.installationType"].compactMap { FactDictionary[$0] }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        switch context.catalogue.line(of: windows) {
        case .value(let line):
            return judge(windows.version, line, context).resting(on: line, of: context.catalogue)
        case let missing: return .unknown(missing.whyMissing ?? "")
        }
    }

    private func judge(
        _ version: BuildVersion, _ line: UpdateCatalogue.Line, _ context: JudgingContext
    ) -> RuleVerdict {
        let catalogue = context.catalogue
        guard version.hasRevision else {
            return .unknown("\(line.name) does not count revisions, so its build cannot tell")
        }
        if let hotpatch = catalogue.hotpatch(of: version, on: line) { return .unknown(hotpatch.whyUnknown(version)) }
        let bad = catalogue.regressions.first {
            $0.line == line.id && version >= $0.introduced && version < $0.fixed
        }
        if let bad {
            let fix = bad.fixedBy.map { "; \($0) (\(bad.fixed)) ends it" } ?? "; \(bad.fixed) ends it"
            return .fails("build \(version) lies between \(bad.introduced) and \(bad.fixed): \(bad.title)\(fix)")
        }
        guard line.isFollowed else {
            return .unknown("nobody collects the regressions of \(line.name) in the catalogue")
        }
        return .passing(
            "build \(version) is in no bad interval", asOf: catalogue.regressionsAsOf ?? .distantPast, at: context.now)
    }
}

extension UpdateCatalogue {
    /// Days after which a pass no longer rests on the catalogue: a month's updates and the time to publish them.
    package static let longestAge = 45

    /// Whole days from the day up to which something is known.
    package static func age(of asOf: Date, at now: Date) -> Int {
        let days = (now.timeIntervalSince(asOf) / 86_400).rounded(.down)
        return Int(min(max(days, -4_000_000), 4_000_000))
    }
}

extension UpdateCatalogue.Release {
    func whyUnknown(_ version: BuildVersion) -> String {
        version == self.version
            ? "build \(version) is the hotpatch \(kb), and hotpatched hosts count revisions in another way"
            : "build \(version) follows the hotpatch \(kb) (\(self.version)), and what else it is the catalogue does not know"
    }
}

extension RuleVerdict {
    /// An old catalogue knows nothing of newer fixes: a pass that rests on it is none.
    fileprivate static func passing(_ because: String, asOf: Date, at now: Date) -> RuleVerdict {
        let days = UpdateCatalogue.age(of: asOf, at: now)
        guard days <= UpdateCatalogue.longestAge else {
            return .unknown(
                "catalogue too old: it knows updates up to \(ISO8601.text(asOf).prefix(10)), \(days) days ago; "
                    + "it counts for \(UpdateCatalogue.longestAge) days")
        }
        return .holds(because)
    }

    /// A failure with the servicing line and the newest build known of it as evidence: facts cannot know them.
    fileprivate func resting(on line: UpdateCatalogue.Line, of catalogue: UpdateCatalogue) -> RuleVerdict {
        guard truth == .fails else { return self }
        var verdict = self
        verdict.evidence = [
            Finding.Evidence(fact: "updates.line", value: "\(line.id) (\(line.name))", source: nil),
            Finding.Evidence(
                fact: "updates.latestKnown",
                value: catalogue.latestKnown(on: line)?.description ?? "none known", source: nil),
        ]
        return verdict
    }
}
