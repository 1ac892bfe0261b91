import Foundation
import TestSupport
import Testing

@testable import LabPeer

/// Clients that we did not write, against a lab in a process of its own.
@Suite(
    .serialized, .enabled(if: Peers.hasPython, "FLEETAUDIT_PEERS names no folder with a Python"),
    .timeLimit(.minutes(10)))
struct WinRMPeerTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        var title: String
        var host = "web0"
        var user: String?
        var password: String?
        var more: [String: String] = [:]
        var command = "hostname"
        var standardInput: Int?
        var expected: Expectation

        var testDescription: String { title }
    }

    enum Expectation: Sendable {
        case output(String, error: String = "", code: Int = 0)
        case bytes(Int, code: Int = 0)
        case failure(String)
    }

    private static let scenarios: [Scenario] = [
        .init(title: "NTLM with encryption", expected: .output("web0\r\n")),
        .init(title: "a domain account", user: "LAB\\audit", expected: .output("web0\r\n")),
        .init(title: "NTLM over HTTPS with channel binding", host: "tls0", expected: .output("tls0\r\n")),
        .init(title: "Basic over HTTPS", host: "tls0", more: ["auth": "basic"], expected: .output("tls0\r\n")),
        .init(title: "a wrong password", password: "wrong", expected: .failure("credentials|authenticate")),
        .init(title: "an unknown account", user: "nobody", expected: .failure("credentials|authenticate")),
        .init(title: "2 MB of output", command: "big 2000000", expected: .bytes(2_000_000)),
        .init(
            title: "300 KB of input", command: "count", standardInput: 300_000,
            expected: .output("300000 \(sum(300_000))\r\n")),
        .init(title: "empty input", command: "count", standardInput: 0, expected: .output("0 2166136261\r\n")),
        .init(title: "exit code 259", command: "exit 259", expected: .output("", code: 259)),
        .init(title: "an exit code of 32 bits", command: "exit 4294967295", expected: .output("", code: 4_294_967_295)),
        .init(
            title: "both streams", command: "both",
            expected: .output("out 1\r\nout 2 é€\r\n", error: "err 1\r\n\u{fffd}\u{fffd}", code: 3)),
        .init(
            title: "an unknown command", command: "nosuch",
            expected: .output(
                "",
                error: "'nosuch' is not recognized as an internal or external command,\r\n"
                    + "operable program or batch file.\r\n", code: 1)),
        .init(
            title: "output that comes after two timeouts", more: ["operation-timeout": "1"], command: "late 2500",
            expected: .output("before\r\nafter\r\n")),
        .init(title: "no rights", host: "rights", expected: .failure("Access is denied")),
        .init(title: "every password refused", host: "refuses", expected: .failure("credentials|authenticate")),
        .init(title: "a slow host", host: "slow", expected: .output("slow\r\n")),
        // Both libraries then send their sealed Delete on a new connection, which no host can open.
        .init(title: "a connection cut in Receive", host: "cut", expected: .failure("500")),
        .init(title: "an empty 500", host: "empty", expected: .failure("500")),
    ]

    private static func sum(_ count: Int) -> UInt32 {
        ScriptedResponder.sum((0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 251) })
    }

    @Test(arguments: ["pypsrp", "pywinrm"])
    func `talks to the lab as to a Windows`(client: String) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("a Python with pypsrp and pywinrm") }
        try await LabPeerProgram.run(
            #"{"winrm": 1, "https": 1, "faults": ["rights", "refuses", "slow", "cut", "empty"]}"#
        ) { _, listing in
            for scenario in Self.scenarios {
                let answer = try await converse(python, client, scenario, listing)
                check(scenario, answer, client)
            }
            let counts = try await converse(
                python, client, .init(title: "counts", command: "sign-ins", expected: .output("")), listing)
            let lines = (counts["out-head"] as? String ?? "").split(separator: "\r\n")
            #expect(lines.contains("refuses Administrator accepted=0 refused=1 unanswered=0"))
        }
    }

    @Test func `plain bodies over HTTP are refused, and NTLM inside SPNEGO is taken`() async throws {
        guard let python = Peers.python else { throw PeerIsMissing("a Python with pypsrp and pywinrm") }
        try await LabPeerProgram.run(#"{"winrm": 1}"#) { _, listing in
            let open = Scenario(title: "plain bodies", more: ["encryption": "never"], expected: .failure("500"))
            check(open, try await converse(python, "pywinrm", open, listing), "pywinrm")
            let negotiated = Scenario(
                title: "SPNEGO", more: ["auth": "negotiate"], command: "big 300000", expected: .bytes(300_000))
            check(negotiated, try await converse(python, "pypsrp", negotiated, listing), "pypsrp")
            let wrong = Scenario(
                title: "SPNEGO, wrong password", password: "wrong", more: ["auth": "negotiate"],
                expected: .failure("authenticate"))
            check(wrong, try await converse(python, "pypsrp", wrong, listing), "pypsrp")
        }
    }

    @Test(arguments: ["ntlm", "spnego"])
    func `six requests on one connection are enough`(mechanism: String) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("a Python with gssapi") }
        try await LabPeerProgram.run(#"{"winrm": 2}"#) { _, listing in
            let folder = try TemporaryFolder()
            let plan: [String: Any] = [
                "urls": try ["web0", "web1"].map { try listing.url($0) }, "user": listing.user, "mechanism": mechanism,
                "password-file": try folder.write(listing.password, to: "password"), "command": "big 40000",
                "stdin": 30_000,
                "times": 20, "threads": 4,
            ]
            let text = String(decoding: try JSONSerialization.data(withJSONObject: plan), as: UTF8.self)
            let outcome = try await run(python, [peerScript("winrm_six_requests.py"), text], timeLimit: 60)
            let answer = try #require(
                try? JSONSerialization.jsonObject(with: outcome.standardOutput) as? [String: Any],
                "\(outcome.errorText)")
            // One more when a Receive comes between the output and the end.
            #expect([6, 7].contains(answer["requests"] as? Int) && answer["conversations"] as? Int == 20)
            #expect(answer["out-bytes"] as? Int == 40_000 && answer["code"] as? Int == 0)
        }
    }

    @Test func `sign-ins are bound to the TLS channel as the host wants it`() async throws {
        guard let python = Peers.python else { throw PeerIsMissing("a Python with pypsrp") }
        try await LabPeerProgram.run(#"{"bindings": true}"#) { _, listing in
            let refused = Expectation.failure("authenticate")
            for (host, admitted) in [
                ("none", ["right", "missing", "wrong"]), ("relaxed", ["right", "missing"]), ("strict", ["right"]),
            ] {
                for binding in ["right", "missing", "wrong"] {
                    let scenario = Scenario(
                        title: "\(host), \(binding)", host: host, more: ["binding": binding],
                        expected: admitted.contains(binding) ? .output("\(host)\r\n") : refused)
                    check(scenario, try await converse(python, "pypsrp", scenario, listing), "pypsrp")
                }
            }
        }
    }

    private func converse(
        _ python: String, _ client: String, _ scenario: Scenario, _ listing: LabPeerProgram.Listing
    ) async throws -> [String: Any] {
        let folder = try TemporaryFolder()
        let isDomain = scenario.user?.contains("\\") == true
        let password = scenario.password ?? (isDomain ? listing.domainPassword : listing.password)
        var plan: [String: Any] = [
            "client": client, "url": try listing.url(scenario.host), "user": scenario.user ?? listing.user,
            "password-file": try folder.write(password, to: "password"), "auth": "ntlm",
            "ca": listing.certificateAuthority, "command": scenario.command,
        ]
        for (key, value) in scenario.more { plan[key] = Int(value).map { $0 as Any } ?? value }
        if let count = scenario.standardInput { plan["stdin"] = count }
        let text = String(decoding: try JSONSerialization.data(withJSONObject: plan), as: UTF8.self)
        let outcome = try await run(python, [peerScript("winrm_conversation.py"), text], timeLimit: 60)
        return try #require(
            try JSONSerialization.jsonObject(with: outcome.standardOutput) as? [String: Any], "\(outcome.errorText)")
    }

    private func check(_ scenario: Scenario, _ answer: [String: Any], _ client: String) {
        let place = Comment(rawValue: "\(client), \(scenario.title): \(answer)")
        switch scenario.expected {
        case .output(let output, let error, let code):
            #expect(answer["out-head"] as? String == output, place)
            #expect(answer["err"] as? String == error, place)
            #expect(answer["code"] as? Int == code, place)
        case .bytes(let count, let code):
            #expect(answer["out-bytes"] as? Int == count && answer["code"] as? Int == code, place)
            #expect(answer["out-sum"] as? Int == Int(ScriptedResponder.sum(ScriptedResponder.pattern(count))), place)
        case .failure(let pattern):
            let text = "\(answer["error"] ?? "") \(answer["message"] ?? "")"
            #expect(pattern.split(separator: "|").contains { text.contains($0) }, place)
        }
    }
}
