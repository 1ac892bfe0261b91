import Formats
import Foundation
import TestSupport
import Testing

@Suite struct GzipTests {
    private let text = Array(String(repeating: "the quick brown fox. ", count: 500).utf8)
    private let noise: [UInt8] = {
        var generator = SeededGenerator(seed: 1952)
        return (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }()

    private func members(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> (contents: [[UInt8]], offset: Int) {
        var reader = try GzipMemberReader(bytes, limit: limit), contents: [[UInt8]] = []
        while let member = try reader.next() { contents.append(member) }
        return (contents, reader.offset)
    }

    @Test(arguments: [-1, 0, 1, 6, 9, 99] as [Int]) func `data goes there and back`(_ level: Int) throws {
        for contents in [[], [7], text, noise] {
            let packed = Gzip.compress(contents, level: level)
            #expect(try Gzip.decompress(packed, limit: contents.count) == contents)
            #expect(packed == Gzip.compress(contents, level: level))
        }
        #expect(Gzip.compress(text).count < text.count / 20)
    }

    @Test func `optional fields of the header are skipped`() throws {
        let packed = Gzip.compress([1, 2, 3])
        // FEXTRA, FNAME, FCOMMENT
        let header: [UInt8] = [0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 0x61, 0, 0x62, 0]
        #expect(try Gzip.decompress(header + packed[10...], limit: 3) == [1, 2, 3])
    }

    @Test func `every cut of the data is told as one`() throws {
        let packed = Gzip.compress(text)
        for length in 0..<packed.count {
            #expect(throws: GzipError.truncated(memberAt: 0)) {
                try Gzip.decompress(Array(packed[..<length]), limit: 1 << 20)
            }
        }
    }

    @Test func `every bit that is turned is noticed`() throws {
        let packed = Gzip.compress(Array(text.prefix(100)))
        for index in packed.indices {
            for bit in 0..<8 {
                var damaged = packed
                damaged[index] ^= 1 << UInt8(bit)
                // Some bits mean nothing: the time, the system, what fills up the last byte.
                let contents = try? Gzip.decompress(damaged, limit: 1 << 20)
                #expect(contents == nil || contents == Array(text.prefix(100)), "byte \(index) bit \(bit)")
            }
        }
    }

    @Test func `what is not gzip is damaged`() {
        for bytes in [
            Array("hello, world".utf8), [0x78, 0x9c, 3, 0, 0, 0, 0, 1], [0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 3], [0, 1],
        ] {
            #expect(throws: GzipError.damaged(memberAt: 0)) { try Gzip.decompress(bytes, limit: 100) }
        }
    }

    @Test func `bytes behind the one member are refused`() {
        let packed = Gzip.compress(text)
        #expect(throws: GzipError.trailingBytes(3)) { try Gzip.decompress(packed + [0, 0, 0], limit: 1 << 20) }
        #expect(throws: GzipError.trailingBytes(packed.count)) { try Gzip.decompress(packed + packed, limit: 1 << 20) }
    }

    @Test func `the limits hold`() throws {
        let packed = Gzip.compress(text)
        #expect(throws: GzipError.tooLarge(limit: text.count - 1)) {
            try Gzip.decompress(packed, limit: text.count - 1)
        }
        #expect(throws: GzipError.tooLarge(limit: 0)) { try Gzip.decompress(packed, limit: 0) }
        #expect(throws: GzipError.tooLarge(limit: 0)) { try Gzip.decompress(packed, limit: -5) }
        #expect(try Gzip.decompress(Gzip.compress([]), limit: 0) == [])
        #expect(try Gzip.decompress(packed, limit: .max, ratioLimit: .max) == text)
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 50_000_000), level: 9)
        #expect(bomb.count < 60_000)
        #expect(throws: GzipError.tooLarge(limit: 1_000_000)) { try Gzip.decompress(bomb, limit: 1_000_000) }
        #expect(throws: GzipError.tooDense(ratioLimit: 100)) { try Gzip.decompress(bomb, limit: .max, ratioLimit: 100) }
        #expect(try Gzip.decompress(bomb, limit: 50_000_000).count == 50_000_000)
        // Below 64 KiB any ratio is fine.
        let small = [UInt8](repeating: 0, count: 1 << 16)
        #expect(try Gzip.decompress(Gzip.compress(small), limit: 1 << 16, ratioLimit: 1) == small)
        #expect(throws: GzipError.tooDense(ratioLimit: 1)) {
            try Gzip.decompress(Gzip.compress(small + [0]), limit: 1 << 20, ratioLimit: 1)
        }
    }

    @Test func `members come out one after the other`() throws {
        let parts = [text, [], [1], noise, text]
        let journal = parts.flatMap { Gzip.compress($0) }
        let read = try members(journal)
        #expect(read.contents == parts && read.offset == journal.count)
        #expect(try members([]).contents == [])
    }

    @Test func `a last member that is cut off leaves those before it`() throws {
        let first = Gzip.compress(text), second = Gzip.compress(Array(noise.prefix(300)))
        for length in 1..<second.count {
            var reader = try GzipMemberReader(first + second[..<length], limit: 1 << 20)
            #expect(try reader.next() == text)
            #expect(throws: GzipError.truncated(memberAt: first.count)) { try reader.next() }
            #expect(reader.offset == first.count)
            #expect(try reader.next() == nil)
        }
    }

    @Test func `a tail of zeros is a cut, too`() throws {
        let first = Gzip.compress(text), second = Gzip.compress(noise)
        let zeros = [UInt8](repeating: 0, count: 4_096)
        for length in [0, 1, 9, 10, 11, 1_000, second.count - 9, second.count - 2] {
            var reader = try GzipMemberReader(first + second[..<length] + zeros, limit: 1 << 20)
            #expect(try reader.next() == text)
            #expect(throws: GzipError.truncated(memberAt: first.count), "\(length)") { try reader.next() }
        }
        var whole = try GzipMemberReader(first + zeros, limit: 1 << 20)
        #expect(try whole.next() == text)
        #expect(throws: GzipError.truncated(memberAt: first.count)) { try whole.next() }
    }

    @Test func `a member that is damaged is told apart from a cut`() throws {
        let first = Gzip.compress(text), second = Gzip.compress(noise)
        var damaged = first + second + first
        damaged[first.count + 100_000] ^= 1
        var reader = try GzipMemberReader(damaged, limit: 1 << 20)
        #expect(try reader.next() == text)
        #expect(throws: GzipError.damaged(memberAt: first.count)) { try reader.next() }
        #expect(reader.offset == first.count)
        var garbage = try GzipMemberReader(first + [1, 2, 3], limit: 1 << 20)
        #expect(try garbage.next() == text)
        #expect(throws: GzipError.damaged(memberAt: first.count)) { try garbage.next() }
    }

    /// A fuzzer found two dense members whose density was judged with what stood behind the first one.
    @Test(arguments: [1, 7, 1 << 16]) func `whether a member is too dense does not hang on the pieces`(_ size: Int)
        throws
    {
        let packed = Gzip.compress([UInt8](repeating: 0, count: 70_000)) + Gzip.compress(noise)
        var at = 0
        var reader = try GzipMemberReader(limit: 100_000, ratioLimit: 500) { _ in
            defer { at = min(at + size, packed.count) }
            return Array(packed[at..<min(at + size, packed.count)])
        }
        #expect(throws: GzipError.tooDense(ratioLimit: 500)) { try reader.next() }
    }

    @Test(arguments: [1, 2, 7, 100, 65_535, 65_536, 1_000_000])
    func `the pieces in which the data comes do not matter`(_ size: Int) throws {
        let parts = size == 1 ? [text, [1], text] : [text, noise, [], [1], noise]
        let journal = parts.flatMap { Gzip.compress($0) }
        var at = 0
        var reader = try GzipMemberReader(limit: 1 << 20) { count throws(GzipError) in
            defer { at += min(size, count) }
            return Array(journal[min(at, journal.count)..<min(at + min(size, count), journal.count)])
        }
        var contents: [[UInt8]] = []
        while let member = try reader.next() { contents.append(member) }
        #expect(contents == parts && reader.offset == journal.count)
    }

    @Test func `a file is read through its descriptor`() throws {
        let folder = try TemporaryFolder()
        let journal = Gzip.compress(noise) + Gzip.compress(text)
        try Data(journal).write(to: URL(fileURLWithPath: folder.path("journal")))
        let descriptor = open(folder.path("journal"), O_RDONLY)
        var reader = try GzipMemberReader(fileDescriptor: descriptor, limit: 1 << 20)
        #expect(try reader.next() == noise)
        #expect(try reader.next() == text)
        #expect(try reader.next() == nil)
        close(descriptor)
        var closed = try GzipMemberReader(fileDescriptor: -1, limit: 1)
        #expect(throws: GzipError.unreadable(errno: EBADF)) { try closed.next() }
    }
}
