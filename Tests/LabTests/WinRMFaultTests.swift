import EventLoop
import Formats
import Testing

@testable import Lab

@Suite(.timeLimit(.minutes(2))) struct WinRMFaultTests {
    @Test func `a host that refuses every password counts the attempts`() async throws {
        try await withWinRM({ $0.faults = [.refusesEveryPassword] }) { server, account in
            for _ in 0..<3 {
                let reply = try await RawClient(server, account: account).post(Envelope.create())
                #expect(reply.status == 401)
            }
            #expect(server.signIns.counts == [.init(account: "Administrator", host: "web01"): .init(refused: 3)])
            server.setFaults([])
            #expect(try await RawClient(server, account: account).post(Envelope.create()).status == 200)
        }
    }

    @Test func `a wrong password is refused and counted`() async throws {
        try await withWinRM { server, _ in
            let reply = try await RawClient(server, account: LabAccount(user: "Administrator")).post(Envelope.create())
            #expect(reply.status == 401)
            #expect(server.signIns.attempts(user: "Administrator") == .init(refused: 1))
        }
    }

    @Test func `an account without rights gets fault 5 for everything`() async throws {
        try await withWinRM({ $0.faults = [.lacksRights] }) { server, account in
            let client = try RawClient(server, account: account)
            let reply = try await client.post(Envelope.create())
            #expect(reply.status == 500 && reply.fault == 5)
            #expect(server.signIns.attempts(user: "Administrator").accepted == 1)
        }
    }

    @Test func `a silent host says nothing`() async throws {
        try await withWinRM({ $0.faults = [.silent] }) { server, account in
            let client = try RawClient(server, account: account)
            try await client.send(client.request(Envelope.create()))
            await #expect(throws: EventLoopError.timedOut) {
                try await client.socket.read(until: .after(.milliseconds(300)))
            }
        }
    }

    @Test func `a host that falls silent at the secret leaves the attempt unanswered`() async throws {
        try await withWinRM({ $0.faults = [.silentAtSignIn] }) { server, account in
            let client = try RawClient(server, account: account)
            try await client.send(client.request(Envelope.create()))
            while server.signIns.counts.isEmpty { try await Loop.shared.sleep(until: .after(.milliseconds(10))) }
            await #expect(throws: EventLoopError.timedOut) {
                try await client.socket.read(until: .after(.milliseconds(300)))
            }
            #expect(server.signIns.attempts(user: "Administrator") == .init(unanswered: 1))
        }
    }

    @Test func `a slow host takes its time for every answer`() async throws {
        try await withWinRM({ $0.faults = [.slow(.milliseconds(150))] }) { server, account in
            let client = try RawClient(server, account: account)
            let started = ContinuousClock.now
            for _ in 0..<2 { #expect(try await client.post(Envelope.identify).status == 200) }
            #expect(ContinuousClock.now - started >= .milliseconds(300))
        }
    }

    @Test func `a host closes in the middle of a Receive`() async throws {
        try await withWinRM({ $0.faults = [.closesDuringReceive] }) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("hostname", in: shell)
            do {
                _ = try await client.post(Envelope.receive(shell: shell, command: command))
                Issue.record("the answer came whole")
            } catch let error as RawClient.Ended {
                let text = String(decoding: error.received, as: UTF8.self)
                #expect(
                    text.hasPrefix("HTTP/1.1 200 ") && text.contains("<s:Envelope") && !text.contains("</s:Envelope"))
            }
            #expect(server.shellCount == 1)
        }
    }

    @Test func `a reply without an exit code cuts the connection after its output`() async throws {
        let responder = FixedResponder { _ in LabReply([.output([1])], exitCode: nil) }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("x", in: shell)
            let first = try await client.post(Envelope.receive(shell: shell, command: command))
            #expect(String(decoding: first.body, as: UTF8.self).contains("AQ=="))
            await #expect(throws: RawClient.Ended.self) {
                try await client.post(Envelope.receive(shell: shell, command: command))
            }
        }
    }

    @Test func `garbage is not HTTP`() async throws {
        try await withWinRM({ $0.faults = [.garbage] }) { server, account in
            let client = try RawClient(server, account: account)
            try await client.send(client.request(Envelope.create()))
            let bytes = try await client.socket.read(until: .after(.seconds(5)))
            #expect(!bytes.isEmpty && !bytes.starts(with: Array("HTTP".utf8)))
        }
    }

    @Test func `a body without an end goes on as long as it is read`() async throws {
        try await withWinRM({ $0.faults = [.endlessBody] }) { server, account in
            let client = try RawClient(server, account: account)
            try await client.send(client.request(Envelope.create()))
            var count = 0
            while count < 20_000_000 {
                let bytes = try await client.socket.read(until: .after(.seconds(5)))
                try #require(!bytes.isEmpty)
                count += bytes.count
            }
        }
    }

    @Test func `endless output is made only as fast as it is fetched`() async throws {
        let responder = FixedResponder { _ in LabReply([.endlessly(Array("again\r\n".utf8))], exitCode: 0) }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("x", in: shell)
            for _ in 0..<50 {
                let reply = try await client.post(Envelope.receive(shell: shell, command: command))
                #expect(reply.status == 200 && reply.body.count > 1_000 && reply.body.count <= 153_600)
            }
            #expect(try await client.post(Envelope.delete(shell: shell)).status == 200)
        }
    }

    @Test func `an empty 500 answers every authenticated request`() async throws {
        try await withWinRM({ $0.faults = [.emptyInternalError] }) { server, account in
            let client = try RawClient(server, account: account)
            for _ in 0..<2 {
                let reply = try await client.post(Envelope.create())
                #expect(reply.status == 500 && reply.body.isEmpty)
            }
        }
    }

    @Test func `a host is unavailable first and fine then`() async throws {
        try await withWinRM({ $0.faults = [.unavailableFirst(2)] }) { server, account in
            for status in [503, 503, 200] {
                let reply = try await RawClient(server, account: account).post(Envelope.create())
                #expect(reply.status == status)
            }
            #expect(server.signIns.attempts(user: "Administrator").attempts == 1)
        }
    }

    @Test func `the quota is used up first and free then`() async throws {
        try await withWinRM({ $0.faults = [.quotaFirst(2)] }) { server, account in
            let client = try RawClient(server, account: account)
            for fault in [2_150_859_173, 2_150_859_173, nil] as [UInt32?] {
                #expect(try await client.post(Envelope.create()).fault == fault)
            }
        }
    }
}
