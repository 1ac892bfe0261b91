import Formats
package import FoundationEssentials
package import HostFacts

/// One of Microsoft's monthly security update documents (CVRF 1.1), as far as it speaks of updates with KB numbers.
///
/// Everything in it is somebody's typing: numbers stand in fields of other names, builds belong to other products, and
/// most of it is not about Windows. What is kept here is only read; ``CatalogueImport`` judges it.
package struct SecurityDocument: Sendable, Hashable {
    /// `2026-Feb`
    package let id: String
    package let month: ReleaseMonth
    /// The day of its revision, UTC.
    package let revised: Date
    /// Names of products by their ids.
    package let products: [String: String]
    package let fixes: [Fix]

    /// What a document says of one update in the same words, under however many vulnerabilities and products.
    package struct Fix: Sendable, Hashable {
        package let kb: KBNumber
        /// `Security Update`, `Monthly Rollup`, …
        package let subType: String
        /// Whatever stands in FixedBuild.
        package let fixedBuild: String
        package let supersedes: [KBNumber]
        package var products: Set<String>
        /// CVEs of Remote Desktop among those that it fixes.
        package var cves: Set<String>
    }

    /// Why bytes are no such document: a sentence without the file's name.
    package struct ReadError: Error, Sendable, Hashable {
        package let problem: String
        package let help: String?

        init(_ problem: String, help: String? = nil) {
            self.problem = problem
            self.help = help
        }
    }

    /// Bytes of an unpacked document at most. The largest known ones have 20 MB.
    package static let limit = 64 << 20

    /// Reads XML or JSON, also packed by gzip; which of them it is, the bytes say.
    package static func read(_ bytes: [UInt8]) throws(ReadError) -> SecurityDocument {
        if bytes.starts(with: [0x1f, 0x8b]) {
            let unpacked: [UInt8]
            do throws(GzipError) { unpacked = try Gzip.decompress(bytes, limit: limit) } catch {
                throw ReadError("\(error)")
            }
            guard !unpacked.starts(with: [0x1f, 0x8b]) else { throw ReadError("it is packed more than once") }
            return try read(unpacked)
        }
        if bytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a]) {
            throw ReadError("it is packed by xz", help: "unpack it first: xz --decompress --keep FILE")
        }
        if bytes.starts(with: Array("PK".utf8)) {
            throw ReadError("it is a zip archive", help: "unpack it first")
        }
        guard bytes.count <= limit else { throw ReadError("it is larger than \(limit >> 20) MB") }
        let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        switch bytes[start...].first(where: { ![0x20, 0x0a, 0x0d, 0x09].contains($0) }) {
        case UInt8(ascii: "<"): return try SecurityDocumentXML.read(bytes)
        case UInt8(ascii: "{"): return try SecurityDocumentJSON.read(start == 0 ? bytes : Array(bytes[start...]))
        case nil: throw ReadError("it is empty")
        default: throw ReadError("it is neither XML nor JSON")
        }
    }
}
