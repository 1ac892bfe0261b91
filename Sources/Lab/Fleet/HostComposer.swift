package import Formats
import FoundationEssentials
import HostFacts

/// Makes hosts out of recordings and of what differs from them, as files describe it.
///
/// A host names a recording (`recording:`), or a template (`like:`) that does, and what differs: `registry`,
/// `firewall-rules`, `certificates`, `services`, `machine-keys`, `tspkg`, `listeners`, `active-profiles`, `engine`,
/// `term-service`, `port-owners`, `events`, `groups`, `rights`, `licensing`, `domain`, `firewall-products`.
/// Templates come first, from the farthest to the nearest, then the host's own changes.
package struct HostComposer {
    private let recordings: [String]
    private let certificates: String
    /// The file that is read, for messages.
    package var file: String
    private let templates: [String: YAMLNode]
    private let templateFile: String?
    /// What is looked at now is a template.
    private var isTemplate = false
    private var known: [String: RecordedHost] = [:]
    /// What was wrong in the descriptions so far.
    package private(set) var diagnostics = Diagnostics()

    /// - Parameters:
    ///   - recordings: folders of `<name>.json`, as `fleetaudit lab import` writes them; the first that has one counts.
    ///   - certificates: the folder of the DER files that `certificates:` names.
    ///   - templates: hosts that others are like, by name.
    ///   - templateFile: the file of the templates, for messages; `nil`: the same file.
    ///   - file: the file that is read, for messages.
    package init(
        recordings: [String], certificates: String, templates: [String: YAMLNode], templateFile: String? = nil,
        file: String
    ) {
        self.recordings = recordings
        self.certificates = certificates
        self.templates = templates
        self.templateFile = templateFile
        self.file = file
    }

    /// What a description of a host may say.
    package static let keys = [
        "like", "recording", "computer-name", "machine-guid", "machine-sid", "registry", "firewall-rules",
        "certificates", "services", "machine-keys", "tspkg", "listeners", "active-profiles", "engine", "term-service",
        "events", "groups", "firewall-products", "port-owners", "rights", "licensing", "domain",
    ]

    /// The host of a description; `nil` when its base cannot be had.
    /// - Parameter usual: the template of a description that names neither template nor recording.
    package mutating func compose(_ name: String, _ node: YAMLNode, like usual: String? = nil) -> RecordedHost? {
        guard let chain = chain(node, like: usual), let base = chain.first else { return nil }
        isTemplate = chain.count > 1
        defer { isTemplate = false }
        var host: RecordedHost
        if let recording = base["recording"]?.string {
            guard let recorded = self.recording(recording, at: base) else { return nil }
            host = recorded
        } else {
            host = RecordedHost(registry: RegistryImage())
        }
        // Before everything else: key files are named after the identifier.
        identify(&host, as: name, node)
        for (index, description) in chain.enumerated() {
            isTemplate = index < chain.count - 1
            apply(description, to: &host, name)
        }
        return host
    }

    /// A template as it is.
    package mutating func template(_ template: String, as name: String) -> RecordedHost? {
        guard let node = templates[template] else { return nil }
        return compose(name, node)
    }

    /// The description with all that it is like, the farthest first.
    private mutating func chain(_ node: YAMLNode, like usual: String?) -> [YAMLNode]? {
        var chain = [node]
        if let usual, node["like"] == nil, node["recording"] == nil {
            guard let template = templates[usual] else {
                report(node, "there is no template '\(usual)', which a host without 'like' and 'recording' is like")
                return nil
            }
            chain.insert(template, at: 0)
        }
        while let like = chain[0]["like"]?.string {
            isTemplate = chain.count > 1
            defer { isTemplate = false }
            guard let template = templates[like] else {
                report(chain[0]["like"] ?? node, "there is no template '\(like)'")
                return nil
            }
            guard chain.count < 8 else {
                report(chain[0]["like"] ?? node, "the templates refer to each other")
                return nil
            }
            chain.insert(template, at: 0)
        }
        return chain
    }

    private mutating func apply(_ node: YAMLNode, to host: inout RecordedHost, _ name: String) {
        checkShapes(node)
        for entry in node["registry"]?.mapping ?? [] { change(&host, entry) }
        for entry in node["firewall-rules"]?.mapping ?? [] { changeRule(&host, entry) }
        for entry in node["certificates"]?.sequence ?? [] { addCertificate(&host, entry, name) }
        if let items = node["services"]?.mapping { setServices(&host, items) }
        if let keys = node["machine-keys"] { setMachineKeys(&host, keys) }
        setSmallItems(&host, node)
        setLive(&host, node)
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
            String(
                hex[
                    hex.index(
                        hex.startIndex, offsetBy: range.lowerBound)..<hex.index(
                            hex.startIndex, offsetBy: range.upperBound)])
        }.joined(separator: "-")
        host.registry.set(
            RegistryLocation(Keys.computerName, "ComputerName"),
            .string(node["computer-name"]?.string ?? String(name.uppercased().prefix(15))))
        host.registry.set(RegistryLocation(Keys.tcpip, "Hostname"), .string(node["computer-name"]?.string ?? name))
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
        let path = "\(certificates)/\(pattern.replacing("{host}", with: name))"
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
        case "bound":
            host.registry.set(
                RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "SSLCertificateSHA1Hash"), .binary(bytes))
        case "self-signed":
            host.registry.set(RegistryLocation(Keys.winStations, "SelfSignedCertificate"), .binary(bytes))
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
        "running": 4, "stopped": 1, "missing": "80070424 System.ComponentModel.Win32Exception",
    ]

    /// `{ folder: SDDL, rdp-key: SDDL | missing | denied, others: 4, siblings: […], cng: 3 | missing }`
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
                "path": .string(root + #"\RSA\MachineKeys"#),
                "sddl": .string(node["folder"]?.string ?? Self.stockFolder),
                "count": JSON(files.count + others), "files": .array(files + listed),
            ])
        let siblings = node["siblings"]?.sequence?.compactMap(\.string) ?? ["MachineKeys", "S-1-5-18"]
        host.setItem(.machineKeys, "siblings", .array(siblings.map { .string($0) }))
        let cng: JSON = [
            "path": .string(root + #"\Keys"#), "count": JSON(node["cng"]?.int ?? 2), "sddl": .string(Self.stockFolder),
        ]
        host.setItem(.machineKeys, "cng", node["cng"]?.string == "missing" ? .null : cng)
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

    /// Recordings that a host was made from so far.
    var usedRecordings: Set<String> { Set(known.keys) }

    mutating func recording(_ name: String, at node: YAMLNode) -> RecordedHost? {
        if let host = known[name] { return host }
        let paths = recordings.map { "\($0)/\(name).json" }
        let path = paths.first { FileManager.default.fileExists(atPath: $0) } ?? paths.last ?? name
        guard let data = FileManager.default.contents(atPath: path) else {
            report(node["recording"] ?? node, "there is no recording '\(name)' (\(path))")
            return nil
        }
        do throws(RecordingError) {
            let host = try HostRecording(Array(data)).host
            known[name] = host
            return host
        } catch {
            report(node, "\(path): \(error)")
            return nil
        }
    }

    mutating func report(_ node: YAMLNode, _ message: String) {
        diagnostics.add(node.diagnostic(file: isTemplate ? templateFile ?? file : file, message))
    }
}
