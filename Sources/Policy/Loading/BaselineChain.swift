import Formats
import FoundationEssentials

/// The files of a baseline and of all that it extends.
struct BaselineChain {
    /// A file that was read.
    struct Link {
        let file: String
        let root: YAMLNode
    }

    /// Baselines that extend each other at most.
    static let deepest = 16

    /// The baselines of the policy folder, which every baseline may extend by name.
    private let folder: String
    /// The baseline itself first.
    private(set) var links: [Link] = []
    /// The last one extends nothing, rather than something that cannot be had.
    private(set) var isWhole = true
    private(set) var diagnostics = Diagnostics()

    /// - Parameter first: the file of the baseline itself.
    init(_ first: String, folder: String) {
        self.folder = folder
        var files: [String] = []
        var next: String? = first
        while let file = next {
            files.append(file)
            guard let root = PolicyFolder.root(of: file, &diagnostics) else {
                isWhole = false
                return
            }
            links.append(Link(file: file, root: root))
            next = parent(root, in: file, after: files)
        }
    }

    /// A name such as `rdp-hardened`, rather than a file.
    static func isName(_ text: String) -> Bool {
        !text.contains("/") && !text.hasSuffix(".yaml") && !text.hasSuffix(".yml")
    }

    /// The names of the baselines in a folder.
    static func names(in folder: String) -> [String] {
        InputFolder.names(in: folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(5))
        }
    }

    /// The file that `extends` means; `nil` at the end of the chain, good or bad.
    private mutating func parent(_ root: YAMLNode, in file: String, after files: [String]) -> String? {
        guard let node = root["extends"], !node.isNull else { return nil }
        isWhole = false
        // Its reader says what is wrong with it.
        guard let wanted = node.string, !wanted.isEmpty else { return nil }
        guard let found = locate(wanted, from: file) else {
            let names = Self.names(in: Self.folder(of: file)) + Self.names(in: folder)
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P134", "there is no baseline '\(wanted)' to extend",
                    help: closest(to: wanted, among: names).map { "did you mean '\($0)'?" }
                        ?? "a name means a file beside this one or in \(folder)"))
            return nil
        }
        if let start = files.firstIndex(where: { InputFolder.canonical($0) == InputFolder.canonical(found) }) {
            let circle = (files[start...] + [files[start]]).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P135", "the baselines extend each other: \(circle.joined(separator: " -> "))",
                    help: "one of them must extend nothing, or something else"))
            return nil
        }
        guard files.count < Self.deepest else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P135", "more than \(Self.deepest) baselines extend each other",
                    help: "join some of them"))
            return nil
        }
        isWhole = true
        return found
    }

    /// A name stands beside the file or among the policies, a file where the file's own folder leads.
    private func locate(_ wanted: String, from file: String) -> String? {
        let own = Self.folder(of: file)
        let candidates =
            if Self.isName(wanted) {
                ["\(own)/\(wanted).yaml", "\(folder)/\(wanted).yaml"]
            } else {
                [wanted.hasPrefix("/") ? wanted : "\(own)/\(wanted)"]
            }
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
