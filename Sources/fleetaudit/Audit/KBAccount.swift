import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// What is known of a KB number, and which hosts of a snapshot have what it brings, for people and for programs.
struct KBAccount {
    let knowledge: KBKnowledge
    let catalogue: UpdateCatalogue
    let now: Date

    // MARK: - The catalogue

    func tell(on output: Output) {
        let kb = knowledge.kb
        if knowledge.isEmpty {
            output.print("\(kb) is not in the catalogue\(age)")
            return
        }
        if let article = knowledge.article {
            output.print("\(kb) is \(article.kind.rawValue): \(article.title)")
            output.print("source: \(article.source)")
        } else if knowledge.releases.isEmpty {
            output.print("\(kb) is an update whose builds the catalogue does not know")
        } else {
            output.print("\(kb) is an update")
        }
        if knowledge.isGuidance { output.print("Nothing can be installed under this number.") }
        if !knowledge.releases.isEmpty { output.print(releases) }
        for requirement in knowledge.requirements {
            output.print("it brings \(requirement.id): \(requirement.title)")
        }
        for (titles, what) in [(knowledge.broke, "it brought"), (knowledge.mended, "it ended")] {
            for title in Set(titles.map(\.title)).sorted() { output.print("\(what): \(title)") }
        }
    }

    private var releases: Table {
        var table = Table([
            Table.Column("line", overflow: .wrap), Table.Column("build", overflow: .keep),
            Table.Column("kind", overflow: .keep), Table.Column("first named", overflow: .keep),
            Table.Column("supersedes", overflow: .wrap), Table.Column("superseded by", overflow: .keep),
            Table.Column("Remote Desktop", overflow: .wrap),
        ])
        for release in knowledge.releases {
            let older = catalogue.superseded(by: release).map(\.description).joined(separator: " ")
            let newer = catalogue.successor(of: release).map { "\($0.kb)" } ?? ""
            table.add([
                "\(catalogue.line(release.line)?.name ?? release.line)", "\(release.version)",
                "\(release.kind.rawValue)", "\(release.month ?? "")", "\(older)", "\(newer)",
                "\(release.cves.joined(separator: " "))",
            ])
        }
        return table
    }

    /// How far the list of releases goes.
    private var age: String {
        guard let asOf = catalogue.releasesAsOf else { return ", which holds no months of releases" }
        let days = UpdateCatalogue.age(of: asOf, at: now)
        return ", whose releases go up to \(ISO8601.text(asOf).prefix(10)), \(days) days ago"
    }

    // MARK: - Hosts

    /// The answers of the hosts that the patterns mean, in the order of their names.
    func answers(of patterns: [String], in snapshot: String) async throws -> [Line] {
        let (knowledge, catalogue, age) = (knowledge, catalogue, age)
        let read: Result<[Line], SnapshotError> = await offLoop {
            do throws(SnapshotError) {
                return .success(try Self.lines(snapshot, patterns, knowledge, catalogue, age))
            } catch {
                return .failure(error)
            }
        }
        let lines = try made(.badInput) { () throws(SnapshotError) in try read.get() }
        for pattern in patterns where !lines.contains(where: { Wildcard(pattern).matches($0.host) }) {
            throw CommandFailure("\(snapshot) has no host '\(pattern)'", .badInput)
        }
        return lines
    }

    /// The answers as a table.
    static func table(_ lines: [Line]) -> Table {
        var table = Table([
            Table.Column("host", overflow: .keep), Table.Column("answer", overflow: .keep),
            Table.Column("build", overflow: .keep), Table.Column("because", overflow: .wrap),
        ])
        for line in lines {
            table.add(["\(line.host)", "\(line.answer.word)", "\(line.build)", "\(line.answer.because)"])
        }
        return table
    }

    /// One host's answer.
    struct Line: Sendable {
        let host: String
        let build: String
        let answer: KBAnswer
    }

    private static func lines(
        _ path: String, _ patterns: [String], _ knowledge: KBKnowledge, _ catalogue: UpdateCatalogue, _ age: String
    ) throws(SnapshotError) -> [Line] {
        let wanted = patterns.map { Wildcard($0) }
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains { $0.matches(name) } }
        var reader = try SnapshotReader(path: path)
        var lines: [String: Line] = [:]
        for name in reader.header.plannedHosts where isWanted(name) {
            lines[name] = Line(host: name, build: "", answer: .unknown("the run did not come to it"))
        }
        while let record = try reader.next() {
            guard isWanted(record.name) else { continue }
            guard record.state.isJudged else {
                let reason = record.reason.isEmpty ? "" : ": \(record.reason)"
                lines[record.name] = Line(
                    host: record.name, build: "", answer: .unknown("\(record.state.rawValue)\(reason)"))
                continue
            }
            let facts = HostFacts(record.reading)
            lines[record.name] = Line(
                host: record.name, build: facts.windows.value?.version.description ?? "",
                answer: KBAnswer.of(knowledge, on: facts, catalogue, catalogueNote: age))
        }
        return lines.values.sorted { $0.host < $1.host }
    }
}
