import Formats

/// The YAML behind a policy, read again for the places of what is found.
final class PolicySources {
    private var roots: [String: YAMLNode] = [:]

    func root(_ file: String) -> YAMLNode? {
        if let root = roots[file] { return root }
        guard let bytes = try? InputFile.read(file), let root = try? YAML.parse(bytes).root else { return nil }
        roots[file] = root
        return root
    }

    /// A finding at a node, or at the file when there is none.
    func diagnostic(
        _ severity: Diagnostic.Severity, _ file: String, _ node: YAMLNode?, _ code: String, _ message: String,
        help: String? = nil
    ) -> Diagnostic {
        if let node { return node.diagnostic(severity, file: file, code: code, message, help: help) }
        return Diagnostic(severity, file: file, code: code, message: message, help: help)
    }

    /// Where a baseline names a control, for all hosts or for those of a role.
    func entry(of id: String, in file: String) -> YAMLNode? {
        guard let root = root(file) else { return nil }
        let lists = [root["controls"]] + (root["roles"]?.mapping ?? []).map { $0.value["controls"] }
        return lists.lazy.compactMap { $0?.sequence?.first { $0.string == id } }.first
    }
}
