/// Everything that is wrong in a set of files, collected instead of thrown one at a time.
package struct Diagnostics: Error, Sendable, Hashable, CustomStringConvertible {
    package private(set) var all: [Diagnostic] = []

    package init(_ all: [Diagnostic] = []) {
        self.all = all
    }

    package mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }
    package mutating func add(_ others: Diagnostics) { all += others.all }

    package var isEmpty: Bool { all.isEmpty }
    package var hasErrors: Bool { all.contains { $0.severity == .error } }
    package var errorCount: Int { sorted.count { $0.severity == .error } }
    package var warningCount: Int { sorted.count { $0.severity == .warning } }

    /// In the order of files and places, each once: two checks may find the same thing.
    package var sorted: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let start = SourcePosition(line: 0, column: 0)
        return all.filter { seen.insert($0).inserted }
            .sorted { ($0.file, $0.position ?? start, $0.message) < ($1.file, $1.position ?? start, $1.message) }
    }

    /// `2 errors, 1 warning`
    package var summary: String {
        func counted(_ count: Int, _ noun: String) -> String? {
            count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
        }
        let parts = [counted(errorCount, "error"), counted(warningCount, "warning")].compactMap(\.self)
        return parts.isEmpty ? "nothing found" : parts.joined(separator: ", ")
    }

    /// All of them with their source lines; `source` gives a file's bytes, nil when it can't be read any more.
    package func rendered(source: (_ file: String) -> [UInt8]?) -> String {
        var sources: [String: SourceLines?] = [:]
        return sorted.map { diagnostic in
            let lines = sources[diagnostic.file] ?? source(diagnostic.file).map(SourceLines.init)
            sources[diagnostic.file] = .some(lines)
            return diagnostic.rendered(
                sourceLine: diagnostic.position.flatMap { lines?[$0.line] }.map(ExcerptMask.masked))
        }.joined(separator: "\n")
    }

    package var description: String { sorted.map(\.description).joined(separator: "\n") }
}
