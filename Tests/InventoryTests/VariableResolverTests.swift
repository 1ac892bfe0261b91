import Formats
import Inventory
import Testing

@Suite struct VariableResolverTests {
    private static let environment = ["PASS": "s3cret", "EMPTY": "", "HOME": "/home/a"]

    private func text(_ value: String, _ more: String = "other: O") throws -> String? {
        try VariableResolver(host: host("v: \(value)", more, name: "srv1.example.com"), environment: Self.environment)
            .text("v")
    }

    @Test(arguments: [
        ("plain", "plain"), ("'{{ other }}'", "O"), ("'{{other}}'", "O"), ("'a{{ other }}b{{ other }}c'", "aObOc"),
        ("'{{ inventory_hostname }}'", "srv1.example.com"), ("'{{ inventory_hostname_short }}'", "srv1"),
        ("\"{{ lookup('env', 'PASS') }}\"", "s3cret"), ("\"{{ lookup('ansible.builtin.env', 'PASS') }}\"", "s3cret"),
        ("\"{{ lookup('env', 'UNSET') | default('x') }}\"", "x"), ("\"{{ lookup('env', 'EMPTY') }}\"", ""),
        ("\"{{ lookup('env', 'EMPTY') | default('x', true) }}\"", "x"),
        ("\"{{ lookup('env', 'EMPTY') | default('x') }}\"", ""),
        ("\"{{ missing | default('x') }}\"", "x"), ("\"{{ missing | d('x') }}\"", "x"),
        ("'{{ missing | default(22) }}'", "22"),
        ("'{{ other | lower }}'", "o"), ("\"{{ 'a' | upper }}\"", "A"), ("\"{{ ' a ' | trim }}\"", "a"),
        ("\"{{ 'x' ~ other ~ 'y' }}\"", "xOy"), ("'{{ 22 }}'", "22"), ("\"{{ '22x' | int }}\"", "0"),
        ("\"{{ other | lower | default('x') ~ '@' ~ inventory_hostname_short }}\"", "o@srv1"),
        ("!unsafe '{{ other }}'", "{{ other }}"), ("'{ other }'", "{ other }"), ("''", ""), ("010", "010"),
        ("yes", "yes"),
    ])
    func `a template gives its text`(_ template: String, _ text: String) throws {
        #expect(try self.text(template) == text)
    }

    @Test(arguments: ["~", "null", ""]) func `null is not set`(_ value: String) throws {
        #expect(try text(value) == nil)
    }

    @Test(arguments: [
        ("'{% if true %}x{% endif %}'", "statement"), ("'{{ other'", "not closed"), ("'{{ missing }}'", "has no value"),
        ("'{{ other | b64decode }}'", "not evaluated"), ("\"{{ lookup('file', '/etc/passwd') }}\"", "not evaluated"),
        ("\"{{ lookup('pipe', 'id') }}\"", "not evaluated"), ("\"{{ query('env', 'PASS') }}\"", "not evaluated"),
        ("\"{{ lookup('env', 'UNSET') }}\"", "UNSET is not set"), ("'{{ other if other else 1 }}'", "not evaluated"),
        ("'{{ 1 + 1 }}'", "not evaluated"), ("'{{ hostvars.x.y }}'", "not evaluated"), ("'{{ }}'", "not evaluated"),
        ("'{{ other | default(omit) }}'", "not evaluated"), ("'{{ v }}'", "refers to itself"),
        ("'{{ other[0] }}'", "not evaluated"), ("\"{{ 'a\\\\'b' }}\"", "not evaluated"), ("[1, 2]", "a list"),
        ("{a: 1}", "a mapping"), ("!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162", "ansible-vault"),
    ])
    func `what cannot be resolved is an error with the variable and its place`(_ template: String, _ words: String)
        throws
    {
        let error = #expect(throws: VariableError.self) { try text(template) }
        #expect(error?.variable == "v")
        #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
        #expect(error?.problem.contains("hosts.yml:4:") == true, "\(String(describing: error))")
        #expect(error?.problem.contains("s3cret") == false)
    }

    @Test(.timeLimit(.minutes(1)))
    func `variables that name each other many times take no time and no memory`() throws {
        let wide = (0..<19).map { "v\($0): '{{ v\($0 + 1) }}{{ v\($0 + 1) }}{{ v\($0 + 1) }}{{ v\($0 + 1) }}'" }
        let empty = try host((wide + ["v19: ''"]).joined(separator: "\n"))
        #expect(try VariableResolver(host: empty, environment: [:]).text("v0") == "")
        let full = try host((wide + ["v19: abc"]).joined(separator: "\n"))
        #expect(throws: VariableError.self) { try VariableResolver(host: full, environment: [:]).text("v0") }
        let loop = try host("a: '{{ b }}{{ b }}'", "b: '{{ a }}{{ a }}'")
        #expect(throws: VariableError.self) { try VariableResolver(host: loop, environment: [:]).text("a") }
    }

    @Test(arguments: [
        ("true", true), ("'True'", true), ("yes", true), ("on", true), ("1", true), ("'t'", true), ("y", true),
        ("false", false), ("No", false), ("off", false), ("0", false), ("N", false), ("f", false),
    ])
    func `flags are read as Ansible reads them`(_ value: String, _ flag: Bool) throws {
        #expect(try VariableResolver(host: host("v: \(value)"), environment: [:]).flag("v") == flag)
    }

    @Test(arguments: ["2", "maybe", "''", "tru"]) func `what is no flag is refused`(_ value: String) throws {
        let resolver = VariableResolver(host: try host("v: \(value)"), environment: [:])
        #expect(throws: VariableError.self) { try resolver.flag("v") }
    }

    @Test func `a secret does not print`() throws {
        let resolver = VariableResolver(host: try host("v: hunter2"), environment: [:])
        let secret = try #require(try resolver.secret("v"))
        #expect("\(secret)" == "<redacted>")
        #expect(secret == Secret("hunter2"))
    }
}
