import FoundationEssentials
package import Formats
import HostFacts

/// Reads `fleet.yaml` of a lab folder, with the recordings and certificates beside it.
///
/// A host names a recording (or another host it is like) and what differs from it; templates are hosts that are not
/// served.
package struct LabFleetReader {
    private let folder: String
    private let file: String
    private var diagnostics = Diagnostics()
    private var recordings: [String: RecordedHost] = [:]

    private init(folder: String) {
        self.folder = folder
        file = folder + "/fleet.yaml"
    }

    package static func read(folder: String) throws(Diagnostics) -> LabFleetDefinition {
        var reader = LabFleetReader(folder: folder)
        let definition = reader.definition()
        guard let definition, !reader.diagnostics.hasErrors else { throw reader.diagnostics }
        return definition
    }

    private mutating func definition() -> LabFleetDefinition? {
        guard let root = yaml(file), let hosts = root["hosts"]?.mapping else {
            report(nil, "the fleet file has no 'hosts'")
            return nil
        }
        guard let moment = root["judged-at"]?.scalar, let judgedAt = ISO8601.date(moment) else {
            report(root["judged-at"] ?? root, "'judged-at' must be a moment such as 2026-11-20T02:00:00Z")
            return nil
        }
        let templates = Dictionary(
            (root["templates"]?.mapping ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var definitions: [LabHostDefinition] = []
        for entry in hosts {
            guard let host = compose(entry.name, entry.value, templates, depth: 0) else { continue }
            let transport: LabHostDefinition.Transport = choice(entry.value["transport"], default: .winrmHTTP)
            let behaviour: LabHostDefinition.Behaviour = choice(entry.value["behaviour"], default: .normal)
            definitions.append(
                LabHostDefinition(name: entry.name, transport: transport, behaviour: behaviour, host: host))
        }
        return LabFleetDefinition(judgedAt: judgedAt, hosts: definitions)
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode?, default: Choice
    ) -> Choice {
        guard let node, let text = node.string else { return `default` }
        if let choice = Choice(rawValue: text) { return choice }
        report(node, "'\(text)' is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return `default`
    }

    // MARK: Composing

    private mutating func compose(
        _ name: String, _ node: YAMLNode, _ templates: [String: YAMLNode], depth: Int
    ) -> RecordedHost? {
        guard depth < 8 else {
            report(node, "the templates of '\(name)' refer to each other")
            return nil
        }
        var host: RecordedHost
        if let like = node["like"]?.string {
            guard let template = templates[like] else {
                report(node["like"] ?? node, "there is no template '\(like)'")
                return nil
            }
            guard let base = compose(name, template, templates, depth: depth + 1) else { return nil }
            host = base
        } else if let recording = node["recording"]?.string {
            guard let base = self.recording(recording, at: node["recording"] ?? node) else { return nil }
            host = base
        } else {
            host = RecordedHost(registry: RegistryImage())
        }
        if depth == 0 { identify(&host, as: name, node) }
        for entry in node["registry"]?.mapping ?? [] { change(&host, entry) }
        for entry in node["firewall-rules"]?.mapping ?? [] { changeRule(&host, entry) }
        for entry in node["certificates"]?.sequence ?? [] { addCertificate(&host, entry, name) }
        if let items = node["services"]?.mapping { setServices(&host, items) }
        if let keys = node["machine-keys"] { setMachineKeys(&host, keys) }
        setSmallItems(&host, node)
        return host
    }

    /// Every host has a name and identifiers of its own, made from its name unless the file gives others.
    private func identify(_ host: inout RecordedHost, as name: String, _ node: YAMLNode) {
        let digest = Digest.sha256(Array(name.utf8)).bytes
        func number(_ index: Int) -> UInt32 {
            UInt32(digest[index]) << 24 | UInt32(digest[index + 1]) << 16 | UInt32(digest[index + 2]) << 8
                | UInt32(digest[index + 3])
        }
        let hex = Hex.encode(digest[16..<32])
        let guid = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(hex[hex.index(hex.startIndex, offsetBy: range.lowerBound)..<hex.index(hex.startIndex, offsetBy: range.upperBound)])
        }.joined(separator: "-")
        host.registry.set(
            RegistryLocation(Keys.computerName, "ComputerName"),
            .string(node["computer-name"]?.string ?? String(name.uppercased().prefix(15))))
        host.registry.set(
            RegistryLocation(Keys.cryptography, "MachineGuid"), .string(node["machine-guid"]?.string ?? guid))
        host.setItem(
            .identity, "machineSID",
            .string(node["machine-sid"]?.string ?? "S-1-5-21-\(number(0))-\(number(4))-\(number(8))"))
    }

    /// `key: { name: value, name: null }`; a null in place of the values deletes the key.
    private mutating func change(_ host: inout RecordedHost, _ entry: YAMLNode.Entry) {
        if entry.value.isNull {
            host.registry.delete(entry.name)
            return
        }
        guard let values = entry.value.mapping else {
            report(entry.value, "the values of a key are a mapping, or null to delete the key")
            return
        }
        host.registry.make(entry.name)
        for value in values {
            let location = RegistryLocation(entry.name, value.name)
            if value.value.isNull {
                host.registry.remove(location)
            } else if let read = registryValue(value.value) {
                host.registry.set(location, read)
            } else {
                report(value.value, "no registry value: use a number, a text, !expand, !multi or !binary")
            }
        }
    }

    private func registryValue(_ node: YAMLNode) -> RegistryValue? {
        switch node.tag {
        case "!expand": return node.scalar.map { .expandString($0) }
        case "!binary": return node.scalar.flatMap { Hex.decode($0) }.map { .binary($0) }
        case "!multi": return node.sequence.map { .multiString($0.compactMap(\.scalar)) }
        default:
            if let number = node.int { return UInt32(exactly: number).map { .dword($0) } }
            return node.string.map { .string($0) }
        }
    }

    /// `id: text`, `id: null` removes the rule, `id: active|inactive` flips the `Active` field of one that is there.
    private mutating func changeRule(_ host: inout RecordedHost, _ entry: YAMLNode.Entry) {
        let location = RegistryLocation(Keys.firewall + #"\FirewallRules"#, entry.name)
        if entry.value.isNull {
            host.registry.remove(location)
            return
        }
        guard let text = entry.value.string else { return report(entry.value, "a rule is a text") }
        guard text == "active" || text == "inactive" else { return host.registry.set(location, .string(text)) }
        guard let rule = host.registry.value(location)?.text else {
            return report(entry.key, "the recording has no rule '\(entry.name)'")
        }
        let (from, to) = text == "active" ? ("Active=FALSE", "Active=TRUE") : ("Active=TRUE", "Active=FALSE")
        host.registry.set(location, .string(rule.replacing(from, with: to)))
    }

    /// `{ file: x.der, store: Remote Desktop | My, container: TSSecKeySet1, serve: self-signed | bound }`
    private mutating func addCertificate(_ host: inout RecordedHost, _ node: YAMLNode, _ name: String) {
        guard let pattern = node["file"]?.string else { return report(node, "a certificate needs its 'file'") }
        let path = "\(folder)/certificates/\(pattern.replacing("{host}", with: name))"
        guard let data = FileManager.default.contents(atPath: path) else {
            return report(node["file"] ?? node, "\(path) cannot be read")
        }
        let der = Array(data)
        let thumbprint = Digest.sha1(der).hexadecimal
        let isPersonal = node["store"]?.string == "My"
        let blob = CertificateBlob.make(
            der: der, container: node["container"]?.string ?? "TSSecKeySet1",
            provider: node["provider"]?.string ?? "Microsoft Enhanced Cryptographic Provider v1.0",
            providerType: node["provider-type"]?.int.flatMap { UInt32(exactly: $0) } ?? 1,
            isMadeForRemoteDesktop: !isPersonal)
        let store = isPersonal ? Keys.personalStore : Keys.remoteDesktopStore
        host.registry.set(RegistryLocation(store + "\\" + thumbprint, "Blob"), .binary(blob))
        let bytes = Hex.decode(thumbprint.utf8) ?? []
        switch node["serve"]?.string {
        case "bound": host.registry.set(RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "SSLCertificateSHA1Hash"), .binary(bytes))
        case "self-signed": host.registry.set(RegistryLocation(Keys.winStations, "SelfSignedCertificate"), .binary(bytes))
        default: break
        }
    }

    // MARK: Beside the registry

    private mutating func setServices(_ host: inout RecordedHost, _ entries: [YAMLNode.Entry]) {
        var states = host.item(.services, "states")?.object ?? []
        for entry in entries {
            guard AuditedService(rawValue: entry.name) != nil, let word = entry.value.string,
                let state = Self.states[word]
            else {
                report(entry.key, "'\(entry.name)' must be a service that is audited, running or stopped")
                continue
            }
            states.removeAll { $0.key == entry.name }
            states.append(.init(entry.name, state))
        }
        host.setItem(.services, "states", .object(states))
    }

    private static let states: [String: JSON] = [
        "running": 4, "stopped": 1, "missing": "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand",
    ]

    /// `{ folder: SDDL, rdp-key: SDDL | missing | denied, others: 4, siblings: […], cng: 3 }`
    private mutating func setMachineKeys(_ host: inout RecordedHost, _ node: YAMLNode) {
        let guid = host.registry.value(RegistryLocation(Keys.cryptography, "MachineGuid"))?.text ?? ""
        var files: [JSON] = []
        let keyName = KeyFileName.remoteDesktopHash + "_" + guid
        switch node["rdp-key"]?.string {
        case nil, "missing": break
        case "denied": files.append([.string(keyName), ["error": "80070005 System.UnauthorizedAccessException"]])
        case let sddl?: files.append([.string(keyName), .string(sddl)])
        }
        for extra in node["extra-files"]?.sequence ?? [] {
            if let name = extra.string { files.append([.string(name), "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;BA)"]) }
        }
        let others = node["others"]?.int ?? 0
        let listed = (0..<min(others, 200)).map { index -> JSON in
            let name = Hex.encode(Digest.md5(Array("\(guid)\(index)".utf8)).bytes) + "_" + guid
            return [.string(name), others <= 64 ? "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;BA)" : .null]
        }
        let root = #"C:\ProgramData\Microsoft\Crypto"#
        host.setItem(
            .machineKeys, "rsa",
            [
                "path": .string(root + #"\RSA\MachineKeys"#), "sddl": .string(node["folder"]?.string ?? Self.stockFolder),
                "count": JSON(files.count + others), "files": .array(files + listed),
            ])
        let siblings = node["siblings"]?.sequence?.compactMap(\.string) ?? ["MachineKeys", "S-1-5-18"]
        host.setItem(.machineKeys, "siblings", .array(siblings.map { .string($0) }))
        host.setItem(
            .machineKeys, "cng",
            ["path": .string(root + #"\Keys"#), "count": JSON(node["cng"]?.int ?? 2), "sddl": .string(Self.stockFolder)])
    }

    private static let stockFolder = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"

    private func setSmallItems(_ host: inout RecordedHost, _ node: YAMLNode) {
        if let version = node["tspkg"]?.scalar.flatMap({ BuildVersion($0) }) {
            host.setItem(
                .credssp, "tspkg",
                [JSON(version.major), JSON(version.minor), JSON(version.build), JSON(version.revision ?? 0)])
        }
        if let ports = node["listeners"]?.sequence {
            host.setItem(.network, "listeners", .array(ports.compactMap { $0.int.map { JSON($0) } }))
        }
        if let names = node["active-profiles"]?.sequence {
            let bits = names.compactMap { $0.string.flatMap(FirewallProfile.init(rawValue:))?.bit }.reduce(0, |)
            host.setItem(.activeProfiles, "activeProfiles", .int(bits))
        }
        if let engine = node["engine"] {
            host.setItem(
                .os, "engine",
                [
                    "version": .string(engine["version"]?.string ?? "5.1.17763.1"),
                    "bits": JSON(engine["bits"]?.int ?? 64), "elevated": .bool(engine["elevated"]?.bool ?? true),
                    "clock": .string(engine["clock"]?.scalar ?? "2026-11-20T02:00:00Z"),
                ])
        }
    }

    // MARK: Files

    private mutating func recording(_ name: String, at node: YAMLNode) -> RecordedHost? {
        if let host = recordings[name] { return host }
        let path = "\(folder)/recordings/\(name).json"
        guard let data = FileManager.default.contents(atPath: path) else {
            report(node, "there is no recording '\(name)' (\(path))")
            return nil
        }
        do throws(RecordingError) {
            let host = try HostRecording(Array(data)).host
            recordings[name] = host
            return host
        } catch {
            report(node, "\(path): \(error)")
            return nil
        }
    }

    private mutating func yaml(_ path: String) -> YAMLNode? {
        guard let data = FileManager.default.contents(atPath: path) else {
            report(nil, "the fleet file cannot be read")
            return nil
        }
        do throws(YAMLError) { return try YAML.parse(Array(data)).root } catch {
            diagnostics.add(error.diagnostic(file: path))
            return nil
        }
    }

    private mutating func report(_ node: YAMLNode?, _ message: String) {
        diagnostics.add(node?.diagnostic(file: file, message) ?? Diagnostic(file: file, message: message))
    }
}
