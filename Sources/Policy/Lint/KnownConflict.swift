import HostFacts

/// States of several facts that exclude each other on Windows, although each one alone is possible.
struct KnownConflict {
    /// Holds on a host that is in conflict.
    let condition: Condition
    /// Why it cannot be, with the source.
    let reason: String

    static let all = rows.compactMap { row -> KnownConflict? in
        let parts = row.states.compactMap { state in
            FactDictionary[state.fact].map {
                Condition.compare(Comparison(fact: $0, operator: state.operator, operand: .constant(state.value)))
            }
        }
        return parts.count == row.states.count ? KnownConflict(condition: .all(parts), reason: row.reason) : nil
    }

    /// `LintTests` holds that every fact in them is one of the dictionary.
    static let rows: [(states: [State], reason: String)] = [
        (
            [
                State("rdp.listener.securityLayer.effective", .equals, .integer(2)),
                State("rdp.listener.minEncryptionLevel.effective", .atMost, .integer(1)),
            ], "security layer 2 (TLS) does not work with encryption level 1 (Low) (TerminalServer.admx)"
        ),
        (
            [
                State("rdp.listener.userAuthentication.effective", .equals, .integer(1)),
                State("rdp.listener.securityLayer.effective", .equals, .integer(0)),
            ],
            "Network Level Authentication runs inside of TLS, which security layer 0 excludes ([MS-RDPBCGR] 5.4.5)"
        ),
        (
            [
                State("rdp.enabled.effective", .equals, .flag(true)),
                State("services.TermService.start", .equals, .text("disabled")),
            ], "nothing listens for Remote Desktop while TermService is disabled"
        ),
    ]

    /// A fact in a state that is a part of the conflict.
    struct State {
        let fact: String
        let `operator`: Comparison.Operator
        let value: PolicyValue

        init(_ fact: String, _ operator: Comparison.Operator, _ value: PolicyValue) {
            self.fact = fact
            self.operator = `operator`
            self.value = value
        }
    }
}
