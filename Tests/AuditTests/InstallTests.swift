import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// `make install` into a folder that stands in for /, and what works from there.
    @Suite(.enabled(if: Peers.has("/usr/sbin/sshd"), "openssh-server is not installed"), .timeLimit(.minutes(5)))
    struct InstallTests {
        private struct Installation {
            let folder: TemporaryFolder
            let root: String
            var program: String { root + "/bin/fleetaudit" }

            init() async throws {
                folder = try TemporaryFolder()
                root = folder.path("stage/opt/audit")
                try await make("install")
            }

            func make(_ target: String) async throws {
                let outcome = try await run(
                    "/usr/bin/make",
                    [
                        "--no-print-directory", target, "DESTDIR=\(folder.path("stage"))", "PREFIX=/opt/audit",
                        "PROGRAM=\(Program.path)",
                    ], directory: Fixture.repository)
                #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
            }

            var files: [String] {
                ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path("stage"))) ?? []).filter {
                    var isFolder: ObjCBool = false
                    return FileManager.default.fileExists(
                        atPath: folder.path("stage/\($0)"), isDirectory: &isFolder) && !isFolder.boolValue
                }
            }
        }

        @Test func `the installed program finds its policies and its lab from any folder`() async throws {
            let installed = try await Installation()
            let elsewhere = try TemporaryFolder()
            // What lies about where it is called is not taken for what was installed.
            try elsewhere.write("id: [", to: "Policies/controls/rdp/RDP-001.yaml")
            let baselines = try await run(
                installed.program, ["baseline", "list"], directory: elsewhere.path)
            #expect(baselines.exitCode == 0, "\(baselines.errorText)")
            #expect(baselines.text.contains("rdp-hardened"))
            let doctor = try await run(
                installed.program, ["doctor", "-i", installed.root + "/share/fleetaudit/Inventory/lab.yaml"],
                directory: elsewhere.path)
            #expect(doctor.text.contains(installed.root + "/share/fleetaudit/Policies"), "\(doctor.text)")

            try await ServedLab.shipped { lab in
                let audit = try await run(
                    installed.program, ["audit"] + lab.wholeHost + ["-o", "reports", "--fail-on", "never"],
                    directory: elsewhere.path)
                #expect(audit.exitCode == 0, "\(audit.errorText)")
                #expect(try Results(folder: onlyRun(in: elsewhere.path("reports"))).hosts.map(\.state) == ["audited"])
            }
        }

        @Test func `every command has its page, every shell its completions, and the unit starts what is there`()
            async throws
        {
            let installed = try await Installation()
            for page in ["fleetaudit", "fleetaudit-audit", "fleetaudit-doctor", "fleetaudit-policy-lint"] {
                let text = try String(contentsOfFile: installed.root + "/share/man/man1/\(page).1", encoding: .utf8)
                #expect(text.hasPrefix(".TH "))
            }
            let audit = try String(
                contentsOfFile: installed.root + "/share/man/man1/fleetaudit-audit.1", encoding: .utf8)
            for option in ["max\\-duration", "notify\\-on", "quiet"] { #expect(audit.contains(option), "\(option)") }
            for file in [
                "bash-completion/completions/fleetaudit", "zsh/site-functions/_fleetaudit",
                "fish/vendor_completions.d/fleetaudit.fish",
            ] {
                let text = try String(contentsOfFile: installed.root + "/share/" + file, encoding: .utf8)
                #expect(text.contains("max-duration") && text.contains("notify"), "\(file)")
            }
            let unit = try String(
                contentsOfFile: installed.root + "/lib/systemd/system/fleetaudit.service", encoding: .utf8)
            #expect(unit.contains("ExecStart=/opt/audit/bin/fleetaudit audit"))
            #expect(!unit.contains("/usr/local"))
        }

        @Test(.enabled(if: Peers.has("/usr/bin/man"), "man-db is not installed"))
        func `no page makes man complain`() async throws {
            let installed = try await Installation()
            let pages = try FileManager.default.contentsOfDirectory(atPath: installed.root + "/share/man/man1")
            #expect(pages.count > 25)
            let outcome = try await Program.shell(
                "cd \"$1\" && for page in *.1; do MANROFFSEQ= man --warnings -l \"$page\" > /dev/null || echo \"$page\"; done",
                [installed.root + "/share/man/man1"])
            #expect(outcome.text.isEmpty && outcome.errorText.isEmpty, "\(outcome.text)\(outcome.errorText)")
        }

        @Test func `everybody may read what was installed, nobody but root change it, and uninstall leaves nothing`()
            async throws
        {
            let installed = try await Installation()
            let files = installed.files
            #expect(files.count > 200)
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: installed.folder.path("stage/\(file)"))
                let wanted = file.hasSuffix("bin/fleetaudit") ? 0o755 : 0o644
                #expect(attributes[.posixPermissions] as? Int == wanted, "\(file)")
            }
            // Another program's files stay.
            try installed.folder.write("x", to: "stage/opt/audit/share/man/man1/other.1")
            try await installed.make("install")
            #expect(installed.files.count == files.count + 1, "an update neither adds nor leaves files")
            try await installed.make("uninstall")
            #expect(installed.files == ["opt/audit/share/man/man1/other.1"])
        }
    }
}
