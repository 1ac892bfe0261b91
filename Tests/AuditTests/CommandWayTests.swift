import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// The second way of asking, held against a cmd.exe and a reg.exe that we did not write, over a real sshd, with the
    /// registries of real machines.
    @Suite(
        .enabled(if: WindowsLikeHost.isAvailable, "\(WindowsLikeHost.whyNot)"), .serialized, .timeLimit(.minutes(15)))
    struct CommandWayTests {
        @Test(arguments: try Fixture.all("windows-hosts", suffix: ".json"))
        func `cmd.exe tells every registry value that the extract of a machine holds`(_ file: Fixture) async throws {
            let id = String(file.name.dropLast(".json".count))
            let record = try await WindowsLikeHost.with(id) { host in try await Self.collected(host) }
            #expect(record.askedBy == .cmd)
            #expect(record.probe == CommandProgram.fingerprint)
            #expect(record.state == .partial)
            let told = Dictionary(
                uniqueKeysWithValues: record.sections.map { (SectionName(rawValue: $0.key), $0.value["data"] ?? .null) }
            )

            let extract = try JSON.parse(file.bytes)
            let machine = try HostRecording(extract: extract).host
            var compared = 0
            for section in SectionName.allCases {
                for part in ["keys", "lists"] {
                    for key in machine.data(section)[part]?.object ?? [] where key.key != Keys.tcpip {
                        for value in key.value.object ?? [] where !value.value.isNull {
                            compared += 1
                            #expect(
                                told[section]?[part]?[key.key]?[value.key] == value.value,
                                "\(section.rawValue): \(key.key)\\\(value.key)")
                        }
                    }
                }
                for key in machine.data(section)["children"]?.object ?? [] {
                    let names = Set((told[section]?["children"]?[key.key]?.array ?? []).map { $0.string ?? "" })
                    for name in (key.value.array ?? []).compactMap(\.string) {
                        // An extract names keys, too, that it does not hold.
                        guard machine.registry.presence(key.key + "\\" + name) == .present else { continue }
                        compared += 1
                        #expect(names.contains(name), "\(section.rawValue): \(key.key)\\\(name)")
                    }
                }
            }
            #expect(compared > 10, "only \(compared) values were compared")
        }

        /// The record that `collect` leaves of a host asked by cmd.exe.
        private static func collected(_ host: WindowsLikeHost) async throws -> HostRecord {
            let folder = try TemporaryFolder()
            let inventory = try folder.write(
                """
                all:
                  hosts:
                    wine:
                      ansible_host: 127.0.0.1
                      ansible_port: \(host.port)
                      ansible_user: \(host.user)
                      ansible_ssh_private_key_file: \(host.identity)
                      fleetaudit_known_hosts: \(host.knownHosts)
                      fleetaudit_probe: cmd

                """, to: "wine.yaml")
            let run = try await Program.run(["collect", "-i", inventory, "-o", folder.path("reports"), "-v"])
            #expect(run.exitCode == 2, "\(run.errorText)")
            var reader = try SnapshotReader(path: onlyRun(in: folder.path("reports")) + "/snapshot.jsonl.gz")
            return try #require(try reader.next())
        }
    }
}
