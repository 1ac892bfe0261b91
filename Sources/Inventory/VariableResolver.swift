package import Formats

/// Why a variable that we need has no value we could use.
package struct VariableError: Error, Sendable, Hashable, CustomStringConvertible {
    package let variable: String
    package let problem: String

    package var description: String { "inventory variable \(variable): \(problem)" }
}

/// Resolves the variables that connections need, on one host: plain references, `default()`, a few text filters and
/// `lookup('env', …)`. All other Jinja stays opaque; needing it is that host's error, by name.
package struct VariableResolver {
    private let host: InventoryHost
    private let environment: [String: String]

    package init(host: InventoryHost, environment: [String: String]) {
        self.host = host
        self.environment = environment
    }

    /// The text of a variable; `nil` when it is not set or null.
    package func text(_ name: String) throws(VariableError) -> String? {
        var known: [String: String?] = [:]
        return try text(name, depth: 0, &known)
    }

    /// A text that must not be printed.
    package func secret(_ name: String) throws(VariableError) -> Secret? {
        try text(name).map { Secret($0) }
    }

    package func integer(_ name: String) throws(VariableError) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text.trimmed) else {
            throw VariableError(variable: name, problem: "'\(text)' is no number")
        }
        return number
    }

    /// `true`, `yes`, `on`, `1` and their opposites, in any case, as Ansible takes them.
    package func flag(_ name: String) throws(VariableError) -> Bool? {
        guard let text = try text(name) else { return nil }
        switch text.trimmed.lowercased() {
        case "true", "yes", "on", "1", "y", "t": return true
        case "false", "no", "off", "0", "n", "f": return false
        default: throw VariableError(variable: name, problem: "'\(text)' is neither true nor false")
        }
    }

    var hostName: String { host.name }
    var home: String? { environment["HOME"] }

    package func isSet(_ name: String) -> Bool {
        host.variables[name].map { !$0.value.isNull } ?? false
    }

    /// - Parameter known: what was resolved on the way: each variable is worked out once, however often it is named.
    private func text(
        _ name: String, depth: Int, _ known: inout [String: String?]
    ) throws(VariableError) -> String? {
        if let text = known[name] { return text }
        let text = try unknownText(name, depth: depth, &known)
        known[name] = .some(text)
        return text
    }

    private func unknownText(
        _ name: String, depth: Int, _ known: inout [String: String?]
    ) throws(VariableError) -> String? {
        switch name {
        case "inventory_hostname": return host.name
        case "inventory_hostname_short": return host.name.split(separator: ".").first.map { String($0) } ?? host.name
        default: break
        }
        guard let variable = host.variables[name], !variable.value.isNull else { return nil }
        guard depth <= 20 else {
            throw VariableError(variable: name, problem: "it refers to itself (\(place(variable)))")
        }
        if variable.value.tag == "!vault" {
            throw VariableError(
                variable: name, problem: "it is encrypted by ansible-vault, which is not read yet (\(place(variable)))")
        }
        guard let raw = variable.value.scalar else {
            throw VariableError(
                variable: name, problem: "it is \(variable.value.kind), not a text (\(place(variable)))")
        }
        if variable.value.tag == "!unsafe" || !raw.contains("{{") && !raw.contains("{%") { return raw }
        do throws(JinjaError) {
            return try Jinja(raw).evaluate(
                lookup: { reference throws(JinjaError) in
                    do throws(VariableError) {
                        return try text(reference, depth: depth + 1, &known)
                    } catch {
                        throw JinjaError(problem: error.problem, isPlaced: true)
                    }
                }, environment: environment)
        } catch {
            throw VariableError(
                variable: name, problem: error.isPlaced ? error.problem : "\(error.problem) (\(place(variable)))")
        }
    }

    private func place(_ variable: InventoryVariable) -> String { "\(variable.file):\(variable.value.position)" }
}
