import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// Runs of scripts on simulated machines by `Tests/Peers/powershell_peer.py`, many in one process.
struct PowerShellRuns {
    /// One run of a script, and what happens to the machine before it.
    struct Run {
        var script: String
        var phase: String
        var whatIf = false
        var version = "5.1"
        var set: [(RegistryLocation, RegistryValue)] = []
        var remove: [RegistryLocation] = []
        var deny: [String] = []
        var allow: [String] = []
        var environment: [String: String] = [:]
        /// Whether the machine as it is afterwards is wanted.
        var shows = false

        init(_ script: String, _ phase: String, whatIf: Bool = false, version: String = "5.1") {
            self.script = script
            self.phase = phase
            self.whatIf = whatIf
            self.version = version
        }
    }

    struct Outcome {
        let exitCode: Int64
        let said: [String]
        let errors: [String]
        /// Services started and stopped, rules switched.
        let events: [String]
        let isChanged: Bool
        let isAsAtFirst: Bool
        let machine: JSON?

        var text: String { said.joined(separator: "\n") }
    }

    private var scripts: [JSON.Member] = []
    private var keys: [JSON] = []
    private var places: [JSON: Int64] = [:]
    private var cases: [JSON] = []

    /// - Returns: the name under which runs ask for it.
    mutating func add(script text: String) -> String {
        let name = "script-\(scripts.count)"
        scripts.append(.init(name, .string(text)))
        return name
    }

    mutating func add(_ host: RecordedHost, _ more: [JSON.Member] = [], runs: [Run]) {
        let registry = host.registry.presentKeys.map { path in
            JSON.Member(path, .int(place(Self.values(host.registry.values(path)))))
        }
        let services = (host.item(.services, "states")?.object ?? []).compactMap { member in
            Self.states[member.value.int ?? 0].map { JSON.Member(member.key, .string($0)) }
        }
        let rsa = host.item(.machineKeys, "rsa")
        let files = (rsa?["files"]?.array ?? []).compactMap { file -> JSON.Member? in
            guard let folder = rsa?["path"]?.string, let name = file[0]?.string, let sddl = file[1]?.string else {
                return nil
            }
            return .init(folder + "\\" + name, .string(sddl))
        }
        let machine: [JSON.Member] =
            [
                .init("registry", .object(registry)), .init("services", .object(services)),
                .init("files", .object(files)),
            ] + more
        cases.append(["machine": .object(machine), "runs": .array(runs.map(Self.json))])
    }

    private mutating func place(_ values: JSON) -> Int64 {
        if let place = places[values] { return place }
        keys.append(values)
        places[values] = Int64(keys.count - 1)
        return Int64(keys.count - 1)
    }

