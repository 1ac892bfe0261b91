import Formats
import HostFacts

extension CommandRegistry {
    /// The registry part of a section's data, as the probe writes it.
    func parts(_ section: SectionName) -> [JSON.Member] {
        var parts = Parts()
        for question in section.registryQuestions { answer(question, into: &parts) }
        return parts.members
    }

    /// What the members of a section's data are collected in, by part.
    private struct Parts {
        var keys: [JSON.Member] = []
        var lists: [JSON.Member] = []
        var children: [JSON.Member] = []
        var counts: [JSON.Member] = []
        var capped: [JSON.Member] = []

        var members: [JSON.Member] {
            [("keys", keys), ("lists", lists), ("children", children), ("counts", counts), ("capped", capped)]
                .filter { !$1.isEmpty }.map { .init($0, .object($1)) }
        }
    }

    private func answer(_ question: RegistryQuestion, into parts: inout Parts) {
        let key = question.key
        switch question.scope {
        case .values(let names): parts.keys.append(.init(key, values(names, of: question)))
        case .presence: parts.keys.append(.init(key, presence(key)))
        case .everyValue(let limit): list(key, limit, into: &parts)
        case .children(let names):
            guard let found = listed(question, { _ in true }, into: &parts) else { return }
            let shown = shownBelow(question, names)
            for name in found { parts.keys.append(.init(key + "\\" + name, shown(key + "\\" + name))) }
        case .childrenLike(let patterns, let names):
            let patterns = patterns.map { Wildcard($0) }
            let isWanted = { (name: String) in patterns.contains { $0.matches(name) } }
            guard let found = listed(question, isWanted, into: &parts) else { return }
            let shown = shownBelow(question, names)
            for name in found { parts.keys.append(.init(key + "\\" + name, shown(key + "\\" + name))) }
        case .tree(let names): tree(question, names, into: &parts)
        case .count: parts.counts.append(.init(key, count(key)))
        }
    }

    // MARK: One key

    private func presence(_ key: String) -> JSON {
        switch outcome(.presence(key)) {
        case .output: .object([])
        case .absent: .null
        case .problem(let problem): .string(problem)
        }
    }

    private func values(_ names: [String], of question: RegistryQuestion) -> JSON {
        guard question.holdsSecret else {
            switch outcome(.key(question.key)) {
            case .absent: return .null
            case .problem(let problem): return .string(problem)
            case .output(let output): return named(names, in: Self.own(output, question.key))
            }
        }
        let presence = presence(question.key)
        guard presence.object != nil else { return presence }
        return .object(
            names.map { name in
                switch outcome(.value(question.key, name: name)) {
                case .absent: .init(name, .null)
                case .problem(let problem): .init(name, .string(problem))
                case .output(let output):
                    .init(
                        name,
                        value(
                            name, in: Self.own(output, question.key),
                            otherwise: .string(HostProblem.failed("reg.exe did not show the value"))))
                }
            })
    }

    private static func own(_ output: RegOutput, _ key: String) -> [RegOutput.Value] {
        output.keys.filter { $0.path.isCaseInsensitive(equalTo: key.utf8) }.flatMap(\.values)
    }

    private func list(_ key: String, _ limit: Int, into parts: inout Parts) {
        switch outcome(.key(key)) {
        case .absent: parts.lists.append(.init(key, .null))
        case .problem(let problem): parts.lists.append(.init(key, .string(problem)))
        case .output(let output):
            let values = Self.own(output, key)
            guard values.count <= limit else {
                parts.lists.append(.init(key, .object([])))
                parts.capped.append(.init(key, JSON(values.count)))
                return
            }
            switch every(values) {
            case .success(let members): parts.lists.append(.init(key, .object(members)))
            case .failure(let unreadable):
                parts.lists.append(.init(key, .string(HostProblem.failed(unreadable.reason))))
            }
        }
    }

    private func count(_ key: String) -> JSON {
        let presence = presence(key)
        guard presence.object != nil else { return presence }
        guard let block = block(.count(key)) else {
            return .string(HostProblem.failed("the answer broke off before this was counted"))
        }
        // find.exe ends with 1 when it counts nothing.
        guard [0, 1].contains(block.exitCode), let number = UInt32(ascii: block.output.trimmed) else {
            return .string(HostProblem.failed("find.exe did not count: \(ConsoleText.shown(block.output))"))
        }
        return JSON(number)
    }

    // MARK: Subkeys

    /// The names of the wanted subkeys; `nil` when there are none to go on with.
    private func listed(
        _ question: RegistryQuestion, _ isWanted: (String) -> Bool, into parts: inout Parts
    ) -> [String]? {
        let key = question.key
        let answer: Result<[String], ListProblem>
        if question.holdsSecret {
            switch outcome(.presence(key)) {
            case .absent: answer = .failure(ListProblem(json: .null))
            case .problem(let problem): answer = .failure(ListProblem(json: .string(problem)))
            case .output:
                answer =
                    block(.subkeys(key)).map { names(below: key, in: RegOutput($0.output)) }
                    ?? .failure(.because("the answer broke off before this was listed"))
            }
        } else {
            switch outcome(.key(key)) {
            case .absent: answer = .failure(ListProblem(json: .null))
            case .problem(let problem): answer = .failure(ListProblem(json: .string(problem)))
            case .output(let output): answer = names(below: key, in: output)
            }
        }
        switch answer {
        case .failure(let problem):
            parts.children.append(.init(key, problem.json))
            return nil
        case .success(let names):
            let wanted = names.filter(isWanted)
            parts.children.append(.init(key, .array(wanted.map { .string($0) })))
            return wanted
        }
    }

