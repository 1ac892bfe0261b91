import Collection
import EventLoop
import Foundation
import TestSupport
import Testing
import Transport

extension AuditTests {
    /// The SSH path and our command line, held against a cmd.exe that we did not write.
    @Suite(.enabled(if: WindowsLikeHost.isAvailable, "\(WindowsLikeHost.whyNot)"), .serialized, .timeLimit(.minutes(8)))
    struct WindowsLikeTests {
        @Test func `cmd.exe receives exactly the command line that starts the probe`() async throws {
            let received = try await WindowsLikeHost.with("win81-a") { host in
                let knownHosts = KnownHosts([UInt8](try Data(contentsOf: URL(fileURLWithPath: host.knownHosts))))
                let key = try await SSHPrivateKey.load(
                    [UInt8](try Data(contentsOf: URL(fileURLWithPath: host.identity))))
                let endpoint = SSHEndpoint(
                    host: "127.0.0.1", port: host.port, user: host.user, authentication: .key(key),
                    hostKeys: .check(knownHosts))
                let command = ["echo", ProbeProgram.executable] + ProbeProgram.arguments
                let connection = SSHConnection(endpoint: endpoint, gate: OpenGate())
                let output = try await connection.run(
                    RemoteRequest(executable: command[0], arguments: Array(command.dropFirst()), outputLimit: 1 << 20))
                return String(decoding: output.standardOutput, as: UTF8.self)
            }
            let wanted = ([ProbeProgram.executable] + ProbeProgram.arguments).joined(separator: " ")
            #expect(received == wanted + "\r\n")
        }

        @Test func `a host whose PowerShell says nothing is failed, and says why`() async throws {
            try await WindowsLikeHost.with("win81-a") { host in
                let folder = try TemporaryFolder()
                let inventory = try Self.inventory(of: host, in: folder, probe: "powershell")
                let audit = try await Program.run(["audit", "-i", inventory, "-o", folder.path("reports")])
                #expect(audit.exitCode == 2, "\(audit.errorText)")
                let wine = try Results(folder: onlyRun(in: folder.path("reports"))).host("wine")
                #expect(wine.state == "failed")
                #expect(wine.reason?.contains("said nothing (exit code 0)") == true, "\(wine.reason ?? "")")

                let doctor = try await Program.run(["doctor", "wine", "--compare-probes", "-i", inventory])
                #expect(doctor.exitCode == 2, "\(doctor.errorText)")
                #expect(doctor.text.contains("PowerShell failed: ") && doctor.text.contains("cmd.exe partial: "))
            }
        }

        @Test func `a host whose PowerShell says nothing is asked by cmd.exe, and judged alike from its snapshot`()
            async throws
        {
            try await WindowsLikeHost.with("win81-a") { host in
                let folder = try TemporaryFolder()
                let inventory = try Self.inventory(of: host, in: folder, probe: "auto")
                let at = ["--at", "2026-11-20T02:00:00Z"]
                let audit = try await Program.run(["audit", "-i", inventory, "-o", folder.path("reports")] + at)
                let run = try onlyRun(in: folder.path("reports"))
                let wine = try Results(folder: run).host("wine")
                #expect(wine.state == "partial", "\(audit.errorText)")
                #expect(wine.reason?.hasPrefix("asked by cmd.exe, because the host ran the command") == true)
                #expect(!wine.controls("fail").isEmpty || !wine.controls("pass").isEmpty)

                _ = try await Program.run(
                    ["evaluate", run + "/snapshot.jsonl.gz", "-o", folder.path("again")] + at)
                let again = try Results(folder: onlyRun(in: folder.path("again"))).host("wine")
                for outcome in ["pass", "fail", "unknown"] {
                    #expect(again.controls(outcome) == wine.controls(outcome))
                }
            }
        }

        private static func inventory(
            of host: WindowsLikeHost, in folder: TemporaryFolder, probe: String
        ) throws -> String {
            try folder.write(
                """
                all:
                  hosts:
                    wine:
                      ansible_host: 127.0.0.1
                      ansible_port: \(host.port)
                      ansible_user: \(host.user)
                      ansible_ssh_private_key_file: \(host.identity)
                      fleetaudit_known_hosts: \(host.knownHosts)
                      fleetaudit_probe: \(probe)

                """, to: "wine.yaml")
        }
    }
}
