import Formats
import Foundation
import TestSupport
import Testing

@testable import Lab

@Suite struct LabSecretsTests {
    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `secrets lie in a folder that only we can read, and go with the lab`() throws {
        let parent = try TemporaryFolder()
        var secrets: LabSecrets? = try LabSecrets(in: parent.path)
        let path = try #require(secrets?.path)
        #expect(try mode(path) == 0o700)
        let users = try #require(try secrets?.writeUserFile([LabAccount(user: "u")], host: "web01"))
        for file in [users, try #require(secrets?.certificateAuthorityFile)] { #expect(try mode(file) == 0o600) }
        secrets = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `what a killed lab left is removed, what lives stays`() throws {
        let parent = try TemporaryFolder()
        let alive = try LabSecrets(in: parent.path)
        let abandoned = parent.path("fleetaudit-lab-abandoned"), other = parent.path("fleetaudit-labour")
        for folder in [abandoned, other] { try parent.write("", to: (folder as NSString).lastPathComponent + "/lock") }
        let second = try LabSecrets(in: parent.path)
        #expect(!FileManager.default.fileExists(atPath: abandoned))
        for path in [alive.path, second.path, other] { #expect(FileManager.default.fileExists(atPath: path)) }
    }

    @Test func `passwords are new each time and do not print`() {
        let accounts = (0..<100).map { _ in LabAccount(user: "u") }
        let passwords = Set(accounts.map { $0.password.revealed() })
        #expect(passwords.count == 100 && passwords.allSatisfy { $0.utf8.count == 20 && !$0.contains(":") })
        #expect(!"\(accounts[0])".contains(accounts[0].password.revealed()))
    }

    @Test func `an account is known under each of its domains`() throws {
        let secrets = try LabSecrets()
        let local = LabAccount(user: "Administrator"),
            domain = LabAccount(user: "audit", domains: ["LAB", "lab.example"])
        let file = try secrets.writeUserFile([local, domain], host: "web01.lab.example")
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let password = domain.password.revealed()
        for name in ["", ".", "WEB01", "LAB", "lab.example"] { #expect(lines.contains("\(name):audit:\(password)")) }
        #expect(!lines.contains { $0.hasPrefix("LAB:Administrator") })
    }

    @Test(arguments: ["a:b", "a\nb", "#a", String(repeating: "x", count: 600)])
    func `a name that the file cannot hold is refused`(user: String) throws {
        let secrets = try LabSecrets()
        #expect(throws: LabError.self) { try secrets.writeUserFile([LabAccount(user: user)], host: "h") }
    }

    @Test(arguments: ["", "a b", "a,DNS:b", "a/b", String(repeating: "x", count: 65), "é"])
    func `a certificate is made for host names only`(name: String) throws {
        let authority = try CertificateAuthority()
        #expect(throws: LabError.self) { try authority.issue(name: name, address: "127.0.0.1") }
    }

    @Test func `a parent that is not there is an error with its name`() {
        #expect {
            try LabSecrets(in: "/nonexistent")
        } throws: {
            "\($0)" == "making the lab's folder: /nonexistent: No such file or directory"
        }
    }
}
