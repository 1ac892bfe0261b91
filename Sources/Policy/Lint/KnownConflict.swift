import HostFacts

/// States of several facts that exclude each other on Windows, although each one alone is possible.
struct KnownConflict {
    /// Holds on a host that is in conflict.
    let condition: Condition
    /// Why it cannot be, with the source.
    let reason: String

    static let all: [KnownConflict] = [
        KnownConflict(
            condition: .all([
                compare("rdp.listener.securityLayer.effective", .equals, .integer(2)),
                compare("rdp.listener.minEncryptionLevel.effective", .atMost, .integer(1)),
            ]),
            reason: "security layer 2 (TLS) does not work with encryption level 1 (Low) (TerminalServer.admx)"),
        KnownConflict(
            condition: .all([
                compare("rdp.listener.userAuthentication.effective", .equals, .integer(1)),
                compare("rdp.listener.securityLayer.effective", .equals, .integer(0)),
            ]),
            reason:
                "Network Level Authentication runs inside of TLS, which security layer 0 excludes ([MS-RDPBCGR] 5.4.5)"),
        KnownConflict(
            condition: .all([
                compare("rdp.enabled.effective", .equals, .flag(true)),
                compare("services.TermService.start", .equals, .text("disabled")),
            ]),
            reason: "nothing listens for Remote Desktop while TermService is disabled"),
    ]

    private static func compare(_ path: String, _ name: Comparison.Operator, _ value: PolicyValue) -> Condition {
        guard let fact = FactDictionary[path] else { preconditionFailure("our own bug: no fact \(path)") }
        return .compare(Comparison(fact: fact, operator: name, operand: .constant(value)))
    }
}
