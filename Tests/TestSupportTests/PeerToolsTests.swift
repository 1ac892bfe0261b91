import Foundation
import TestSupport
import Testing

/// The Python peers have tests of their own, beside them.
struct PeerToolsTests {
    private static let folder = Fixture.repository + "/Tests/Peers"

    @Test(
        .enabled(if: Peers.hasPython, "no folder of Python peers: Tests/Peers/setup makes one"),
        .timeLimit(.minutes(5)),
        arguments: ["powershell_check_test", "powershell_same_tree_test", "probe_lines_test"])
    func `a peer passes its own tests`(_ module: String) async throws {
        try await runTests(of: module)
    }

    /// A minute long: only where nothing may be skipped.
    @Test(.enabled(if: Peers.areRequired, "runs with FLEETAUDIT_REQUIRE_PEERS=1 only"), .timeLimit(.minutes(15)))
    func `the Windows-like hosts pass their own tests`() async throws {
        try await runTests(of: "windows_like_test")
    }

    private func runTests(of module: String) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("python with Tests/Peers/requirements.txt") }
        let outcome = try await run(
            python, ["-B", "-m", "unittest", module], directory: Self.folder, timeLimit: 900)
        #expect(outcome.exitCode == 0, "\(outcome.errorText.suffix(4_000))")
        // A module in which nothing is found passes, too.
        #expect(outcome.errorText.contains("Ran ") && !outcome.errorText.contains("Ran 0 tests"))
    }
}
