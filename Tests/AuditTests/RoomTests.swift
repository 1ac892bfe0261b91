import Foundation
import TestSupport
import Testing

/// Data flows one way: which room may know which (docs/architecture.md).
@Suite struct RoomTests {
    static let rooms: [String: Set<String>] = [
        "Console": ["Synchronization"],
        "EventLoop": ["CEventLoop", "Synchronization"],
        "Formats": ["CYAML", "CZlib", "Synchronization"],
        "Transport": [
            "EventLoop", "CEventLoop", "Formats", "CLibSSH2", "CCurl", "COpenSSL", "CGSSAPI", "Synchronization",
        ],
        "Inventory": ["Formats"],
        "HostFacts": ["Formats", "COpenSSL", "Synchronization"],
        "Collection": ["Transport", "HostFacts", "Inventory", "EventLoop", "Formats", "CFiles", "Synchronization"],
        "Policy": ["HostFacts", "Inventory", "Formats"],
        "Drift": ["Policy", "HostFacts"],
        "Reports": ["Drift", "Policy", "HostFacts", "Formats"],
        "Lab": [
            "Collection", "HostFacts", "EventLoop", "Formats", "CEventLoop", "CGSSAPI", "COpenSSL", "Synchronization",
        ],
        "History": ["Drift", "Policy", "HostFacts", "Formats", "EventLoop", "CSQLite", "Synchronization"],
        "PolicyCases": ["Policy", "Lab", "Collection", "HostFacts", "Formats"],
        "fleetaudit": [
            "Console", "EventLoop", "Formats", "Inventory", "Transport", "HostFacts", "Collection", "Policy", "Reports",
            "History", "Drift", "Lab", "PolicyCases", "Synchronization",
        ],
    ]
    private static let system: Set = ["Glibc", "FoundationEssentials"]

    @Test(arguments: rooms.keys.sorted()) func `a room imports what it may know, and nothing else`(_ room: String)
        throws
    {
        let folder = Fixture.repository + "/Sources/" + room
        let files = try #require(FileManager.default.subpaths(atPath: folder)).filter { $0.hasSuffix(".swift") }
        #expect(!files.isEmpty)
        let allowed = try #require(Self.rooms[room]).union(Self.system)
        for file in files {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            for match in text.matches(of: /(?m)^(?:package |public |@testable )*import (\w+)/) {
                #expect(allowed.contains(String(match.1)), "\(room)/\(file) imports \(match.1)")
            }
        }
    }

    @Test func `every room is in the table`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Fixture.repository + "/Sources")
        #expect(Set(folders).subtracting(["System"]) == Set(Self.rooms.keys))
    }
}
