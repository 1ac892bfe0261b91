import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import TestSupport
import Testing

/// A recorded host on which the commands that we propose are carried out, each by what it is known to do. A command that
/// is not known here is an error: a new form needs its meaning written down.
struct SimulatedHost {
    private(set) var host: RecordedHost

    init(_ host: RecordedHost) { self.host = host }

    mutating func run(_ commands: [String]) throws { for command in commands { try run(command) } }

    private mutating func run(_ command: String) throws {
        let values = PowerShellValue.all(in: command)
        if command.hasPrefix("[Microsoft.Win32.Registry]::SetValue(") {
            try setValue(command, values)
        } else if command.contains(".DeleteValue(") {
            host.registry.remove(RegistryLocation(values[0], values[1]))
        } else if command.contains(".DeleteSubKey(") {
            if host.registry.values(values[0]).isEmpty, (host.registry.children(values[0]) ?? []).isEmpty {
                host.registry.delete(values[0])
            }
        } else if command.hasPrefix("sc.exe config ") {
            let words = command.split(separator: " ")
            let start: [Substring: UInt32] = ["auto": 2, "demand": 3, "disabled": 4]
            host.registry.set(
                RegistryLocation(Keys.services + "\\" + words[2], "Start"), .dword(try #require(start[words[4]])))
        } else if let service = command.wholeMatch(of: /(Start|Stop)-Service -Name (\w+)( -Force)?/)?.output {
            setState(String(service.2), service.1 == "Start" ? 4 : 1)
        } else if command == "Restart-Service -Name TermService -Force" {
            try makeCertificate()
        } else if command == "Restart-Service -Name SessionEnv -Force" || command.hasPrefix("takeown.exe /f ") {
            // Changes nothing that the probe sees in the end.
        } else if command.hasPrefix("Enable-NetFirewallRule -Name ")
            || command.hasPrefix("Disable-NetFirewallRule -Name ")
        {
            for id in values { try switchRule(id, on: command.hasPrefix("Enable")) }
        } else if let state = command.wholeMatch(
            of: /netsh.exe advfirewall firewall set rule 'group=([^']+)' new enable=(yes|no)/)?.output
        {
            let key = Keys.firewall + #"\FirewallRules"#
            for rule in host.registry.values(key) where rule.value.text?.contains("EmbedCtxt=\(state.1)|") == true {
                try switchRule(rule.name, on: state.2 == "yes")
            }
        } else if command.hasPrefix("icacls.exe ") {
            try icacls(command, values)
        } else if command.hasPrefix("$file="), command.contains("SetSecurityDescriptorSddlForm(") {
            // The owner is not among the sections that are set.
            let owner = try keyFile(values[0]).prefix { $0 != "G" }
            try setKeyFile(values[0], String(owner) + values[1].drop { $0 != "G" })
        } else if command.hasPrefix("$owner="), command.contains("/setowner") {
            try setKeyFile(values[1], values[0].prefix { $0 != "G" } + keyFile(values[1]).drop { $0 != "G" })
        } else if command.hasPrefix("$made=") {
            let made = host.registry.value(RegistryLocation(Keys.winStations, "SelfSignedCertificate"))?.bytes ?? []
            let thumbprint = Hex.encode(made).uppercased()
            if thumbprint != values[4] { host.registry.delete(Keys.remoteDesktopStore + "\\" + thumbprint) }
        } else if command.hasPrefix("$store=") {
            host.registry.delete(Keys.remoteDesktopStore + "\\" + values[3])
        } else {
            Issue.record("what this command does is not written down: \(command)")
        }
    }

    private mutating func setValue(_ command: String, _ values: [String]) throws {
        let kind = try #require(command.firstMatch(of: /RegistryValueKind\]::(\w+)\)$/)?.output.1)
        let root = "HKEY_LOCAL_MACHINE\\"
        try #require(values[0].hasPrefix(root))
        let value: RegistryValue
        switch kind {
        case "DWord":
            let number = try #require(command.firstMatch(of: /,\(?(-?\d+)\)?,\[Microsoft/)?.output.1)
            value = .dword(UInt32(bitPattern: try #require(Int32(number))))
        case "String": value = .string(values[2])
        case "ExpandString": value = .expandString(values[2])
        case "Binary" where command.contains("([byte[]]@("):
            value = .binary(command.matches(of: /0x([0-9a-f]+)[,)]/).compactMap { UInt8($0.output.1, radix: 16) })
        case "Binary": value = .binary(try #require(Base64.decode(values[2].utf8)))
        case "MultiString": value = .multiString(Array(values[2...]))
        default: throw UnknownKind(kind: String(kind))
        }
        host.registry.set(RegistryLocation(String(values[0].dropFirst(root.count)), values[1]), value)
    }

    private mutating func setState(_ service: String, _ state: Int64) {
        var states = host.item(.services, "states")?.object ?? []
        if let index = states.firstIndex(where: { $0.key == service }) { states[index].value = .int(state) }
        host.setItem(.services, "states", .object(states))
    }

    private mutating func switchRule(_ id: String, on: Bool) throws {
        let location = RegistryLocation(Keys.firewall + #"\FirewallRules"#, id)
        let text = try #require(host.registry.value(location)?.text, "no rule \(id)")
        let (from, to) = on ? ("Active=FALSE", "Active=TRUE") : ("Active=TRUE", "Active=FALSE")
        host.registry.set(location, .string(text.replacing(from, with: to)))
    }

    /// TermService makes a certificate when it starts and has none.
    private mutating func makeCertificate() throws {
        let location = RegistryLocation(Keys.winStations, "SelfSignedCertificate")
        let current = Hex.encode(host.registry.value(location)?.bytes ?? []).uppercased()
        guard !(host.registry.children(Keys.remoteDesktopStore) ?? []).contains(current) else { return }
        let made = try ControlFixtures.template("renewed")
        for thumbprint in made.registry.children(Keys.remoteDesktopStore) ?? [] {
            let blob = RegistryLocation(Keys.remoteDesktopStore + "\\" + thumbprint, "Blob")
            host.registry.set(blob, try #require(made.registry.value(blob)))
            host.registry.set(location, .binary(try #require(Hex.decode(thumbprint.utf8))))
        }
        host.setItem(.machineKeys, "rsa", try #require(made.item(.machineKeys, "rsa")))
    }

    // MARK: The key file

    private mutating func icacls(_ command: String, _ values: [String]) throws {
        let path = values[0]
        let sids = values.dropFirst().map { $0.drop { $0 == "*" } }
        var sddl = try keyFile(path)
        if command.contains(" /grant ") {
            for grant in sids {
                let parts = grant.split(separator: ":")
                sddl += "(A;;\(parts[1] == "F" ? "FA" : "FR");;;\(parts[0]))"
            }
        } else if command.contains(" /remove:d ") {
            let gone = try #require(SID(String(sids[0])))
            let entries = sddl.matches(of: /\(([A-Z]+);([^)]*);([^;)]+)\)/)
            for entry in entries where entry.output.1 == "D" && SID(String(entry.output.3)) == gone {
                sddl = sddl.replacing(entry.output.0, with: "")
            }
        } else if command.contains(" /setowner ") {
            sddl = "O:\(sids[0])" + sddl.drop { $0 != "G" }
        } else {
            Issue.record("what this command does is not written down: \(command)")
        }
        try setKeyFile(path, sddl)
    }

    private func keyFile(_ path: String) throws -> String {
        let name = path.split(separator: "\\").last.map(String.init)
        let files = host.item(.machineKeys, "rsa")?["files"]?.array ?? []
        return try #require(files.first { $0[0]?.string == name }?[1]?.string, "no key file \(path)")
    }

    private mutating func setKeyFile(_ path: String, _ sddl: some StringProtocol) throws {
        let name = path.split(separator: "\\").last.map(String.init)
        let folder = try #require(host.item(.machineKeys, "rsa")?.object)
        host.setItem(
            .machineKeys, "rsa",
            .object(
                folder.map { member in
                    guard member.key == "files", let files = member.value.array else { return member }
                    return .init(
                        "files",
                        .array(
                            files.map { $0[0]?.string == name ? .array([$0[0] ?? .null, .string(String(sddl))]) : $0 }))
                }))
    }

    // MARK: Comparing

    /// Everything that the probe would say, members in one order and aliases of SIDs written out.
    func state(without sections: Set<SectionName> = []) -> [String: String] {
        var state: [String: String] = [:]
        for section in SectionName.allCases where !sections.contains(section) {
            state[section.rawValue] = Self.sorted(host.data(section)).text().replacing("O:SY", with: "O:S-1-5-18")
        }
        return state
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .object(let members): .object(members.map { .init($0.key, sorted($0.value)) }.sorted { $0.key < $1.key })
        case .array(let items): .array(items.map(sorted))
        default: json
        }
    }

    private struct UnknownKind: Error { let kind: String }
}

/// What the single-quoted strings and their concatenations in a command mean, read without the code that wrote them.
enum PowerShellValue {
    static func all(in command: String) -> [String] {
        let scalars = Array(command.unicodeScalars)
        var values: [String] = []
        var at = 0
        while at < scalars.count {
            guard scalars[at] == "'" else {
                at += 1
                continue
            }
            var units: [UInt16] = []
            repeat {
                if scalars[at] == "+" { at += 1 }
                if scalars[at] == "'" {
                    at += 1
                    while at < scalars.count {
                        if scalars[at] == "'" {
                            guard at + 1 < scalars.count, scalars[at + 1] == "'" else { break }
                            at += 1
                        }
                        units += Array(String(scalars[at]).utf16)
                        at += 1
                    }
                    at += 1
                } else {
                    let digits = String(String.UnicodeScalarView(scalars[at + 8..<at + 12]))
                    units.append(UInt16(digits, radix: 16) ?? 0xfffd)
                    at += 12
                }
            } while at + 1 < scalars.count && scalars[at] == "+" && (scalars[at + 1] == "'" || scalars[at + 1] == "[")
            values.append(String(decoding: units, as: UTF16.self))
        }
        return values
    }
}