    /// All outcomes, a list for every case. What the engine does not know is a failure.
    func outcomes() async throws -> [[Outcome]] {
        let python = try #require(Peers.python)
        let asked: JSON = ["scripts": .object(scripts), "keys": .array(keys), "cases": .array(cases)]
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/powershell_peer.py"], input: Data(JSON.write(asked)),
            timeLimit: 240)
        try #require(outcome.exitCode == 0, "\(outcome.errorText)")
        let told = try JSON.parse(Array(outcome.standardOutput), limits: .init(bytes: 1 << 30, depth: 32))
        return try (told.array ?? []).map { try ($0.array ?? []).map(Self.outcome) }
    }

    private static func outcome(_ json: JSON) throws -> Outcome {
        #expect(json["unknown"]?.isNull == true, "\(json["unknown"]?.string ?? "no answer")")
        func lines(_ name: String) -> [String] { json[name]?.array?.compactMap(\.string) ?? [] }
        return Outcome(
            exitCode: try #require(json["exit"]?.int), said: lines("said"), errors: lines("errors"),
            events: lines("events"), isChanged: json["changed"]?.bool ?? true,
            isAsAtFirst: json["asAtFirst"]?.bool ?? false, machine: json["machine"])
    }

    private static let states: [Int64: String] = [
        1: "Stopped", 2: "StartPending", 3: "StopPending", 4: "Running", 7: "Paused",
    ]

    private static func json(_ run: Run) -> JSON {
        var arguments: [JSON.Member] = [.init("Phase", .string(run.phase))]
        if run.whatIf { arguments.append(.init("WhatIf", true)) }
        return [
            "script": .string(run.script), "arguments": .object(arguments), "version": .string(run.version),
            "strict": true, "show": .bool(run.shows),
            "set": .object(
                run.set.map { .init($0.key, values([($0.name, $1)])) }),
            "remove": .array(run.remove.map { [.string($0.key), .string($0.name)] }),
            "deny": .array(run.deny.map { .string($0) }), "allow": .array(run.allow.map { .string($0) }),
            "environment": .object(run.environment.map { .init($0.key, .string($0.value)) }),
        ]
    }

    // MARK: Registries

    private static func values(_ values: [(name: String, value: RegistryValue)]) -> JSON {
        .object(values.map { .init($0.name, pair($0.value)) })
    }

    private static func pair(_ value: RegistryValue) -> JSON {
        switch value {
        case .string(let text): ["string", .string(text)]
        case .expandString(let text): ["expandString", .string(text)]
        case .multiString(let texts): ["multiString", .array(texts.map { .string($0) })]
        case .dword(let number): ["dword", .int(Int64(number))]
        case .qword(let number): ["qword", JSON(number)]
        case .binary(let bytes): ["binary", .string(Base64.encode(bytes))]
        case .none(let bytes): ["none", .string(Base64.encode(bytes))]
        case .other(let kind, let bytes): [.int(Int64(kind)), .string(Base64.encode(bytes))]
        }
    }

    private static func value(_ pair: JSON) -> RegistryValue? {
        guard let kind = pair[0], let data = pair[1] else { return nil }
        let bytes = data.string.flatMap { Base64.decode($0) }
        switch kind.string {
        case "string": return data.string.map { .string($0) }
        case "expandString": return data.string.map { .expandString($0) }
        case "multiString": return data.array.map { .multiString($0.compactMap(\.string)) }
        case "dword": return data.int.flatMap { UInt32(exactly: $0) }.map { .dword($0) }
        case "qword": return data.uint.map { .qword($0) }
        case "binary": return bytes.map { .binary($0) }
        case "none": return bytes.map { RegistryValue.none($0) }
        default: return kind.int.flatMap { Int32(exactly: $0) }.flatMap { kind in bytes.map { .other(kind: kind, $0) } }
        }
    }

    /// The recorded host as a run left it.
    static func host(_ before: RecordedHost, after machine: JSON) throws -> RecordedHost {
        var host = before
        let keys = try #require(machine["registry"]?.object)
        let left = Set(keys.map { $0.key.lowercased() })
        for path in before.registry.presentKeys where !left.contains(path.lowercased()) { host.registry.delete(path) }
        for key in keys {
            if host.registry.presence(key.key) != .present { host.registry.make(key.key) }
            let names = Set((key.value.object ?? []).map { $0.key.lowercased() })
            for value in before.registry.values(key.key) where !names.contains(value.name.lowercased()) {
                host.registry.remove(RegistryLocation(key.key, value.name))
            }
            for member in key.value.object ?? [] {
                host.registry.set(
                    RegistryLocation(key.key, member.key), try #require(value(member.value), "\(member.value)"))
            }
        }
        if let states = host.item(.services, "states")?.object {
            host.setItem(
                .services, "states",
                .object(
                    states.map { state in
                        let now = machine["services"]?[state.key]?.string
                        let number = Self.states.first { $0.value == now }?.key
                        return .init(state.key, number.map { .int($0) } ?? state.value)
                    }))
        }
        if let folder = host.item(.machineKeys, "rsa"), let path = folder["path"]?.string,
            let members = folder.object
        {
            let files = (folder["files"]?.array ?? []).map { file -> JSON in
                guard let name = file[0]?.string, let sddl = machine["files"]?[path + "\\" + name] else { return file }
                return [.string(name), sddl]
            }
            host.setItem(
                .machineKeys, "rsa",
                .object(members.map { $0.key == "files" ? .init("files", .array(files)) : $0 }))
        }
        return host
    }
}
