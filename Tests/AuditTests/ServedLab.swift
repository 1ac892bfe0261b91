import EventLoop
import Foundation
import Lab
import TestSupport

/// A lab that listens in the test's own process, so that what its hosts counted can be asked; the audit is a process of
/// its own.
struct ServedLab {
    let fleet: LabFleet
    let hosts: [LabHostDefinition]
    var connections: String { fleet.inventoryPath }

    /// Options for one host of the shipped fleet that answers every question.
    var wholeHost: [String] {
        ["-i", Fixture.repository + "/Inventory/lab.yaml", "-i", connections, "-l", "lab-adm-01"]
    }

    /// The fleet that comes with the program.
    static func shipped<Result: Sendable>(_ body: (ServedLab) async throws -> Result) async throws -> Result {
        try await serve(folder: Fixture.repository + "/Inventory/lab", body)
    }

    /// A fleet of the test's own: the text of a fleet.yaml.
    static func fleet<Result: Sendable>(
        _ hosts: String, _ body: (ServedLab) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        try folder.write("judged-at: 2026-11-20T02:00:00Z\nhosts:\n\(hosts)", to: "fleet.yaml")
        return try await serve(folder: folder.path, body)
    }

    private static func serve<Result: Sendable>(
        folder: String, _ body: (ServedLab) async throws -> Result
    ) async throws -> Result {
        let definition = try LabFleetReader.read(folder: folder)
        let fleet = try await LabFleet.start(definition.hosts, attachCommand: [Program.path, "lab", "attach"])
        let serving = Task { await fleet.run() }
        defer { serving.cancel() }
        let result = try await body(ServedLab(fleet: fleet, hosts: definition.hosts))
        serving.cancel()
        await serving.value
        return result
    }

    /// The bytes of every secret file of the lab that an audit reads.
    func secrets() throws -> [String] {
        let folder = (connections as NSString).deletingLastPathComponent
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("password-") }
            .map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
    }
}
