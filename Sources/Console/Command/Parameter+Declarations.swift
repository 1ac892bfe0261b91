/// A switch: `--name` sets the property to true.
///
/// - Parameter negatable: `--no-name` exists too and sets it to false; the last one given counts.
package func Flag<Root>(
    _ path: ParameterPath<Root, Bool>, _ names: String..., negatable: Bool = false, help: String,
    environment: String? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .flag, names: names, help: help)
    declaration.isNegatable = negatable
    declaration.environment = environment
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given { root[keyPath: path] = try truth(occurrence) }
    } initial: {
        $0[keyPath: path] ? "on" : nil
    }
}

/// A switch that counts: `-vv` sets the property to 2.
package func Flag<Root>(
    _ path: ParameterPath<Root, Int>, _ names: String..., help: String, environment: String? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .flag, names: names, help: help)
    declaration.repeats = true
    declaration.environment = environment
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        root[keyPath: path] = 0
        for occurrence in given { root[keyPath: path] += try count(occurrence) }
    } initial: { _ in
        nil
    }
}

/// An option with one value; the property's initial value is the default, and the last one given counts.
package func Option<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, Value>, _ names: String..., value: String = Value.placeholder, help: String,
    environment: String? = nil, completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .option, names: names, value: value, help: help)
    declaration.environment = environment
    declaration.offer(Value.self, completion)
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given { root[keyPath: path] = try read(occurrence) }
    } initial: {
        $0[keyPath: path].argument
    }
}

/// An option with one value from a range, which help names.
package func Option<Root, Value: ArgumentValue & Comparable>(
    _ path: ParameterPath<Root, Value>, _ names: String..., in range: ClosedRange<Value>,
    value: String = Value.placeholder, help: String, environment: String? = nil
) -> Parameter<Root> {
    let bounds = "\(range.lowerBound.argument) to \(range.upperBound.argument)"
    var declaration = Declaration(kind: .option, names: names, value: value, help: "\(help) From \(bounds).")
    declaration.environment = environment
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given {
            let value: Value = try read(occurrence)
            guard range.contains(value) else { throw refusal(of: occurrence, "is not in the range \(bounds)") }
            root[keyPath: path] = value
        }
    } initial: {
        $0[keyPath: path].argument
    }
}

/// An option with one value and no default; the last one given counts.
package func Option<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, Value?>, _ names: String..., value: String = Value.placeholder, help: String,
    required: Bool = false, environment: String? = nil, completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .option, names: names, value: value, help: help)
    declaration.isRequired = required
    declaration.environment = environment
    declaration.offer(Value.self, completion)
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given { root[keyPath: path] = try read(occurrence) as Value }
    } initial: {
        $0[keyPath: path]?.argument
    }
}

/// An option that may be repeated, each adding a value; in the environment the values are separated by commas.
package func Option<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, [Value]>, _ names: String..., value: String = Value.placeholder, help: String,
    required: Bool = false, environment: String? = nil, completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .option, names: names, value: value, help: help)
    declaration.repeats = true
    declaration.isRequired = required
    declaration.environment = environment
    declaration.offer(Value.self, completion)
    return list(declaration, path)
}

/// An argument that must be given.
package func Argument<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, Value>, _ name: String, help: String, completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .argument, names: [name], help: help)
    declaration.isRequired = true
    declaration.offer(Value.self, completion)
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given { root[keyPath: path] = try read(occurrence) }
    } initial: { _ in
        nil
    }
}

/// An argument that may be left out.
package func Argument<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, Value?>, _ name: String, help: String, completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .argument, names: [name], help: help)
    declaration.offer(Value.self, completion)
    return Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        for occurrence in given { root[keyPath: path] = try read(occurrence) as Value }
    } initial: {
        $0[keyPath: path]?.argument
    }
}

/// All arguments that are left: none or more, or with `required` one or more.
package func Argument<Root, Value: ArgumentValue>(
    _ path: ParameterPath<Root, [Value]>, _ name: String, required: Bool = false, help: String,
    completion: Completion? = nil
) -> Parameter<Root> {
    var declaration = Declaration(kind: .argument, names: [name], help: help)
    declaration.repeats = true
    declaration.isRequired = required
    declaration.offer(Value.self, completion)
    return list(declaration, path)
}

private func list<Root, Value: ArgumentValue>(
    _ declaration: Declaration, _ path: ParameterPath<Root, [Value]>
) -> Parameter<Root> {
    Parameter(declaration: declaration) { (root: inout Root, given: [Occurrence]) throws(UsageError) in
        root[keyPath: path] = []
        for occurrence in given { root[keyPath: path].append(try read(occurrence)) }
    } initial: {
        $0[keyPath: path].isEmpty ? nil : $0[keyPath: path].map(\.argument).joined(separator: ",")
    }
}

extension Declaration {
    fileprivate mutating func offer<Value: ArgumentValue>(_ type: Value.Type, _ completion: Completion?) {
        choices = type.choices
        self.completion = completion ?? (choices.isEmpty ? .nothing : .words(choices))
    }
}

private func read<Value: ArgumentValue>(_ occurrence: Occurrence) throws(UsageError) -> Value {
    do throws(InvalidArgument) {
        return try Value(argument: occurrence.value)
    } catch {
        throw refusal(of: occurrence, error.reason, choices: Value.choices)
    }
}

/// A flag's value; only the environment can hold anything but "true" and "false".
private func truth(_ occurrence: Occurrence) throws(UsageError) -> Bool {
    switch occurrence.value.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: throw refusal(of: occurrence, "is not one of yes, no", choices: [])
    }
}

/// 1 for a mention; the environment may hold a number.
private func count(_ occurrence: Occurrence) throws(UsageError) -> Int {
    if let number = Int(occurrence.value) { return min(max(0, number), 100) }
    return try truth(occurrence) ? 1 : 0
}

private func refusal(of occurrence: Occurrence, _ reason: String, choices: [String] = []) -> UsageError {
    let subject = occurrence.value.isEmpty ? "the value" : UsageError.quoted(occurrence.value)
    return UsageError(
        "\(occurrence.name): \(subject) \(reason)"
            + UsageError.suggestion(Spelling.nearest(occurrence.value, in: choices)))
}
