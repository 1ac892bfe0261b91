import Foundation
import TestSupport
import Testing

extension AuditTests {
    /// `fleetaudit doctor` without a host.
    @Suite(.timeLimit(.minutes(2))) struct MachineCheckTests {
        private struct Answer: Decodable {
            struct Line: Decodable {
                var area: String
                var subject: String
                var state: String
                var says: String
                var advice: String?
            }
            var exitCode: Int32
            var failures: Int
            var found: [Line]

            func line(_ area: String, _ says: String) -> Line? {
                found.first { $0.area == area && ($0.subject + " " + $0.says).contains(says) }
            }
        }

        private static let inventory = """
            all:
              hosts:
                h1:
                  ansible_connection: winrm
                  ansible_winrm_transport: ntlm
                  ansible_port: 5985
                  ansible_user: u
                  fleetaudit_password_file: FOLDER/secret

            """

        private func doctor(
            _ folder: TemporaryFolder, inventory: String = inventory, _ options: [String] = []
        ) async throws -> Answer {
            let file = folder.path("inventory.yaml")
            if !FileManager.default.fileExists(atPath: file) {
                try folder.write(inventory.replacingOccurrences(of: "FOLDER", with: folder.path), to: "inventory.yaml")
                try mode(0o600, file)
            }
            if !FileManager.default.fileExists(atPath: folder.path("secret")) {
                try mode(0o600, folder.write("canary-9f2", to: "secret"))
            }
            let outcome = try await Program.run(
                ["doctor", "-i", file, "-o", folder.path("reports"), "--format", "json"] + options)
            #expect(!outcome.text.contains("canary-9f2") && !outcome.errorText.contains("canary-9f2"))
            let answer = try JSONDecoder().decode(Answer.self, from: outcome.standardOutput)
            #expect(answer.exitCode == outcome.exitCode)
            #expect(answer.exitCode == (answer.failures > 0 ? 1 : 0))
            return answer
        }

        private func mode(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        @Test func `a machine on which all is well fails in nothing`() async throws {
            let answer = try await doctor(TemporaryFolder())
            #expect(answer.exitCode == 0, "\(answer.found.filter { $0.state == "fail" })")
            #expect(answer.line("inventory", "1 by winrm with ntlm")?.state == "ok")
            for name in ["fleetaudit", "libssh2", "libcurl", "OpenSSL", "libyaml", "zlib", "SQLite", "gss-ntlmssp"] {
                #expect(answer.line("program", name)?.state == "ok", "\(name)")
            }
            #expect(answer.line("policies", "controls")?.state == "ok")
        }

        @Test func `without an inventory the rest is looked at`() async throws {
            let outcome = try await Program.run(["doctor"])
            #expect(outcome.exitCode == 0, "\(outcome.text)")
            #expect(outcome.text.contains("none was given (-i)"))
            let quiet = try await Program.run(["doctor", "--quiet"])
            #expect(quiet.text.isEmpty && quiet.errorText.isEmpty && quiet.exitCode == 0)
        }

        @Test func `a password file that others can read fails, and the way out is told`() async throws {
            let folder = try TemporaryFolder()
            try mode(0o644, folder.write("canary-9f2", to: "secret"))
            let line = try await doctor(folder).line("inventory", "others can read the password file")
            #expect(line?.state == "fail")
            #expect(line?.advice == "chmod 600 \(folder.path("secret"))")
            let told = try await Program.run(["doctor", "-i", folder.path("inventory.yaml"), "--quiet"])
            #expect(told.exitCode == 1)
            #expect(told.text.contains("chmod 600"))
            #expect(!told.text.contains("libssh2"), "quiet tells failures only")
        }

        @Test(arguments: [(0o666, "fail", "chmod o-w"), (0o620, "warn", "chmod g-w")])
        func `an inventory that others may change is told`(_ bits: Int, _ state: String, _ advice: String) async throws
        {
            let folder = try TemporaryFolder()
            let text = Self.inventory.replacingOccurrences(of: "FOLDER", with: folder.path)
            try mode(bits, folder.write(text, to: "inventory.yaml"))
            let line = try await doctor(folder).line("inventory", "may change it")
            #expect(line?.state == state)
            #expect(line?.advice?.hasPrefix(advice) == true)
        }

        @Test(arguments: [(0o600, "warn"), (0o644, "fail")])
        func `a password that stands in the inventory is told, and never shown`(_ bits: Int, _ state: String)
            async throws
        {
            let folder = try TemporaryFolder()
            let text = Self.inventory.replacingOccurrences(
                of: "fleetaudit_password_file: FOLDER/secret", with: "ansible_password: canary-9f2")
            try mode(bits, folder.write(text, to: "inventory.yaml"))
            #expect(try await doctor(folder).line("inventory", "stands in it in clear")?.state == state)
        }

        @Test func `an inventory of which nobody could be asked fails`() async throws {
            let text = "all:\n  hosts:\n    h1: { ansible_user: u }\n    h2: { ansible_user: u }\n"
            let answer = try await doctor(TemporaryFolder(), inventory: text)
            let line = answer.line("inventory", "it would be skipped")
            #expect(line?.state == "fail")
            #expect(line?.says.contains("and 1 more such hosts") == true)
        }

        @Test func `a broken inventory, an unknown baseline and a missing place for reports are all told`() async throws
        {
            let folder = try TemporaryFolder()
            let answer = try await doctor(
                folder, inventory: "all:\n  hosst: {}\n",
                ["-b", "rdp-hardned", "-o", folder.path("no/such/reports"), "-c", "2000"])
            #expect(answer.exitCode == 1)
            #expect(answer.line("inventory", "hosst")?.state == "fail")
            #expect(answer.line("policies", "rdp-hardned")?.advice?.contains("rdp-hardened") == true)
            #expect(answer.line("reports", "cannot be made")?.state == "fail")
        }

        @Test func `a folder of reports that others may enter, and what a run left in it, are told`() async throws {
            let folder = try TemporaryFolder()
            try folder.write("x", to: "reports/20261120-020000/snapshot.jsonl.gz")
            try mode(0o755, folder.path("reports"))
            let answer = try await doctor(folder)
            #expect(answer.line("reports", "others may enter it")?.advice == "chmod 700 \(folder.path("reports"))")
            #expect(answer.line("reports", "20261120-020000 (not judged)") != nil)
            #expect(!FileManager.default.fileExists(atPath: folder.path("reports/.lock")), "nothing is made")
        }

        @Test func `a history that is none is told`() async throws {
            let folder = try TemporaryFolder()
            try mode(0o644, folder.write("junk", to: "reports/history.sqlite"))
            let answer = try await doctor(folder)
            #expect(answer.found.contains { $0.subject == "history" && $0.state == "fail" }, "\(answer.found)")
            #expect(answer.line("reports", "others may read it")?.advice?.hasPrefix("chmod 600") == true)
        }

        @Test func `too few descriptors for the concurrency fail`() async throws {
            let outcome = try await Program.shell("ulimit -n 128; exec \"$0\" \"$@\"", ["doctor", "-c", "500"])
            #expect(outcome.exitCode == 1)
            #expect(outcome.text.contains("500 hosts at once may need"))
        }

        @Test(arguments: [["doctor", "h1"], ["doctor", "--compare-probes"], ["doctor", "h1", "--compare-probes"]])
        func `half a comparison is a usage error`(_ arguments: [String]) async throws {
            #expect(try await Program.run(arguments).exitCode == 64)
        }
    }
}