    private struct ListProblem: Error {
        let json: JSON

        static func because(_ reason: String) -> ListProblem { ListProblem(json: .string(HostProblem.failed(reason))) }
    }

    /// The direct subkeys among the keys of an output, in its order, each once.
    private func names(below key: String, in output: RegOutput) -> Result<[String], ListProblem> {
        var names: [String] = []
        var seen: Set<String> = []
        for found in output.keys {
            guard let name = Self.rest(of: found.path, below: key), !name.contains(0x5c) else { continue }
            guard let name = text.read(name) else {
                return .failure(.because("a subkey's name has characters that the console's code page could not carry"))
            }
            if seen.insert(name.lowercased()).inserted { names.append(name) }
        }
        return .success(names)
    }

    /// What stands behind `key\` in a path; `nil` when the path is not below the key.
    private static func rest(of path: ArraySlice<UInt8>, below key: String) -> ArraySlice<UInt8>? {
        let count = key.utf8.count
        guard path.count > count + 1, path.prefix(count).isCaseInsensitive(equalTo: key.utf8),
            path[path.startIndex + count] == 0x5c
        else { return nil }
        return path.dropFirst(count + 1)
    }

    /// The asked values of each key below one, by its path.
    ///
    /// A value that was not shown is absent only in a key of which something was shown: reg.exe says no word of which keys it
    /// could not read.
    private func shownBelow(_ question: RegistryQuestion, _ names: [String]) -> (String) -> JSON {
        // That they are there was all that was asked.
        if names.isEmpty { return { _ in .object([]) } }
        let whole = CommandStep.below(question.key)
        guard !question.commandSteps.contains(whole) else {
            let (shown, problem, _) = outputs(whole)
            return { path in
                guard let values = shown[path.lowercased()] else { return .string(problem) }
                return named(names, in: values)
            }
        }
        let found = names.map { ($0, outputs(.found(question.key, name: $0))) }
        return { path in
            let path = path.lowercased()
            let isReadable = found.contains { $1.shown[path]?.isEmpty == false }
            return .object(
                found.map { name, output in
                    .init(
                        name,
                        value(
                            name, in: output.shown[path] ?? [],
                            otherwise: isReadable && output.isWhole ? .null : .string(output.problem)))
                })
        }
    }

    /// What a command showed of the keys below one, and why what it did not show cannot be told.
    private func outputs(
        _ step: CommandStep
    ) -> (shown: [String: [RegOutput.Value]], problem: String, isWhole: Bool) {
        let notShown = HostProblem.failed("reg.exe showed nothing of this key")
        switch outcome(step) {
        case .absent: return ([:], notShown, true)
        case .problem(let problem): return ([:], problem, false)
        case .output(let output):
            var shown: [String: [RegOutput.Value]] = [:]
            for key in output.keys {
                shown[String(decoding: key.path, as: UTF8.self).lowercased(), default: []] += key.values
            }
            // With a name it closes with a line of its own, in the host's language.
            if case .found = step { return (shown, notShown, true) }
            return (shown, problem(output.remarks) ?? notShown, true)
        }
    }

    // MARK: Trees

    /// How many levels the probe goes down.
    private static let treeDepth = 4

    private func tree(_ question: RegistryQuestion, _ names: [String], into parts: inout Parts) {
        let key = question.key
        var roots = Parts()
        guard let top = listed(question, { _ in true }, into: &roots) else {
            parts.children += roots.children
            let json = roots.children.first?.value ?? .null
            parts.keys.append(.init(key, json))
            return
        }
        parts.keys.append(.init(key, values(names, of: question)))
        let shown = shownBelow(question, names)
        var children: [String: [String]] = [key.lowercased(): top]
        var known = Set(top.map { (key + "\\" + $0).lowercased() })
        for step in question.commandSteps {
            guard case .output(let output) = outcome(step) else { continue }
            for found in output.keys {
                guard let rest = Self.rest(of: found.path, below: key), let rest = text.read(rest) else { continue }
                var parent = key
                for name in rest.split(separator: "\\").prefix(Self.treeDepth).map(String.init) {
                    let path = parent + "\\" + name
                    if known.insert(path.lowercased()).inserted {
                        children[parent.lowercased(), default: []].append(name)
                    }
                    parent = path
                }
            }
        }
        walk(key, depth: 1, children, shown, into: &parts)
    }

    private func walk(
        _ key: String, depth: Int, _ children: [String: [String]], _ shown: (String) -> JSON, into parts: inout Parts
    ) {
        let names = children[key.lowercased()] ?? []
        parts.children.append(.init(key, .array(names.map { .string($0) })))
        for name in names {
            let path = key + "\\" + name
            parts.keys.append(.init(path, shown(path)))
            if depth < Self.treeDepth { walk(path, depth: depth + 1, children, shown, into: &parts) }
        }
    }
}
