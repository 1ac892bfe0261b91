import Formats
import TestSupport
import Testing

@Suite(.enabled(if: Peers.hasPython)) struct GzipPeerTests {
    private var contents: [[UInt8]] {
        get throws {
            [[], [0], Array("hello".utf8), [UInt8](repeating: 7, count: 300_000)]
                + (try Fixture.all("windows-hosts").map { try $0.bytes })
        }
    }

    @Test func `Python unpacks what we pack`() async throws {
        let cases: [JSON] = try contents.map { ["unpack": .string(Base64.encode(Gzip.compress($0)))] }
        let answers = try await Peer(script: "gzip_peer.py").answers(to: cases)
        #expect(try answers.map { $0.string.flatMap(Base64.decode) } == contents)
    }

    @Test func `we unpack what Python packs, and refuse what it refuses`() async throws {
        let peer = Peer(script: "gzip_peer.py")
        let cases: [JSON] = try contents.map { ["pack": .string(Base64.encode($0))] }
        let packed = try await peer.answers(to: cases).compactMap { $0.string.flatMap(Base64.decode) }
        #expect(try packed.map { try Gzip.decompress($0, limit: 1 << 24) } == contents)

        var mutations = Mutations(seed: 1951, alphabet: "\u{1f}\0\u{1}")
        let damaged = mutations.sweep(packed.filter { $0.count < 1_000 }, each: 300)
        let answers = try await peer.answers(to: damaged.map { ["unpack": .string(Base64.encode($0))] })
        for (bytes, answer) in zip(damaged, answers) {
            let theirs = answer.string.flatMap(Base64.decode)
            do {
                #expect(try Gzip.decompress(bytes, limit: 1 << 24) == theirs)
            } catch GzipError.trailingBytes {
                // Python reads on, and skips zeros.
            } catch {
                // Python looks neither at the header's own checksum nor at flags that are not defined.
                let hasStrangeHeader = bytes.count > 3 && bytes[3] & 0xe2 != 0
                #expect(theirs == nil || bytes.isEmpty || hasStrangeHeader, "\(error)")
            }
        }
    }
}
