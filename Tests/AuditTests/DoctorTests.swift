import TestSupport
import Testing

extension AuditTests {
    @Suite(.enabled(if: Peers.has("/usr/sbin/sshd"), "openssh-server is not installed"), .timeLimit(.minutes(2)))
    struct DoctorTests {
        @Test func `both ways tell the same of a lab host, but for what cmd exe cannot tell`() async throws {
            try await ServedLab.shipped { lab in
                let inventories = ["-i", "Inventory/lab.yaml", "-i", lab.connections]
                let same = try await Program.run(["doctor", "lab-adm-01", "--compare-probes"] + inventories)
                #expect(same.exitCode == 0, "\(same.text)\(same.errorText)")
                #expect(same.text.contains("credssp.packageVersion"))
                #expect(same.text.contains("0 of "))

                let locked = try await Program.run(["doctor", "lab-locked-01", "--compare-probes"] + inventories)
                #expect(locked.exitCode == 2)
                #expect(locked.text.contains("ConstrainedLanguage"))
                let unknown = try await Program.run(["doctor", "lab-adm-99", "--compare-probes"] + inventories)
                #expect(unknown.exitCode == 64)
                #expect(unknown.errorText.contains("did you mean"))
                #expect(try await Program.run(["doctor", "lab-adm-01"] + inventories).exitCode == 64)
            }
        }
    }
}
