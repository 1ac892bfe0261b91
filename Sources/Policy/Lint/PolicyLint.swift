package import Formats
import FoundationEssentials
import HostFacts

/// Finds what loads and makes no sense: controls that contradict each other, never apply or never decide, changes that
/// do not help.
package struct PolicyLint {
    let folder: PolicyFolder
    /// The baselines with the files that they come from.
    let baselines: [(file: String, baseline: Baseline)]
    let sources = PolicySources()
    private(set) var diagnostics = Diagnostics()
    /// What was found of two controls under their parameters: most stand alike in many baselines and roles.
    var knownPairs: [ControlPair: String?] = [:]
    var knownChanges: [RegistryChange: ChangedHost?] = [:]

    private init(_ folder: PolicyFolder, _ baselines: [(file: String, baseline: Baseline)]) {
        self.folder = folder
        self.baselines = baselines
    }

    /// Everything that is wrong, or looks wrong, in a folder of policies.
    ///
    /// - Parameter names: baselines, or files of such; none: all of the folder, which must then name every control.
    package static func findings(in path: String, baselines names: [String]) -> Diagnostics {
        let folder: PolicyFolder
        do throws(Diagnostics) { folder = try PolicyFolder(path) } catch { return error }
        var wrong = Diagnostics()
        var loaded: [(file: String, baseline: Baseline)] = []
        for name in names.isEmpty ? folder.baselineNames : names {
            do throws(Diagnostics) {
                loaded.append((folder.file(ofBaseline: name), try folder.baseline(name)))
            } catch {
                wrong.add(error)
            }
        }
        var lint = PolicyLint(folder, loaded)
        lint.report(folder.warnings)
        lint.report(wrong)
        let controls = folder.controls.values.sorted { $0.id < $1.id }
        for control in controls { lint.check(control) }
        lint.findDuplicates(among: controls)
        for (file, baseline) in loaded { lint.check(baseline, file) }
        if names.isEmpty, wrong.isEmpty { lint.findUnused(controls) }
        return lint.diagnostics
    }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.add(diagnostic) }
    mutating func report(_ others: Diagnostics) { diagnostics.add(others) }

    /// The parameters of a control, on hosts of a role.
    func context(_ control: Control, _ baseline: Baseline?, _ role: String?) -> JudgingContext {
        JudgingContext(
            now: folder.catalogue.asOf, parameters: baseline?.parameters(of: control, role: role) ?? control.parameters,
            catalogue: folder.catalogue)
    }

    private mutating func findDuplicates(among controls: [Control]) {
        var first: [[ConditionSentence]: Control] = [:]
        for control in controls {
            // Who is concerned and what is asked, with a mark in between.
            let meaning =
                (control.appliesTo?.sentences(control.parameters) ?? []) + [ConditionSentence(depth: -1, text: "")]
                + control.check.sentences(control.parameters)
            guard let other = first[meaning] else {
                first[meaning] = control
                continue
            }
            report(
                sources.diagnostic(
                    .warning, control.file, sources.root(control.file)?.entry("check")?.key, "P155",
                    "\(control.id) asks the same of the same hosts as \(other.id)", help: "see \(other.file)"))
        }
    }

    private mutating func findUnused(_ controls: [Control]) {
        let named = Set(baselines.flatMap { $0.baseline.controls.map(\.id) })
        for control in controls where !named.contains(control.id) {
            report(
                sources.diagnostic(
                    .warning, control.file, sources.root(control.file)?["id"], "P156",
                    "\(control.id) stands in no baseline, so no host is ever held against it"))
        }
    }
}
