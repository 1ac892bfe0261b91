package import Formats
package import FoundationEssentials
import HostFacts
package import Inventory

/// All waivers that a run was given.
package struct WaiverRegister: Sendable {
    /// In the order of the files and of the entries in them.
    package let waivers: [Waiver]
    /// What is odd but no error.
    package let warnings: [Diagnostic]
    /// Places of waivers by the hosts and groups that they name, so that most hosts are held against few patterns.
    private let byName: [String: [Int]]
    /// Places of those whose pattern has to be looked at for every host.
    private let byPattern: [Int]

    /// Nothing is waived.
    package static let empty = WaiverRegister(waivers: [], warnings: [])

    package var isEmpty: Bool { waivers.isEmpty }

    package init(waivers: [Waiver], warnings: [Diagnostic]) {
        self.waivers = waivers
        self.warnings = warnings
        var byName: [String: [Int]] = [:]
        var byPattern: [Int] = []
        for (place, waiver) in waivers.enumerated() {
            guard let names = waiver.matcher.names else {
                byPattern.append(place)
                continue
            }
            for name in names { byName[name, default: []].append(place) }
        }
        self.byName = byName
        self.byPattern = byPattern
    }

    /// Those whose pattern names a host, in the register's order.
    func matching(_ host: AuditedHost, isHost: (String) -> Bool) -> [Waiver] {
        var places = byPattern
        for name in [host.name] + host.groups { places += byName[name] ?? [] }
        return Set(places).sorted().map { waivers[$0] }.filter {
            $0.matcher.matches(name: host.name, groups: host.groups, isHost: isHost)
        }
    }

    /// Reads files, and the `.yaml` files of folders; everything that is wrong in any of them at once.
    ///
    /// - Parameters:
    ///   - controls: ids of every control that there is, also of those that the baseline does not name.
    ///   - now: the moment of judging, for waivers that do not say when they were granted.
    package init(_ paths: [String], controls: some Sequence<String>, at now: Date) throws(Diagnostics) {
        var diagnostics = Diagnostics()
        var waivers: [Waiver] = []
        var places: [String: String] = [:]
        let known = Set(controls)
        for file in Self.files(paths, &diagnostics) {
            guard let root = Self.root(of: file, &diagnostics) else { continue }
            var reader = WaiverReader(file: file, controls: known, now: now)
            waivers += reader.read(root)
            for node in reader.ids {
                let id = node.scalar ?? ""
                if let other = places[id] {
                    diagnostics.add(
                        node.diagnostic(
                            file: file, code: "P311", "the id '\(id)' is taken", help: "it stands in \(other)"))
                }
                places[id] = "\(file):\(node.position)"
            }
            diagnostics.add(reader.diagnostics)
        }
        if diagnostics.hasErrors { throw diagnostics }
        self.init(waivers: waivers, warnings: diagnostics.sorted)
    }

    /// How many hosts of an inventory each waiver names.
    package func hosts(in inventory: Inventory) -> [Int] {
        waivers.map { (try? HostPattern($0.hosts).names(in: inventory).count) ?? 0 }
    }

    /// Parts of host patterns that name nobody in an inventory, with what was probably meant.
    package func strangers(in inventory: Inventory) -> [Diagnostic] {
        waivers.compactMap { waiver in
            do throws(HostPatternError) {
                guard try HostPattern(waiver.hosts).names(in: inventory).isEmpty else { return nil }
                return warning(waiver, "its hosts '\(waiver.hosts)' leave nobody of this inventory", nil)
            } catch {
                return warning(waiver, error.message, error.help)
            }
        }
    }

    private func warning(_ waiver: Waiver, _ message: String, _ help: String?) -> Diagnostic {
        Diagnostic(
            .warning, file: waiver.file, position: waiver.position, code: "P318",
            message: "the waiver \(waiver.id): \(message)", help: help)
    }

    private static func files(_ paths: [String], _ diagnostics: inout Diagnostics) -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
                if !files.contains(path) { files.append(path) }
                continue
            }
            let names = InputFolder.names(in: path).filter { !$0.hasPrefix(".") }
            for name in names where name.hasSuffix(".yml") {
                diagnostics.add(
                    Diagnostic(
                        file: "\(path)/\(name)", code: "P108", message: "files of waivers end in .yaml",
                        help: "rename it to \(name.dropLast(4)).yaml"))
            }
            let found = names.filter { $0.hasSuffix(".yaml") }.map { "\(path)/\($0)" }
            if found.isEmpty || names.count > InputFolder.mostEntries {
                let problem =
                    found.isEmpty ? "this folder holds no file of waivers (.yaml)" : "there are too many files here"
                diagnostics.add(Diagnostic(file: path, code: "P100", message: problem))
                continue
            }
            files += found.filter { !files.contains($0) }
        }
        return files
    }

    private static func root(of file: String, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        do throws(InputFileError) {
            let bytes = try InputFile.read(file)
            do throws(YAMLError) {
                if let root = try YAML.parse(bytes).root { return root }
                diagnostics.add(Diagnostic(file: file, code: "P100", message: "the file is empty"))
            } catch {
                diagnostics.add(error.diagnostic(file: file, code: "P100"))
            }
        } catch {
            diagnostics.add(Diagnostic(file: file, code: "P100", message: error.problem, help: error.help))
        }
        return nil
    }
}
