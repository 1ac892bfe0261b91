import Formats
import Policy

/// Policies and baselines for commands that look at them only.
enum BaselineSource {
    static func folder(_ policies: String?) throws -> PolicyFolder {
        let path = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        do throws(Diagnostics) { return try PolicyFolder(path) } catch { throw CommandFailure(error) }
    }

    static func baseline(_ nameOrFile: String, _ folder: PolicyFolder) throws -> Baseline {
        do throws(Diagnostics) { return try folder.baseline(nameOrFile) } catch { throw CommandFailure(error) }
    }
}
