import Foundation
import TestSupport
import Testing

/// The `LabPeer` program, built beside the tests: a lab in a process of its own.
enum LabPeerProgram {
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/LabPeer"
    }()

    /// What `LabPeer serve` tells about its hosts.
    struct Listing: Decodable, Sendable {
        struct Host: Decodable, Sendable {
            var name: String
            var url: String
        }
        var user: String
        var domainUser: String
        var password: String
        var domainPassword: String
        var certificateAuthority: String
        var hosts: [Host]
        var sshUser: String?
        var sshKey: String?
        var knownHosts: [String]
        var secrets: String

        func url(_ name: String) throws -> String { try #require(hosts.first { $0.name == name }?.url) }
    }

    /// Starts it, waits until all hosts listen, and ends it after the body as its user would.
    static func run(
        _ plan: String, _ body: (RunningProcess, Listing) async throws -> Void
    ) async throws {
        let process = try RunningProcess(path, ["serve", plan])
        let file = try await process.line(startingWith: "ready ", within: 60)
        let listing = try JSONDecoder().decode(Listing.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        do {
            try await body(process, listing)
        } catch {
            process.interrupt(SIGTERM)
            _ = try await process.exitCode()
            throw error
        }
        guard process.isRunning else { return }
        process.interrupt(SIGTERM)
        #expect(try await process.exitCode() == 0)
        #expect(!FileManager.default.fileExists(atPath: listing.secrets))
    }
}

/// The Python script of that name in `Tests/Peers`.
func peerScript(_ name: String) -> String { Fixture.repository + "/Tests/Peers/" + name }
