import FoundationEssentials
package import Formats

/// Reads inventories from disk: YAML files, folders of them, and the `group_vars` and `host_vars` beside them.
package struct InventoryLoader {
    private var builder = InventoryBuilder()

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
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.sorted().filter { name in
            !name.hasPrefix(".") && name != "group_vars" && name != "host_vars"
                && !Self.ignoredEndings.contains { name.hasSuffix($0) } && !Self.isFolder(path + "/" + name)
        }
        if files.isEmpty {
            builder.diagnostics.add(Diagnostic(file: path, message: "the inventory folder holds no inventory file"))
        }
        for file in files { readInventoryFile(path + "/" + file) }
    }

    /// Endings that Ansible passes over in an inventory folder.
    private static let ignoredEndings = ["~", ".orig", ".bak", ".ini", ".cfg", ".retry", ".pyc", ".pyo", ".md", ".txt"]

    private mutating func readInventoryFile(_ path: String) {
        guard let root = readYAML(path) else { return }
        YAMLInventory(file: path).read(root, into: &builder)
    }

    private mutating func readVariableFiles(in folder: String) {
        for name in Self.entries(folder + "/group_vars") {
            let group = Self.stem(name)
            guard builder.groups[group] != nil else { continue }
            for (key, value) in readVariables(folder + "/group_vars/" + name) {
                builder.setVariable(key, value, group: group, isFromFile: true)
            }
        }
        let hosts = Set(builder.hostNames)
        for name in Self.entries(folder + "/host_vars") {
            let host = hosts.contains(name) ? name : Self.stem(name)
            guard hosts.contains(host) else { continue }
            for (key, value) in readVariables(folder + "/host_vars/" + name) {
                builder.setVariable(key, value, host: host, isFromFile: true)
            }
        }
    }

    /// The variables of a file, or of all files in a folder.
    private mutating func readVariables(_ path: String) -> [(String, InventoryVariable)] {
        if Self.isFolder(path) {
            return Self.entries(path).flatMap { readVariables(path + "/" + $0) }
        }
        guard let root = readYAML(path) else { return [] }
        guard let mapping = root.mapping else {
            builder.diagnostics.add(
                root.diagnostic(file: path, "a variables file is a mapping of names to values, and this is \(root.kind)"))
            return []
        }
        return mapping.map { ($0.name, InventoryVariable(value: $0.value, file: path)) }
    }

    private mutating func readYAML(_ path: String) -> YAMLNode? {
        guard let data = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            builder.diagnostics.add(
                Diagnostic(
                    file: path, message: exists ? "the file cannot be read" : "there is no such file",
                    help: exists ? "check its permissions" : nil))
            return nil
        }
        if data.starts(with: "$ANSIBLE_VAULT;".utf8) {
            builder.diagnostics.add(
                Diagnostic(
                    file: path, message: "the file is encrypted by ansible-vault, which is not read yet",
                    help: "name the password by lookup('env', …) or fleetaudit_password_file instead"))
            return nil
        }
        do throws(YAMLError) {
            let document = try YAML.parse(Array(data), duplicateKeys: .collected)
            for duplicate in document.duplicateKeys { builder.diagnostics.add(duplicate.diagnostic(.warning, file: path)) }
            return document.root
        } catch {
            builder.diagnostics.add(error.diagnostic(file: path))
            return nil
        }
    }

    private static func entries(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter { name in
            !name.hasPrefix(".") && !name.hasSuffix("~")
        }
    }

    private static func stem(_ name: String) -> String {
        for ending in [".yml", ".yaml", ".json"] where name.hasSuffix(ending) { return String(name.dropLast(ending.count)) }
        return name
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }
}
