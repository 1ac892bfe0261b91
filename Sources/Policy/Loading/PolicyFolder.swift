package import Formats
import FoundationEssentials
package import HostFacts

/// A folder of policies: `controls/<area>/<ID>.yaml`, `baselines/<name>.yaml`, `updates/*.yaml`.
package struct PolicyFolder: Sendable {
    package let path: String
    package let controls: [String: Control]
    package let catalogue: UpdateCatalogue
    /// What loads and looks wrong all the same.
    let warnings: Diagnostics

    /// Reads every control and the catalogue; everything that is wrong in any file at once.
    package init(_ path: String) throws(Diagnostics) {
        var diagnostics = Diagnostics()
        self.path = path
        controls = Self.readControls(path, &diagnostics)
        catalogue = Self.readCatalogue(path, &diagnostics)
        if diagnostics.hasErrors { throw diagnostics }
        warnings = diagnostics
    }

    /// The baseline of a name, or in a file, with all that it extends.
    package func baseline(_ nameOrFile: String) throws(Diagnostics) -> Baseline {
        let folder = path + "/baselines"
        let isName = BaselineChain.isName(nameOrFile)
        let file = isName ? "\(folder)/\(nameOrFile).yaml" : nameOrFile
        if isName, !FileManager.default.fileExists(atPath: file) {
            let names = baselineNames
            throw Diagnostics([
                Diagnostic(
                    file: folder, code: "P134", message: "there is no baseline '\(nameOrFile)'",
                    help: closest(to: nameOrFile, among: names).map { "did you mean '\($0)'?" }
                        ?? "there are \(names.joined(separator: ", "))")
            ])
        }
        let chain = BaselineChain(file, folder: folder)
        var diagnostics = chain.diagnostics
        var baseline: Baseline?
        var isOrphan = !chain.isWhole
        for link in chain.links.reversed() {
            var reader = BaselineReader(file: link.file, controls: controls)
            baseline = reader.read(link.root, extending: baseline, isOrphan: isOrphan, catalogue: catalogue)
            diagnostics.add(reader.diagnostics)
            // What is wrong above is told there, once.
            if let read = baseline, !diagnostics.hasErrors { diagnostics.add(Self.misuses(read, file: link.file)) }
            isOrphan = baseline == nil
        }
        if isName, let baseline, baseline.name != nameOrFile, let node = chain.links.first?.root["name"] {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P138", "the baseline '\(baseline.name)' stands in \(nameOrFile).yaml",
                    help: "the file has the baseline's name: '\(nameOrFile)'"))
        }
        guard let baseline, !diagnostics.hasErrors else { throw diagnostics }
        return baseline
    }

    /// A baseline of one control alone.
    /// - Parameters:
    ///   - parameters: as a baseline has them under the control's id.
    ///   - file: the file that they stand in, for messages.
    package func baseline(
        of control: Control, parameters: YAMLNode?, in file: String
    ) throws(Diagnostics) -> Baseline {
        var reader = BaselineReader(file: file, controls: controls)
        let baseline = reader.read(control, parameters: parameters, catalogue: catalogue)
        var diagnostics = reader.diagnostics
        if let baseline { diagnostics.add(Self.misuses(baseline, file: file)) }
        guard let baseline, !diagnostics.hasErrors else { throw diagnostics }
        return baseline
    }

    /// The names of the folder's baselines, in alphabetical order.
    package var baselineNames: [String] { BaselineChain.names(in: path + "/baselines") }

    /// The file that a baseline's name, or its file's, means.
    func file(ofBaseline nameOrFile: String) -> String {
        BaselineChain.isName(nameOrFile) ? "\(path)/baselines/\(nameOrFile).yaml" : nameOrFile
    }

    /// Arguments of rules, with the parameters of the baseline and of each role.
    private static func misuses(_ baseline: Baseline, file: String) -> Diagnostics {
        var diagnostics = Diagnostics()
        for control in baseline.controls {
            let leaves = [control.appliesTo, control.check].compactMap(\.self).flatMap(\.leaves)
            for role in [nil] + baseline.roles.keys.sorted().map(Optional.some) {
                let context = JudgingContext(
                    now: baseline.catalogue.asOf, parameters: baseline.parameters(of: control, role: role),
                    catalogue: baseline.catalogue)
                for leaf in leaves {
                    guard let problem = leaf.misuse(context) else { continue }
                    let place = role.map { " for the role \($0)" } ?? ""
                    diagnostics.add(
                        Diagnostic(
                            file: file, code: "P117", message: "\(control.id)\(place): \(problem)",
                            help: "see \(control.file)"))
                }
            }
        }
        return diagnostics
    }

    private static func readControls(_ path: String, _ diagnostics: inout Diagnostics) -> [String: Control] {
        var controls: [String: Control] = [:]
        let areas = folders(in: path + "/controls")
        if areas.isEmpty {
            diagnostics.add(
                Diagnostic(
                    file: path + "/controls", code: "P100", message: "there are no controls here",
                    help: "--policies names the folder that holds 'controls' and 'baselines'"))
        }
        for folder in [path + "/controls", path + "/updates"] + areas.map({ "\(path)/controls/\($0)" }) {
            reportStrays(in: folder, isArea: folder != path + "/controls", &diagnostics)
        }
        for area in areas {
            for name in names(in: "\(path)/controls/\(area)") {
                let file = "\(path)/controls/\(area)/\(name)"
                guard let root = root(of: file, &diagnostics) else { continue }
                var reader = ControlReader(file: file, area: area)
                let control = reader.read(root)
                diagnostics.add(reader.diagnostics)
                guard let control else { continue }
                if let other = controls[control.id] {
                    diagnostics.add(
                        (root["id"] ?? root).diagnostic(
                            file: file, code: "P106", "the id '\(control.id)' is taken",
                            help: "it stands in \(other.file)"))
                }
                if name != control.id + ".yaml" {
                    diagnostics.add(
                        (root["id"] ?? root).diagnostic(
                            file: file, code: "P107", "control '\(control.id)' must stand in \(control.id).yaml"))
                }
                controls[control.id] = control
            }
        }
        return controls
    }

    /// A policy that is not read because of its name or place would be missing in silence.
    private static func reportStrays(in folder: String, isArea: Bool, _ diagnostics: inout Diagnostics) {
        let names = InputFolder.names(in: folder)
        if names.count > InputFolder.mostEntries {
            diagnostics.add(
                Diagnostic(
                    file: folder, code: "P100", message: "there are more than \(InputFolder.mostEntries) files here"))
        }
        for name in names {
            if name.hasSuffix(".yml") {
                diagnostics.add(
                    Diagnostic(
                        file: "\(folder)/\(name)", code: "P108", message: "policy files end in .yaml",
                        help: "rename it to \(name.dropLast(4)).yaml"))
            } else if !isArea, name.hasSuffix(".yaml") {
                diagnostics.add(
                    Diagnostic(
                        file: "\(folder)/\(name)", code: "P108", message: "a control stands in the folder of its area",
                        help: "move it to controls/<area>/\(name)"))
            }
        }
    }

    /// The catalogue of a folder of policies, without its controls.
    package static func catalogue(of path: String) throws(Diagnostics) -> UpdateCatalogue {
        var diagnostics = Diagnostics()
        let catalogue = readCatalogue(path, &diagnostics)
        if catalogue.lines.isEmpty, !diagnostics.hasErrors {
            diagnostics.add(
                Diagnostic(
                    file: path + "/updates", code: "P100", message: "there is no update catalogue here",
                    help: "--policies names the folder that holds 'controls', 'baselines' and 'updates'"))
        }
        if diagnostics.hasErrors { throw diagnostics }
        return catalogue
    }

    /// One file of a catalogue, which may speak of the lines of the others.
    package static func catalogue(file: String, lines: [UpdateCatalogue.Line]) throws(Diagnostics) -> UpdateCatalogue {
        var diagnostics = Diagnostics()
        var reader = CatalogueReader(file: file)
        let part = root(of: file, &diagnostics).flatMap { reader.read($0, lines: Set(lines.map(\.id))) }
        diagnostics.add(reader.diagnostics)
        guard let part, !diagnostics.hasErrors else { throw diagnostics }
        return part
    }

    private static func readCatalogue(_ path: String, _ diagnostics: inout Diagnostics) -> UpdateCatalogue {
        var files: [(root: YAMLNode, reader: CatalogueReader)] = []
        var lines: [UpdateCatalogue.Line] = []
        for name in names(in: path + "/updates") {
            let file = "\(path)/updates/\(name)"
            guard let root = root(of: file, &diagnostics) else { continue }
            var reader = CatalogueReader(file: file)
            for line in reader.readLines(root) {
                if lines.contains(where: { $0.id == line.id }), let node = root["lines"]?.entry(line.id)?.key {
                    reader.report(node, "P143", "the servicing line '\(line.id)' stands in another file already")
                }
                lines.append(line)
            }
            files.append((root, reader))
        }
        let known = Set(lines.map(\.id))
        var catalogue = UpdateCatalogue(lines: lines)
        for index in files.indices {
            if let part = files[index].reader.read(files[index].root, lines: known) {
                catalogue = catalogue.joined(with: part)
            }
            diagnostics.add(files[index].reader.diagnostics)
        }
        return catalogue
    }

    /// The document of a policy file; `nil` when it cannot be read, which is reported.
    package static func root(of file: String, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        let bytes: [UInt8]
        do throws(InputFileError) { bytes = try InputFile.read(file) } catch {
            diagnostics.add(Diagnostic(file: file, code: "P100", message: error.problem, help: error.help))
            return nil
        }
        do throws(YAMLError) {
            guard let root = try YAML.parse(bytes).root else {
                diagnostics.add(Diagnostic(file: file, code: "P100", message: "the file is empty"))
                return nil
            }
            return root
        } catch {
            diagnostics.add(error.diagnostic(file: file, code: "P100"))
            return nil
        }
    }

    private static func names(in folder: String) -> [String] {
        InputFolder.names(in: folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
    }

    private static func folders(in folder: String) -> [String] {
        InputFolder.names(in: folder).filter { name in
            var isFolder = false
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) && isFolder
        }
    }
}
