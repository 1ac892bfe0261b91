import Formats
import FoundationEssentials
import HostFacts
import Policy

extension Checkup {
    /// Days after which the catalogue of updates is called old: a month and a half of Patch Tuesdays.
    private static let oldCatalogue = 45

    /// - Returns: the day up to which the catalogue knows, which has surely passed.
    mutating func checkPolicies(_ path: String, baseline: String) -> Date? {
        checkChangeable(
            Self.files(below: path), .policies, "files", meaning: "policies decide what counts as good")
        do throws(Diagnostics) {
            let folder = try PolicyFolder(path)
            ok(.policies, path, "\(folder.controls.count) controls, \(folder.baselineNames.count) baselines")
            let loaded = try folder.baseline(baseline)
            ok(.policies, loaded.name, "\(loaded.version), \(loaded.controls.count) controls")
            checkCatalogue(folder.catalogue.releasesAsOf ?? folder.catalogue.asOf)
            return folder.catalogue.asOf == .distantPast ? nil : folder.catalogue.asOf
        } catch {
            for problem in error.sorted.prefix(5) {
                fail(.policies, problem.file, "\(problem.message)", problem.help)
            }
            if error.sorted.count > 5 {
                fail(.policies, path, "\(error.sorted.count - 5) more problems", "fleetaudit policy lint shows all")
            }
            return nil
        }
    }

    private mutating func checkCatalogue(_ asOf: Date) {
        guard asOf != .distantPast else { return }
        let days = Int(Date().timeIntervalSince(asOf) / 86_400)
        let says = "updates are known up to \(ISO8601.text(asOf).prefix(10))"
        if days > Self.oldCatalogue {
            warn(
                .policies, "catalogue", "\(says), \(days) days ago: newer ones are not known",
                "fleetaudit catalogue import (docs/catalogue.md)")
        } else {
            ok(.policies, "catalogue", says)
        }
    }

    /// The folder, and at most some thousand files in it.
    private static func files(below path: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        return [path] + names.prefix(5_000).map { "\(path)/\($0)" }
    }
}
