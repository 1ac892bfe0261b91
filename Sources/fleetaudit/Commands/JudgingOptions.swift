import Console
import Formats
import FoundationEssentials
import Policy

/// What hosts are held against: shared by every command that judges.
struct JudgingOptions: ParameterSet {
    var baseline = "rdp-connectivity"
    var policies: String?
    var at: String?
    var failOn = FailOn.high

    enum FailOn: String, ArgumentValue, CaseIterable { case critical, high, medium, low, info, never }

    static var parameters: ParameterList<JudgingOptions> {
        Option(
            \.baseline, "-b", "--baseline", value: "name", help: "A baseline of the policy folder, or a file.",
            environment: "FLEETAUDIT_BASELINE")
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(
            \.at, "--at", value: "moment",
            help: "Judge as of this moment (2027-01-15 or 2027-01-15T00:00:00Z) instead of now.")
        Option(\.failOn, "--fail-on", help: "From which severity on failures set bit 1 of the exit code.")
    }

    func validate() throws(UsageError) {
        if let at, Self.moment(at) == nil {
            throw UsageError("--at: '\(at)' is no moment such as 2027-01-15 or 2027-01-15T00:00:00Z")
        }
    }

    var judgedAt: Date { at.flatMap(Self.moment) ?? Date() }

    private static func moment(_ text: String) -> Date? { ISO8601.date(text) ?? ISO8601.day(text) }

    func loadBaseline() throws -> Baseline {
        let path = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        do throws(Diagnostics) {
            return try PolicyFolder(path).baseline(baseline)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The least severity that sets bit 1; `nil`: none does.
    var threshold: Severity? {
        switch failOn {
        case .critical: .critical
        case .high: .high
        case .medium: .medium
        case .low: .low
        case .info: .info
        case .never: nil
        }
    }
}
