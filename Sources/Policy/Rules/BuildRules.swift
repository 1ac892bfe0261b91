import Formats
import FoundationEssentials
import HostFacts

/// The host's build is at least the one that a requirement of the update catalogue names for its servicing line.
struct BuildAtLeast: Rule {
    static let name = "build-at-least"
    let requirement: RuleArgument?

    var wanted: String { "the build that has the fix, or a later one" }
    let facts: [Fact] = ["os.version", "os.installationType"].compactMap { FactDictionary[$0] }

    func misuse(_ context: JudgingContext) -> String? {
        let ids = context.catalogue.requirements.map(\.id)
        guard let id = requirement.text(context) else { return "'requirement' must be a text" }
        guard !ids.contains(id) else { return nil }
        return "the update catalogue has no requirement '\(id)'"
            + (closest(to: id, among: ids).map { ": did you mean '\($0)'?" } ?? "")
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard let id = requirement.text(context),
            let requirement = context.catalogue.requirements.first(where: { $0.id == id })
        else { return .unknown("the update catalogue has no such requirement") }
        guard case .value(let windows) = facts.windows else {
            return .unknown("the Windows version is not known: \(facts.windows.whyMissing ?? "")")
        }
        switch context.catalogue.line(of: windows) {
        case .value(let line):
            guard let minimum = requirement.minimums.first(where: { $0.line == line.id }) else {
                return .unknown("\(requirement.title): the catalogue names no build for \(line.name)")
            }
            guard windows.version.hasRevision else {
                return .unknown("\(line.name) does not count revisions, so its build cannot tell")
            }
            if windows.version < minimum.version {
                let kb = minimum.kb.map { " (\($0))" } ?? ""
                return .fails("build \(windows.version) is older than \(minimum.version)\(kb): \(requirement.title)")
            }
            return context.catalogue.pass("build \(windows.version) has the fix", at: context.now)
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
            let version = windows.version
            guard version.hasRevision else {
                return .unknown("\(line.name) does not count revisions, so its build cannot tell")
            }
            let bad = context.catalogue.regressions.first {
                $0.line == line.id && version >= $0.introduced && version < $0.fixed
            }
            guard let bad else {
                return context.catalogue.pass("build \(version) is in no bad interval", at: context.now)
            }
            let fix = bad.fixedBy.map { "; \($0) (\(bad.fixed)) ends it" } ?? "; \(bad.fixed) ends it"
            return .fails("build \(version) lies between \(bad.introduced) and \(bad.fixed): \(bad.title)\(fix)")
        case let missing: return .unknown(missing.whyMissing ?? "")
        }
    }
}

extension UpdateCatalogue {
    /// Days after which a pass no longer rests on the catalogue: a month's updates and the time to publish them.
    static let longestAge = 45

    /// An old catalogue knows nothing of newer fixes: a pass that rests on it is none.
    func pass(_ because: String, at now: Date) -> RuleVerdict {
        let days = Int((now.timeIntervalSince(asOf) / 86_400).rounded(.down))
        guard days <= Self.longestAge else {
            return .unknown(
                "catalogue too old: it knows updates up to \(ISO8601.text(asOf).prefix(10)), \(days) days ago; "
                    + "it counts for \(Self.longestAge) days")
        }
        return .holds(because)
    }
}
