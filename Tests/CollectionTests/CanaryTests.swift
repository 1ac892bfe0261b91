import Formats
import Foundation
import HostFacts
import Inventory
import Lab
import TestSupport
import Testing
import Transport

@testable import Collection

/// A secret in every place where one can be, looked for in everything that comes out.
@Suite struct CanaryTests {
    private static let canary = "CaNaRy-9f3b1c"

    /// A canary as outputs could hold it.
    private static let forms: [[UInt8]] = {
        let plain = Array(canary.utf8)
        let wide: [UInt8] = plain.flatMap { [$0, 0] }
        var forms: [[UInt8]] = [plain, Array(canary.lowercased().utf8), wide]
        for bytes in [plain, wide] {
            forms.append(Array(Hex.encode(bytes).utf8))
            forms.append(Array(Hex.encode(bytes, uppercase: true).utf8))
            // Base64 at each of the three places that it can start at, without the ends that its neighbours shape.
            for offset in 0..<3 {
                let text = Base64.encode([UInt8](repeating: 0, count: offset) + bytes)
                forms.append(Array(text.dropFirst(offset == 0 ? 0 : 4).dropLast(4).utf8))
            }
        }
        return forms
    }()

    private func isHeld(in bytes: [UInt8]) -> Bool {
        let data = Data(bytes)
        return Self.forms.contains { data.range(of: Data($0)) != nil }
    }

    @Test func `the search finds what it looks for`() {
        let plain = Array(Self.canary.utf8)
        let wide: [UInt8] = plain.flatMap { [$0, 0] }
        for bytes in [plain, wide, [0x78] + plain] {
            let quoted: [UInt8] = [0x22] + bytes + [0x22]
            #expect(isHeld(in: quoted))
            for offset in 0..<3 {
                let padded: [UInt8] = [UInt8](repeating: 7, count: offset) + bytes + [1, 2]
                #expect(isHeld(in: Array(Base64.encode(padded).utf8)))
                #expect(isHeld(in: Array(Hex.encode(padded).utf8)))
            }
        }
        #expect(!isHeld(in: Array("CaNaRy-9f3b1d".utf8)))
    }

    // MARK: The registry

    /// A real machine with a canary in every value that must never be asked, and in many more beside the asked ones.
    private func image(_ machine: Fixture) throws -> RegistryImage {
        var image = try RegistryImage(extract: try JSON.parse(machine.bytes))
        let bytes = Array(Self.canary.utf8)
        for path in RegistryQuestion.secretValues {
            let slash = try #require(path.lastIndex(of: "\\"))
            let location = RegistryLocation(String(path[..<slash]), String(path[path.index(after: slash)...]))
            image.set(location, .string(Self.canary))
            // Where the path is a key: its values, and those of keys below it.
            for name in ["", "Value"] {
                image.set(RegistryLocation(path, name), .binary(bytes))
                image.set(RegistryLocation(path + "\\Below", name), .multiString([Self.canary]))
            }
        }
        let asked = Set(
            SectionName.allCases.flatMap(\.registryQuestions).compactMap { question in
                if case .values = question.scope { question.key } else { nil }
            })
        for key in asked { image.set(RegistryLocation(key, "NotAskedFor"), .string(Self.canary)) }
        image.set(RegistryLocation(Keys.winStations + "\\RDP-Tcp", "Password"), .binary(bytes))
        image.set(RegistryLocation(Keys.winStations + "\\RDP-Tcp", "UserName"), .string(Self.canary))
        return image
    }

    @Test(arguments: try Fixture.all("windows-hosts", suffix: ".json"))
    func `a registry secret is in no answer, record, snapshot or fact`(_ machine: Fixture) async throws {
        let host = RecordedHost(registry: try image(machine))
        var data: [SectionName: JSON] = [:]
        for section in SectionName.allCases { data[section] = host.data(section) }
        let answer = HostAnswer(RemoteOutput(ProbeLines.whole(data)))
        #expect(answer.state == .audited)
        var record = HostRecord(
            name: "h", address: "h", groups: [], role: nil, site: nil, state: answer.state, started: Date())
        record.sections = answer.sections
        let json = JSON.write(record.json)
        #expect(json.count > 2_000)
        #expect(!isHeld(in: json))
        let folder = try TemporaryFolder()
        let header = SnapshotHeader(run: "r", started: Date(), writer: "", probe: "", plannedHosts: ["h"])
        try await SnapshotWriter(path: folder.path("s"), header: header).append(record)
        var reader = try SnapshotReader(path: folder.path("s"))
        let read = try #require(try reader.next())
        #expect(!isHeld(in: JSON.write(read.json)))
        let facts = HostFacts(read.reading)
        for fact in FactDictionary.all { #expect(!isHeld(in: Array("\(fact.read(facts))".utf8)), "\(fact.path)") }
        // The extract does hold it: nothing is proven by a search in nothing.
        #expect(host.registry.value(RegistryLocation(Keys.winStations + "\\RDP-Tcp", "Password")) != nil)
    }

    @Test func `no question reaches a value that may hold a secret`() {
        for path in RegistryQuestion.secretValues.map({ $0.lowercased() }) {
            for question in SectionName.allCases.flatMap(\.registryQuestions) {
                let key = question.key.lowercased()
                // That a key is there is no secret.
                if case .presence = question.scope, key == path { continue }
                #expect(key != path && !key.hasPrefix(path + "\\"), "\(question.key)")
                switch question.scope {
                case .values(let names), .children(let names), .childrenLike(_, let names), .tree(let names):
                    for name in names {
                        #expect(
                            !path.hasSuffix("\\" + name.lowercased()) || !path.hasPrefix(key), "\(question.key) \(name)"
                        )
                    }
                case .everyValue: #expect(!path.hasPrefix(key + "\\"), "\(question.key)")
                case .presence, .count: break
                }
            }
        }
        for location in [
            RegistryLocation(Keys.winStations + "\\RDP-Tcp", "Password"),
            RegistryLocation(Keys.currentVersion, "DigitalProductId"),
            RegistryLocation(Keys.currentVersion, "ProductId"),
            RegistryLocation(Keys.currentVersion + "\\Winlogon", "DefaultPassword"),
        ] {
            #expect(!RegistryQuestion.isAsked(location))
        }
        #expect(RegistryQuestion.isAsked(RegistryLocation(Keys.winStations + "\\RDP-Tcp", "PortNumber")))
    }

