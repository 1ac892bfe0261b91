import Formats
import Inventory
import TestSupport
import Testing

/// The inventory in a text, with further files beside it.
func inventory(_ yaml: String, _ files: [String: String] = [:]) throws -> Inventory {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return try InventoryLoader.load([try folder.write(yaml, to: "hosts.yml")])
}

/// Everything that is wrong with the inventory in a text; empty when it loads. Paths are those below its folder.
func problems(_ yaml: String, _ files: [String: String] = [:]) throws -> [Diagnostic] {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    let path = try folder.write(yaml, to: "hosts.yml")
    do throws(Diagnostics) {
        _ = try InventoryLoader.load([path])
        return []
    } catch {
        return error.sorted.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.file = diagnostic.file.replacing(folder.path + "/", with: "")
            return diagnostic
        }
    }
}

extension Inventory {
    var names: [String] { hosts.map(\.name) }

    func text(_ host: String, _ variable: String) -> String? { self[host]?.variables[variable]?.value.scalar }

    func selected(_ pattern: String) throws(HostPatternError) -> [String] {
        try selected(HostPattern(pattern)).map(\.name)
    }
}

/// One host with these variables, each a line of YAML.
func host(_ variables: String..., name: String = "h1") throws -> InventoryHost {
    let lines = variables.map { "      " + $0.replacing("\n", with: "\n      ") }.joined(separator: "\n")
    let loaded = try inventory("all:\n  hosts:\n    \(name):\n\(lines)\n")
    return try #require(loaded[name])
}
