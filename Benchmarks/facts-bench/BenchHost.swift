import Collection
import Formats
import FoundationEssentials
import HostFacts
import Lab

/// A host as its probe's answer: a real machine, or one made of parts of real machines.
struct BenchHost {
    let name: String
    private var sections: [(name: SectionName, data: JSON)]

    private init(name: String, host: RecordedHost) {
        self.name = name
        sections = SectionName.allCases.map { ($0, host.data($0)) }
    }

    struct NothingThere: Error, CustomStringConvertible {
        let folder: String
        var description: String { "no registry extracts in \(folder)" }
    }

    /// The machines of a folder of registry extracts, and two hosts of a stated size.
    static func all(folder: String) throws -> [BenchHost] {
        let machines = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".json") }
            .map { file in
                let extract = try JSON.parse([UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))))
                return BenchHost(
                    name: String(file.dropLast(5)), host: RecordedHost(registry: try RegistryImage(extract: extract)))
            }
        guard let newest = machines.first(where: { $0.name.hasPrefix("win10") }) else {
            throw NothingThere(folder: folder)
        }
        let parts = Parts(machines)
        return machines + [
            newest.with(parts, "typical: 500 rules, 10 certificates", rules: 500, packages: 200, certificates: 10),
            newest.with(
                parts, "large: 1,300 rules, 1,000 packages, 40 certificates", rules: 1_300, packages: 1_000,
                certificates: 40),
        ]
    }

    /// What the probe prints.
    var lines: [UInt8] {
        let sections = sections.enumerated().flatMap { index, section -> [UInt8] in
            let packed = Gzip.compress(JSON.write(["ms": 12, "data": section.data], style: .asciiOnly))
            let words = "\(ProbeProgram.marker) \(index + 1) \(section.name.rawValue) \(packed.count) "
            return Array((words + Base64.encode(packed) + " ;\n").utf8)
        }
        return sections + Array("\(ProbeProgram.marker) END \(self.sections.count)\n".utf8)
    }

    var ruleCount: Int {
        sections.first { $0.name == .firewall }?.data["lists"]?[Parts.ruleKey]?.object?.count ?? 0
    }

    private func with(_ parts: Parts, _ name: String, rules: Int, packages: Int, certificates: Int) -> BenchHost {
        var host = self
        host = host.named(name)
        for index in host.sections.indices {
            switch host.sections[index].name {
            case .firewall: host.sections[index].data = host.sections[index].data.replacing(parts.rules(rules))
            case .updates: host.sections[index].data = Parts.packages(packages)
            case .certificates: host.sections[index].data = parts.store(certificates)
            default: break
            }
        }
        return host
    }

    private func named(_ name: String) -> BenchHost { BenchHost(name: name, sections: sections) }

    private init(name: String, sections: [(name: SectionName, data: JSON)]) {
        self.name = name
        self.sections = sections
    }

    /// Rules and certificates of real machines, as many as are wanted.
    private struct Parts {
        static let ruleKey = Keys.firewall + #"\FirewallRules"#
        private let rules: [JSON]
        private let blobs: [JSON]

        init(_ machines: [BenchHost]) {
            let sections = machines.flatMap(\.sections)
            rules = sections.filter { $0.name == .firewall }.flatMap { section in
                section.data["lists"]?[Self.ruleKey]?.object?.map(\.value) ?? []
            }
            blobs = sections.filter { $0.name == .certificates }.flatMap { section in
                section.data["keys"]?.object?.compactMap { $0.value["Blob"] }.filter { !$0.isNull } ?? []
            }
        }

        func rules(_ count: Int) -> JSON {
            .object((0..<count).map { JSON.Member("Rule-\($0)-In-TCP-NoScope", rules[$0 % rules.count]) })
        }

        static func packages(_ count: Int) -> JSON {
            let names = (0..<count).map { "Package_for_KB\(4_000_000 + $0)~31bf3856ad364e35~amd64~~10.0.1.\($0)" }
            return [
                "keys": .object(
                    names.map { .init(Keys.packages + "\\" + $0, ["CurrentState": [4, 112]]) }),
                "children": .object([.init(Keys.packages, .array(names.map { .string($0) }))]),
            ]
        }

        func store(_ count: Int) -> JSON {
            let names = (0..<count).map { number in
                let digits = String(number, radix: 16, uppercase: true)
                return String(repeating: "A", count: 40 - digits.count) + digits
            }
            let entries = names.enumerated().map { index, name in
                JSON.Member(Keys.personalStore + "\\" + name, ["Blob": blobs[index % blobs.count]])
            }
            return [
                "children": .object([
                    .init(Keys.remoteDesktopStore, []), .init(Keys.personalStore, .array(names.map { .string($0) })),
                ]),
                "keys": .object(entries),
            ]
        }
    }
}

extension JSON {
    /// The answer of the firewall section with other local rules.
    fileprivate func replacing(_ rules: JSON) -> JSON {
        .object(
            (object ?? []).map { part in
                guard part.key == "lists" else { return part }
                let stores = (part.value.object ?? []).map { store in
                    store.key.hasSuffix(#"FirewallPolicy\FirewallRules"#) ? Member(store.key, rules) : store
                }
                return Member(part.key, .object(stores))
            })
    }
}
