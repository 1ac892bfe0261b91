/// Values that a command line fills: a command's own, or a set that several commands share by ``Group(_:title:)``.
///
/// A plain struct whose initial values are the defaults, so that a test (or other code) fills it by assignment.
package protocol ParameterSet: Sendable {
    init()
    /// The declarations, in the order in which help shows them.
    @ParameterBuilder<Self> static var parameters: ParameterList<Self> { get }
    /// Checks what no single declaration can see, such as two options that exclude each other.
    func validate() throws(UsageError)
}

extension ParameterSet {
    package func validate() throws(UsageError) {}
}

/// One declaration together with the way into the struct it fills.
package struct Parameter<Root>: Sendable {
    var declaration: Declaration
    /// Stores what the command line or the environment gave, all of it at once, replacing the initial value.
    let store: @Sendable (inout Root, [Occurrence]) throws(UsageError) -> Void
    /// The initial value in words.
    let initial: @Sendable (Root) -> String?
}

/// One mention of a parameter: what the user called it, and the value.
package struct Occurrence: Sendable, Hashable {
    let name: String
    /// "true" or "false" for a flag.
    let value: String
}

/// What a ``ParameterBuilder`` has built.
package struct ParameterList<Root>: Sendable {
    var parameters: [Parameter<Root>] = []
    /// The ``ParameterSet/validate()`` of the sets inside.
    var checks: [Check] = []

    /// A struct of its own: the compiler (6.3.1) crashes on an array of functions with typed throws.
    struct Check: Sendable {
        let validate: @Sendable (Root) throws(UsageError) -> Void
    }

    /// The same declarations, of which none must be given: for a command that can do without the whole set.
    package var optional: ParameterList {
        var list = self
        for index in list.parameters.indices { list.parameters[index].declaration.isRequired = false }
        return list
    }

    /// The declarations with the defaults that `initial` holds.
    func declarations(initial: Root) -> [Declaration] {
        parameters.map { parameter in
            var declaration = parameter.declaration
            declaration.initial = parameter.initial(initial)
            return declaration
        }
    }
}

/// Reads a list of declarations, one per line.
@resultBuilder package enum ParameterBuilder<Root> {
    /// A flag, an option or an argument.
    package static func buildExpression(_ parameter: Parameter<Root>) -> ParameterList<Root> {
        ParameterList(parameters: [parameter])
    }

    /// A ``Group(_:title:)``.
    package static func buildExpression(_ list: ParameterList<Root>) -> ParameterList<Root> { list }

    /// All of them, in order.
    package static func buildBlock(_ lists: ParameterList<Root>...) -> ParameterList<Root> {
        ParameterList(parameters: lists.flatMap(\.parameters), checks: lists.flatMap(\.checks))
    }
}

/// The way to a parameter's property.
package typealias ParameterPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

/// A shared set of parameters inside a command (or a larger set); its ``ParameterSet/validate()`` is called too.
///
/// - Parameter title: the heading under which help shows them; nil: among the command's own.
package func Group<Root, Inner: ParameterSet>(
    _ path: ParameterPath<Root, Inner>, title: String? = nil
) -> ParameterList<Root> {
    let inner = Inner.parameters
    let parameters = inner.parameters.map { parameter in
        var declaration = parameter.declaration
        declaration.section = declaration.section ?? title
        return Parameter<Root>(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
            try parameter.store(&root[keyPath: path], given)
        } initial: {
            parameter.initial($0[keyPath: path])
        }
    }
    var checks = inner.checks.map { check in
        ParameterList<Root>.Check { root throws(UsageError) in try check.validate(root[keyPath: path]) }
    }
    checks.append(ParameterList<Root>.Check { root throws(UsageError) in try root[keyPath: path].validate() })
    return ParameterList(parameters: parameters, checks: checks)
}