    @Test(arguments: [
        "DigitalProductId", "'ProductId'", "DefaultPassword", "'Password'", "RCM\\Secrets", "MSLicensing",
    ])
    func `the program that is sent names no secret`(_ word: String) {
        #expect(ProbeProgram.text.contains("PortNumber"))
        let program = ProbeProgram.text.replacing(#"Presence 'SOFTWARE\Microsoft\MSLicensing'"#, with: "")
        #expect(!program.lowercased().contains(word.lowercased()))
        #expect(!ProbeProgram.bootstrap.lowercased().contains(word.lowercased()))
    }

    // MARK: Passwords and passphrases

    /// Asks the hosts of an inventory, all of which are dead, and gives everything that was said about them.
    private func everythingSaid(_ yaml: String) async throws -> (text: String, records: [HostRecord]) {
        let hosts = try hosts(yaml)
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        let said = try await onLoop { () async throws -> String in
            let plan: FleetPlan
            do throws(Diagnostics) { plan = try await FleetPlan.make(hosts, options: .init()) } catch {
                return "\(error)"
            }
            var text = ""
            dump(plan, to: &text)
            text += "\(plan) \(String(reflecting: plan.hosts))"
            var options = FleetSchedule.Options()
            options.retries = 0
            options.deadlines.connect = .seconds(2)
            let header = SnapshotHeader(run: "r", started: Date(), writer: "", probe: "", plannedHosts: [])
            let writer = try SnapshotWriter(path: path, header: header)
            try await FleetSchedule(options: options, gatekeeper: SignInGatekeeper(LockoutBreaker())).run(plan.hosts) {
                _ in
            } finished: { record throws(SnapshotError) in
                try await writer.append(record)
            }
            return text
        }
        var records: [HostRecord] = []
        guard FileManager.default.fileExists(atPath: path) else { return (said, []) }
        var reader = try SnapshotReader(path: path)
        while let record = try reader.next() { records.append(record) }
        let json = records.map { String(decoding: JSON.write($0.json), as: UTF8.self) }.joined()
        return (said + json + "\(records)", records)
    }

    @Test func `a password is in no plan, record or snapshot`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.canary + "\n", to: "password")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let (text, records) = try await everythingSaid(
            """
            all:
              vars: { ansible_host: 127.0.0.1, ansible_port: 9, ansible_user: u, ansible_winrm_transport: ntlm }
              hosts:
                a: { ansible_connection: winrm, ansible_winrm_scheme: http, ansible_password: \(Self.canary) }
                b: { ansible_connection: winrm, ansible_winrm_scheme: https, ansible_winrm_transport: basic, ansible_password: \(Self.canary) }
                c: { ansible_connection: ssh, ansible_password: \(Self.canary), ansible_host_key_checking: false }
                d: { ansible_connection: psrp, ansible_psrp_protocol: http, fleetaudit_password_file: \(file) }
                e: { ansible_connection: winrm, ansible_password: "\(Self.canary){{ missing }}" }
            """)
        #expect(records.count == 5)
        #expect(records.count { $0.state == .unreachable } == 4)
        #expect(!isHeld(in: Array(text.utf8)))
    }

    @Test(.enabled(if: Peers.has("/usr/bin/ssh-keygen")), arguments: [true, false])
    func `a passphrase is in no plan, record, snapshot or error`(_ isRight: Bool) async throws {
        let folder = try TemporaryFolder()
        let key = folder.path("id")
        let made = try await run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", isRight ? Self.canary : "another", "-f", key])
        try #require(made.exitCode == 0)
        let (text, records) = try await everythingSaid(
            """
            all:
              vars: { ansible_host: 127.0.0.1, ansible_port: 9, ansible_user: u, ansible_host_key_checking: false }
              hosts:
                a: { ansible_ssh_private_key_file: \(key), ansible_ssh_private_key_passphrase: \(Self.canary) }
            """)
        #expect(records.map(\.state) == (isRight ? [.unreachable] : []))
        #expect(isRight || text.contains("wrong passphrase"))
        #expect(!isHeld(in: Array(text.utf8)))
    }
}
