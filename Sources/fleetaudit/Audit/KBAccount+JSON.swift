import Formats
import FoundationEssentials
import HostFacts
import Policy

extension KBAccount {
    /// One document with what the catalogue knows and, when they were asked for, the hosts' answers (docs/catalogue.md).
    func json(_ hosts: [Line]?) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("kb", text(knowledge.kb)), .init("isKnown", .bool(!knowledge.isEmpty)),
            .init("catalogueAsOf", catalogue.releasesAsOf.map { .string(ISO8601.text($0)) } ?? .null),
            .init("releases", .array(knowledge.releases.map(json))),
            .init("requirements", .array(knowledge.requirements.map { .string($0.id) })),
            .init("brought", .array(knowledge.broke.map { .string($0.id) })),
            .init("ended", .array(knowledge.mended.map { .string($0.id) })),
        ]
        if let article = knowledge.article {
            members.append(
                .init(
                    "article",
                    [
                        "kind": .string(article.kind.rawValue), "title": .string(article.title),
                        "source": .string(article.source),
                    ]))
        }
        if let hosts {
            members.append(
                .init(
                    "hosts",
                    .array(
                        hosts.map {
                            [
                                "host": .string($0.host), "answer": .string($0.answer.word),
                                "build": $0.build.isEmpty ? .null : .string($0.build),
                                "because": .string($0.answer.because),
                            ]
                        })))
        }
        return JSON.write(.object(members), style: .pretty) + [0x0a]
    }

    private func json(_ release: UpdateCatalogue.Release) -> JSON {
        [
            "line": .string(release.line), "build": .string(release.version.description),
            "kind": .string(release.kind.rawValue), "firstNamed": release.month.map { .string($0) } ?? .null,
            "supersedes": .array(catalogue.superseded(by: release).map(text)),
            "supersededBy": catalogue.successor(of: release).map { text($0.kb) } ?? .null,
            "cves": .array(release.cves.map { .string($0) }),
        ]
    }

    private func text(_ kb: KBNumber) -> JSON { .string(kb.description) }
}
