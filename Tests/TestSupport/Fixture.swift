import Foundation

/// A file or folder below `Tests/Fixtures`.
package struct Fixture: Sendable, CustomStringConvertible {
    package let name: String
    package let path: String

    package var description: String { name }
    package var bytes: [UInt8] {
        get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
    }
    package var text: String {
        get throws { try String(contentsOfFile: path, encoding: .utf8) }
    }

    /// `Tests/Fixtures`, found from where this file was compiled.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures").path

    /// The repository's root.
    package static let repository = URL(fileURLWithPath: root).deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// All files (or folders) of a fixture folder whose name ends with `suffix`. Throws when there is none: a test over
    /// zero cases would pass in silence.
    package static func all(_ folder: String, suffix: String = "") throws -> [Fixture] {
        let path = root + "/" + folder
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(suffix) }.sorted()
        guard !names.isEmpty else { throw NoFixtures(folder: folder, suffix: suffix) }
        return names.map { Fixture(name: $0, path: path + "/" + $0) }
    }

    package static func file(_ name: String) -> Fixture { Fixture(name: name, path: root + "/" + name) }
}

package struct NoFixtures: Error {
    package let folder: String
    package let suffix: String
}
