import FoundationEssentials

/// Finds folders that come with the program: beside an installation, in the checkout that it was built in, or where it is
/// called, in this order: what lies about in some folder must not stand in for what was installed.
enum ResourceFolder {
    static func find(_ name: String, marker: String) throws -> String {
        let candidates = candidates(name)
        for path in candidates where FileManager.default.fileExists(atPath: "\(path)/\(marker)") { return path }
        throw CommandFailure(missing(name), help: "looked for \(candidates.joined(separator: ", "))", .badInput)
    }

    static func missing(_ name: String) -> String { "the folder \(name) is nowhere to be found" }

    private static func candidates(_ name: String) -> [String] {
        var candidates: [String] = []
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = program
        // bin/fleetaudit -> share/fleetaudit; .build/release/fleetaudit -> the checkout.
        for depth in 0..<6 {
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { break }
            folder = String(folder[..<slash])
            if depth == 1 { candidates.append("\(folder)/share/fleetaudit/\(name)") }
            if depth >= 1 { candidates.append("\(folder)/\(name)") }
        }
        return candidates + [name]
    }
}
