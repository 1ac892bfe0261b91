import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: WindowsLikeHost.isAvailable, "\(WindowsLikeHost.whyNot)"), .timeLimit(.minutes(5)))
struct WindowsLikeHostTests {
    @Test func `a host answers with its machine's registry and is gone afterwards`() async throws {
        let key = #"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server"#
        let port = try await WindowsLikeHost.with("win7-x86-lab") { host in
            let answer = try await host.ssh("reg query \"\(key)\" /v fDenyTSConnections")
            #expect(answer.exitCode == 0)
            #expect(answer.text.contains("    fDenyTSConnections    REG_DWORD    0x0\r\n"))
            #expect(FileManager.default.fileExists(atPath: host.identity))
            return host.port
        }
        #expect(!canConnect(port))
    }

    @Test func `hosts of one machine run side by side and do not share changes`() async throws {
        try await WindowsLikeHost.with("winnt4-server") { one in
            try await WindowsLikeHost.with("winnt4-server") { two in
                let change = try await one.ssh(#"reg add HKLM\SOFTWARE\Meeting /v a /d b /f"#)
                let here = try await one.ssh(#"reg query HKLM\SOFTWARE\Meeting"#)
                let there = try await two.ssh(#"reg query HKLM\SOFTWARE\Meeting"#)
                #expect([change, here, there].map(\.exitCode) == [0, 0, 1])
            }
        }
    }

    @Test func `a failing test ends its host`() async throws {
        struct Wanted: Error {}
        var port: UInt16?
        await #expect(throws: Wanted.self) {
            try await WindowsLikeHost.with("winnt4-server") { host in
                port = host.port
                throw Wanted()
            }
        }
        #expect(!canConnect(try #require(port)))
    }

    @Test func `an unknown machine is an error that names it`() async throws {
        await #expect(throws: HostWasNotMade.self) { try await WindowsLikeHost.with("no-such-machine") { _ in } }
    }

    private func canConnect(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
