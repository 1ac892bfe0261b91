import Formats

/// A walk through a folder and those in it, which ends whatever links it comes by.
///
/// A link to a folder is followed while it stays inside; one that leads elsewhere (Wine's `z:` is `/`) is an error and
/// not passed over, since what lies behind it would be missing in silence.
struct FolderWalk {
    private let root: String
    /// The folders that the walk is in, without links: one that comes again leads round in a circle.
    private var inside: [String] = []
    private var entries = 0
    private(set) var diagnostics = Diagnostics()
    /// It came to something that it cannot go on with.
    var isBroken: Bool { diagnostics.hasErrors }

    private static let depth = 8

    init(_ folder: String) { root = InputFolder.canonical(folder) ?? folder }

    /// The names in a folder, sorted; none when it is not gone into. Each is followed by ``leave()``.
    mutating func enter(_ folder: String) -> [String] {
        let path = InputFolder.canonical(folder) ?? folder
        let isCircle = inside.contains(path)
        inside.append(path)
        guard !isCircle, !(isBroken && entries > InputFolder.mostEntries) else { return [] }
        guard path == root || path.hasPrefix(root == "/" ? "/" : root + "/") else {
            diagnostics.add(
                Diagnostic(
                    file: folder, message: "this link leads out of the folder that is read, to \(path)",
                    help: "links to folders are followed only within it"))
            return []
        }
        guard inside.count <= Self.depth else {
            diagnostics.add(Diagnostic(file: folder, message: "folders are nested deeper than \(Self.depth)"))
            return []
        }
        let names = InputFolder.names(in: path)
        entries += names.count
        guard entries <= InputFolder.mostEntries else {
            diagnostics.add(
                Diagnostic(
                    file: folder, message: "there are more than \(InputFolder.mostEntries) files up to here",
                    help: "name the inventory's own folder, or its files"))
            return []
        }
        return names
    }

    mutating func leave() { inside.removeLast() }
}
