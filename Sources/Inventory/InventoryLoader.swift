package import Formats
import FoundationEssentials

/// Reads inventories from disk: YAML files, folders of them, and the `group_vars` and `host_vars` beside them.
package struct InventoryLoader {
    private var builder = InventoryBuilder()
    /// Bytes of all files so far.
    private var bytesRead = 0

    /// Bytes of all files together: what is read stays in memory until every variable is worked out.
    private static let mostBytes = 256 << 20

    /// All sources together, later ones overriding earlier ones as in Ansible; every problem at once.
    package static func load(_ paths: [String]) throws(Diagnostics) -> Inventory {
        var loader = InventoryLoader()
        var folders: [String] = []
        for path in paths {
            loader.read(path)
            let folder = isFolder(path) ? path : Self.folder(of: path)
            if !folders.contains(folder) { folders.append(folder) }
        }
        for folder in folders { loader.readVariableFiles(in: folder) }
        let inventory = loader.builder.build(file: paths.first ?? "")
        if loader.builder.hostNames.isEmpty, !loader.builder.diagnostics.hasErrors {
            loader.builder.diagnostics.add(
                Diagnostic(file: paths.joined(separator: ", "), message: "the inventory names no host"))
        }
        if loader.builder.diagnostics.hasErrors { throw loader.builder.diagnostics }
        return inventory
    }

    private mutating func read(_ path: String) {
        guard Self.isFolder(path) else {
            readInventoryFile(path)
            return
        }
        var walk = FolderWalk(path)
        let files = files(below: path, &walk)
        let isOpen = !walk.isBroken
        builder.diagnostics.add(walk.diagnostics)
        if files.isEmpty, isOpen {
            builder.diagnostics.add(Diagnostic(file: path, message: "the inventory folder holds no inventory file"))
        }
        for file in files { readInventoryFile(file) }
    }

    /// The inventory files of a folder and of the folders in it, in Ansible's order.
    private func files(below folder: String, _ walk: inout FolderWalk) -> [String] {
        var files: [String] = []
        for name in walk.enter(folder) where name != "group_vars" && name != "host_vars" {
            guard Self.isRead(name), !Self.ignoredEndings.contains(where: { name.hasSuffix($0) }) else { continue }
            let path = folder + "/" + name
            files += Self.isFolder(path) ? self.files(below: path, &walk) : [path]
        }
        walk.leave()
        return files
    }

    /// Endings that Ansible passes over in an inventory folder. INI files are not among them: they hold hosts, so they
    /// are refused, never missed.
    private static let ignoredEndings = [
        "~", ".orig", ".bak", ".cfg", ".retry", ".pyc", ".pyo", ".swp", ".rpm", ".md", ".txt", ".rst",
    ]

    private mutating func readInventoryFile(_ path: String) {
        guard let bytes = readBytes(path) else { return }
        if let position = YAMLInventory.sectionHeading(in: bytes) {
            builder.diagnostics.add(YAMLInventory.isINI(file: path, at: position))
            return
        }
        guard let root = parse(bytes, path) else { return }
        YAMLInventory(file: path).read(root, into: &builder)
    }

    private mutating func readVariableFiles(in folder: String) {
        var groups: [String: [String: InventoryVariable]] = [:]
        for (group, path) in Self.variableFiles(folder + "/group_vars", of: { builder.groups[$0] != nil }) {
            groups[group] = Dictionary(readOwnVariables(path)) { $1 }
        }
        builder.addGroupFiles(groups)
        let hosts = Set(builder.hostNames)
        for (host, path) in Self.variableFiles(folder + "/host_vars", of: hosts.contains) {
            for (key, value) in readOwnVariables(path) { builder.setVariable(key, value, host: host, isFromFile: true) }
        }
    }

    /// The one file or folder of each group or host. Of several that fit one name Ansible takes the first in the order of
    /// ``variableEndings``, and so do we.
    private static func variableFiles(_ folder: String, of isKnown: (String) -> Bool) -> [(String, String)] {
        var found: [String: Int] = [:]
        // As many as there are hosts: only those of known names are looked at.
        for name in InputFolder.names(in: folder, limit: 1 << 20) where isRead(name) {
            for (place, ending) in variableEndings.enumerated() where name.hasSuffix(ending) {
                let owner = String(name.dropLast(ending.count))
                guard isKnown(owner), ending.isEmpty || !isFolder(folder + "/" + name) else { continue }
                found[owner] = min(place, found[owner] ?? place)
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, "\(folder)/\($0.key)\(variableEndings[$0.value])") }
    }

    private static let variableEndings = ["", ".yml", ".yaml", ".json"]

    private mutating func readOwnVariables(_ path: String) -> [(String, InventoryVariable)] {
        var walk = FolderWalk(path)
        let variables = readVariables(path, &walk)
        builder.diagnostics.add(walk.diagnostics)
        return variables
    }

    /// The variables of a file, or of all files with one of those endings in a folder.
    private mutating func readVariables(_ path: String, _ walk: inout FolderWalk) -> [(String, InventoryVariable)] {
        if Self.isFolder(path) {
            var variables: [(String, InventoryVariable)] = []
            for name in walk.enter(path) where Self.isRead(name) {
                let isNamed = Self.variableEndings.dropFirst().contains { name.hasSuffix($0) } || !name.contains(".")
                if isNamed { variables += readVariables(path + "/" + name, &walk) }
            }
            walk.leave()
            return variables
        }
        guard let bytes = readBytes(path), let root = parse(bytes, path) else { return [] }
        guard let mapping = root.mapping else {
            builder.diagnostics.add(
                root.diagnostic(
                    file: path, "a variables file is a mapping of names to values, and this is \(root.kind)"))
            return []
        }
        for entry in mapping { builder.diagnostics.add(FleetAuditVariable.mistake(entry, file: path)) }
        return mapping.map { ($0.name, InventoryVariable(value: $0.value, file: path)) }
    }

    private mutating func readBytes(_ path: String) -> [UInt8]? {
        do throws(InputFileError) {
            let bytes = try InputFile.read(path)
            bytesRead += bytes.count
            guard bytesRead <= Self.mostBytes else {
                throw InputFileError(
                    problem: "with this file the inventory is larger than \(Self.mostBytes >> 20) MB in all")
            }
            return bytes
        } catch {
            builder.diagnostics.add(Diagnostic(file: path, message: error.problem, help: error.help))
            return nil
        }
    }

    private mutating func parse(_ bytes: [UInt8], _ path: String) -> YAMLNode? {
        if bytes.starts(with: "$ANSIBLE_VAULT;".utf8) {
            builder.diagnostics.add(
                Diagnostic(
                    file: path, message: "the file is encrypted by ansible-vault, which is not read yet",
                    help: "name the password by lookup('env', …) or fleetaudit_password_file instead"))
            return nil
        }
        do throws(YAMLError) {
            let document = try YAML.parse(bytes, duplicateKeys: .collected)
            for duplicate in document.duplicateKeys {
                builder.diagnostics.add(duplicate.diagnostic(.warning, file: path))
            }
            // A file of nothing but `---` is an empty one.
            return document.root.flatMap { $0.isNull ? nil : $0 }
        } catch {
            builder.diagnostics.add(error.diagnostic(file: path))
            return nil
        }
    }

    private static func isRead(_ name: String) -> Bool { !name.hasPrefix(".") && !name.hasSuffix("~") }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }
}
