import Console
import Formats
import FoundationEssentials
import Policy

/// What hosts are held against: shared by every command that judges.
struct JudgingOptions: ParameterSet {
    var baseline = "rdp-connectivity"
    var policies: String?
    var waivers: [String] = []
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
            \.waivers, "--waivers", value: "path",
            help: "Accepted failures: a file, or a folder of them (docs/waivers.md).",
            environment: "FLEETAUDIT_WAIVERS", completion: .files)
        Option(
            \.at, "--at", value: "moment",
            help: "Judge as of this moment (2027-01-15 or 2027-01-15T00:00:00Z) instead of now.")
        Option(\.failOn, "--fail-on", help: "From which severity on failures set bit 1 of the exit code.")
    }

    func validate() throws(UsageError) {
        try Self.checkMoment(at)
    }

    static func checkMoment(_ at: String?) throws(UsageError) {
        if let at, moment(at) == nil {
            throw UsageError("--at: '\(at)' is no moment such as 2027-01-15 or 2027-01-15T00:00:00Z")
        }
    }

    var judgedAt: Date { at.flatMap(Self.moment) ?? Date() }

    static func moment(_ text: String) -> Date? { ISO8601.date(text) ?? ISO8601.day(text) }

    func loadBaseline() throws -> Baseline {
        do {
            return try PolicyFolder(policyPath()).baseline(baseline)
        } catch let error as Diagnostics {
            throw CommandFailure(error)
        }
    }

    /// What hosts are held against, and what is accepted; every mistake in either at once.
    func load(telling output: Output) throws -> (baseline: Baseline, waivers: WaiverRegister) {
        var diagnostics = Diagnostics()
        var loaded: Baseline?
        var register = WaiverRegister.empty
        do {
            let folder = try PolicyFolder(policyPath())
            do throws(Diagnostics) { loaded = try folder.baseline(baseline) } catch { diagnostics.add(error) }
            do throws(Diagnostics) {
                register = try WaiverRegister(waivers, controls: folder.controls.keys, at: judgedAt)
            } catch {
                diagnostics.add(error)
            }
        } catch let error as Diagnostics {
            diagnostics.add(error)
        }
        guard let loaded, !diagnostics.hasErrors else { throw CommandFailure(diagnostics) }
        for warning in register.warnings { output.log.warning("\(warning)") }
        return (loaded, register)
    }

    private func policyPath() throws -> String {
        try policies ?? ResourceFolder.find("Policies", marker: "controls")
    }

    var threshold: Severity? { failOn.threshold }
}

extension JudgingOptions.FailOn {
    /// The least severity that sets bit 1; `nil`: none does.
    var threshold: Severity? { Severity(rawValue: rawValue) }
}
