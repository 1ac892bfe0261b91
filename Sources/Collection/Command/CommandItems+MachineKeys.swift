import Formats
import HostFacts

extension CommandItems {
    /// The folders of machine keys, as the probe describes them. Owners are missing: cacls.exe shows the access list only.
    func machineKeys() -> [JSON.Member] {
        [
            .init("rsa", folder(KeyFolder.rsa, parent: KeyFolder.rsaParent, name: "MachineKeys", listsFiles: true)),
            .init("siblings", siblings),
            .init("cng", folder(KeyFolder.cng, parent: "", name: "Keys", listsFiles: false)),
        ]
    }

    private var siblings: JSON {
        switch names(.folders(KeyFolder.rsaParent)) {
        case .success(let names): .array(names.map { .string($0) })
        case .failure(let problem): Self.failed(problem.reason)
        }
    }

    private struct Problem: Error {
        let reason: String
    }

    private func folder(_ path: String, parent: String, name: String, listsFiles: Bool) -> JSON {
        let files: [String]
        switch names(.files(path), emptyIf: .listable(path)) {
        case .success(let found): files = found
        case .failure(let problem):
            // What is not among its parent's folders is not there.
            if case .success(let beside) = names(.folders(parent)),
                !beside.contains(where: { $0.lowercased() == name.lowercased() })
            {
                return .null
            }
            return Self.failed(problem.reason)
        }
        let root = transcript[.programData].flatMap { registry.text.read($0.output.trimmed) } ?? "%ProgramData%"
        var members: [JSON.Member] = [
            .init("path", .string(root + #"\Microsoft\Crypto\"# + path)),
            .init("sddl", descriptor(.accessList(path))),
            .init("count", JSON(files.count)),
        ]
        if listsFiles { members.append(.init("files", self.files(files))) }
        return .object(members)
    }

    /// RDP's own key files, and so many others as the probe lists.
    private func files(_ names: [String]) -> JSON {
        let mark = KeyFileName.remoteDesktopHash
        let own = names.filter { $0.lowercased().hasPrefix(mark) }
        let others = names.filter { !$0.lowercased().hasPrefix(mark) }
        let lists = accessLists(.accessList(KeyFolder.remoteDesktopFiles))
        let shown = own.map { name -> JSON in
            switch lists {
            case .failure(let problem): [.string(name), Self.failed(problem.reason)]
            case .success(let lists):
                [
                    .string(name),
                    lists[name.lowercased()].map { .string($0) } ?? Self.failed("cacls.exe did not show this file"),
                ]
            }
        }
        let notAsked = Self.unsupported("without PowerShell only the access list of RDP's own key file is asked for")
        return .array(shown + others.prefix(max(0, 256 - own.count)).map { [.string($0), notAsked] })
    }

    // MARK: dir

    /// One name a line. dir ends with 1 both when there is nothing and when it may not look: `empty` tells which.
    private func names(_ step: CommandStep, emptyIf listable: CommandStep? = nil) -> Result<[String], Problem> {
        guard let block = transcript[step] else { return .failure(Problem(reason: Self.notAsked)) }
        guard block.exitCode == 0 else {
            if let listable, transcript[listable]?.exitCode == 0 { return .success([]) }
            return .failure(Problem(reason: "dir does not list the folder: \(ConsoleText.shown(block.output))"))
        }
        guard !block.isEmpty else { return .failure(Problem(reason: "dir said nothing (exit code 0)")) }
        var names: [String] = []
        for line in ConsoleLines(block.output) where !line.isBlank {
            guard let name = registry.text.read(line) else {
                return .failure(
                    Problem(reason: "a name in the folder has characters that the console's code page could not carry"))
            }
            names.append(name)
        }
        return .success(names)
    }

    // MARK: cacls

    private func descriptor(_ step: CommandStep) -> JSON {
        switch accessLists(step) {
        case .failure(let problem): Self.failed(problem.reason)
        case .success(let lists):
            lists.count == 1
                ? lists.first.map { .string($0.value) } ?? .null
                : Self.failed("cacls.exe showed \(lists.count) folders")
        }
    }

    /// Access lists by file name in lower case. A line is a path, a blank, and the SDDL in quotes.
    private func accessLists(_ step: CommandStep) -> Result<[String: String], Problem> {
        guard let block = transcript[step] else { return .failure(Problem(reason: Self.notAsked)) }
        guard !block.isEmpty else {
            return .failure(Problem(reason: "cacls.exe said nothing (exit code \(block.exitCode))"))
        }
        var lists: [String: String] = [:]
        for line in ConsoleLines(block.output) {
            let line = line.trimmed
            guard line.last == 0x22, let quote = line.dropLast().lastIndex(of: 0x22),
                let path = registry.text.read(line[..<quote].trimmed),
                let sddl = String(validating: line[(quote + 1)...].dropLast(), as: UTF8.self), sddl.hasPrefix("D:"),
                let name = path.split(separator: "\\").last
            else { continue }
            lists[name.lowercased()] = sddl
        }
        guard !lists.isEmpty else {
            return .failure(
                Problem(
                    reason: "cacls.exe showed no access list (exit code \(block.exitCode)): "
                        + ConsoleText.shown(block.output)))
        }
        return .success(lists)
    }
}
