import FoundationEssentials
package import Formats
package import HostFacts

/// A folder of policies: `controls/<area>/<ID>.yaml`, `baselines/<name>.yaml`, `updates/*.yaml`.
package struct PolicyFolder: Sendable {
    package let path: String
    package let controls: [String: Control]
    package let catalogue: UpdateCatalogue

    /// Reads every control and the catalogue; everything that is wrong in any file at once.
    package init(_ path: String) throws(Diagnostics) {
        var diagnostics = Diagnostics()
        self.path = path
        controls = Self.readControls(path, &diagnostics)
        catalogue = Self.readCatalogue(path, &diagnostics)
        if diagnostics.hasErrors { throw diagnostics }
    }

    /// The baseline of a name, or in a file.
    package func baseline(_ nameOrFile: String) throws(Diagnostics) -> Baseline {
        let isFile = nameOrFile.contains("/") || nameOrFile.hasSuffix(".yaml") || nameOrFile.hasSuffix(".yml")
        let file = isFile ? nameOrFile : "\(path)/baselines/\(nameOrFile).yaml"
        var diagnostics = Diagnostics()
        if !isFile, !FileManager.default.fileExists(atPath: file) {
            let names = Self.names(in: path + "/baselines").map { String($0.dropLast(5)) }
            throw Diagnostics([
                Diagnostic(
                    file: path + "/baselines", code: "P134", message: "there is no baseline '\(nameOrFile)'",
                    help: closest(to: nameOrFile, among: names).map { "did you mean '\($0)'?" }
                        ?? "there are \(names.joined(separator: ", "))")
            ])
        }
        var reader = BaselineReader(file: file, controls: controls)
        let baseline = Self.root(of: file, &diagnostics).flatMap { reader.read($0, catalogue: catalogue) }
        diagnostics.add(reader.diagnostics)
        guard let baseline, !diagnostics.hasErrors else { throw diagnostics }
        return baseline
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
                            file: file, code: "P106", "the id '\(control.id)' is taken", help: "it stands in \(other.file)"))
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

    private static func readCatalogue(_ path: String, _ diagnostics: inout Diagnostics) -> UpdateCatalogue {
        var parts: [UpdateCatalogue] = []
        for name in names(in: path + "/updates") {
            let file = "\(path)/updates/\(name)"
            guard let root = root(of: file, &diagnostics) else { continue }
            var reader = CatalogueReader(file: file)
            let part = reader.read(root)
            diagnostics.add(reader.diagnostics)
            if let part { parts.append(part) }
        }
        // A catalogue of several files is as old as its oldest part.
        return UpdateCatalogue(
            asOf: parts.map(\.asOf).min() ?? .distantPast, lines: parts.flatMap(\.lines),
            requirements: parts.flatMap(\.requirements), regressions: parts.flatMap(\.regressions))
    }

    private static func root(of file: String, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        guard let data = FileManager.default.contents(atPath: file) else {
            let exists = FileManager.default.fileExists(atPath: file)
            diagnostics.add(
                Diagnostic(file: file, code: "P100", message: exists ? "the file cannot be read" : "there is no such file"))
            return nil
        }
        do throws(YAMLError) {
            guard let root = try YAML.parse(Array(data)).root else {
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
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
    }

    private static func folders(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { name in
            var isFolder = false
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) && isFolder
        }.sorted()
    }
}
