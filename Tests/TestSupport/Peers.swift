import Foundation

/// Programs that we did not write and that tests hold the product against.
///
/// `make test` installs the Python ones into a folder and names it in `FLEETAUDIT_PEERS`. A test whose peer is missing is
/// skipped and says so; with `FLEETAUDIT_REQUIRE_PEERS=1`, as in CI, nothing is skipped and the test fails instead.
package enum Peers {
    private static let environment = ProcessInfo.processInfo.environment

    /// True when a missing peer must fail the test instead of skipping it.
    package static let areRequired = environment["FLEETAUDIT_REQUIRE_PEERS"] == "1"

    /// The Python interpreter with the packages of `Tests/Peers/requirements.txt`.
    package static let python: String? = environment["FLEETAUDIT_PEERS"].map { $0 + "/bin/python3" }
        .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }

    /// For `.enabled(if:)`: run when the interpreter is there, and also (to fail) when it must be there.
    package static let hasPython = python != nil || areRequired

    /// The first of the given absolute paths that can be executed.
    package static func program(_ candidates: String...) -> String? {
        candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// For `.enabled(if:)` with a system program.
    package static func has(_ candidates: String...) -> Bool {
        areRequired || candidates.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// For `.enabled(if:)` with a system program that is large to install or slow to run: `make test` goes without it where
    /// it is missing, `make test-peers` (`FLEETAUDIT_REQUIRE_HEAVY_PEERS=1`) does not.
    package static func hasHeavy(_ candidates: String...) -> Bool {
        environment["FLEETAUDIT_REQUIRE_HEAVY_PEERS"] == "1"
            || candidates.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// A missing peer, for tests that are only reached when it is required.
package struct PeerIsMissing: Error, CustomStringConvertible {
    package let name: String
    package init(_ name: String) { self.name = name }
    package var description: String { "\(name) is required here (FLEETAUDIT_REQUIRE_PEERS=1) and not installed" }
}
