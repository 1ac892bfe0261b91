import Foundation
import TestSupport
import Testing

@testable import Collection

/// Who may read a file with a secret.
@Suite struct PrivateFileTests {
    /// Entries of a tag, rights and an id.
    private static func list(_ entries: [(tag: UInt8, rights: UInt8, id: UInt32)]) -> [UInt8] {
        [2, 0, 0, 0]
            + entries.flatMap { entry in
                [entry.tag, 0, entry.rights, 0] + (0..<4).map { UInt8(truncatingIfNeeded: entry.id >> (8 * $0)) }
            }
    }

    private static let none: UInt32 = 0xFFFF_FFFF

    static let lists: [(String, [(tag: UInt8, rights: UInt8, id: UInt32)], Bool)] = [
        ("systemd's credential", [(1, 4, none), (2, 4, 990), (4, 0, none), (16, 4, none), (32, 0, none)], false),
        ("another user", [(1, 4, none), (2, 4, 991), (4, 0, none), (16, 4, none), (32, 0, none)], true),
        ("another user, masked", [(1, 4, none), (2, 4, 991), (4, 0, none), (16, 0, none), (32, 0, none)], false),
        ("root", [(1, 4, none), (2, 4, 0), (4, 0, none), (16, 4, none), (32, 0, none)], false),
        ("the owning group", [(1, 4, none), (2, 4, 990), (4, 4, none), (16, 4, none), (32, 0, none)], true),
        ("some group", [(1, 4, none), (8, 4, 990), (4, 0, none), (16, 4, none), (32, 0, none)], true),
        ("everybody", [(1, 4, none), (4, 0, none), (32, 4, none)], true),
        ("nobody", [(1, 6, none), (4, 0, none), (32, 0, none)], false),
    ]

    @Test(arguments: lists) func `an access list says whether others have a right`(
        _ name: String, _ entries: [(tag: UInt8, rights: UInt8, id: UInt32)], _ grants: Bool
    ) throws {
        let list = try #require(AccessList(Self.list(entries)))
        #expect(list.grantsOthers(than: 990) == grants, "\(name)")
    }

    @Test(
        arguments: [[], [2, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0, 1], [2, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]] as [[UInt8]])
    func `bytes that are no access list are none`(_ bytes: [UInt8]) {
        #expect(AccessList(bytes) == nil)
    }

    @Test func `random bytes never trap`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...80, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...40, using: &generator) }
            if Bool.random(using: &generator) { bytes = [2, 0, 0, 0] + bytes }
            _ = AccessList(bytes)?.grantsOthers(than: 1)
        }
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false), (0o601, false)])
    func `the mode of a file without a list counts`(_ mode: Int, _ isRead: Bool) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", to: "f")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        if isRead {
            #expect(try PrivateFile.read(file) == Array("secret".utf8))
        } else {
            #expect(throws: PrivateFile.Failure.readableByOthers) { try PrivateFile.read(file) }
        }
    }

    @Test(.enabled(if: Peers.hasPython, "the Python peers are not installed"))
    func `a list on a real file lets its user read and nobody else`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", to: "f")
        // What systemd gives a service: the owner, one user, nobody else.
        func grant(_ user: uid_t) async throws -> Bool {
            let entries = "(1,4,-1),(2,4,\(user)),(4,0,-1),(16,4,-1),(32,0,-1)"
            let program = """
                import os, struct, sys
                acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *e) for e in [\(entries)])
                try: os.setxattr(sys.argv[1], 'system.posix_acl_access', acl)
                except OSError: sys.exit(9)
                """
            return try await run(python, ["-c", program, file]).exitCode == 0
        }
        // A file system without such lists has nothing to try.
        guard try await grant(geteuid()) else { return }
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o440)
        #expect(try PrivateFile.read(file) == Array("secret".utf8))
        #expect(try await grant(geteuid() + 12_345))
        #expect(throws: PrivateFile.Failure.readableByOthers) { try PrivateFile.read(file) }
    }
}
