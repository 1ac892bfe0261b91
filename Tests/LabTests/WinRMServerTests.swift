import EventLoop
import Formats
import Glibc
import Testing

@testable import Lab

@Suite(.timeLimit(.minutes(2))) struct WinRMServerTests {
    @Test func `a request without Authorization is refused and the connection closed`() async throws {
        try await withWinRM { server, _ in
            let client = try RawClient(server)
            let reply = try await client.post(Envelope.create())
            #expect(reply.head.hasPrefix("HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\n"))
            #expect(reply.fields("WWW-Authenticate") == ["Negotiate", #"Basic realm="WSMAN""#])
            #expect(reply.fields("Connection") == ["close"] && reply.body.isEmpty)
            #expect(try await client.hasEnded())
        }
    }

    @Test func `Basic is not offered, and not taken, over HTTP unless it is allowed`() async throws {
        try await withWinRM({ $0.allowsUnencrypted = false }) { server, account in
            let reply = try await RawClient(server, account: account).post(Envelope.create())
            #expect(reply.status == 401 && reply.fields("WWW-Authenticate") == ["Negotiate"])
            #expect(server.signIns.counts.isEmpty)
        }
    }

    @Test func `Identify needs no sign-in and tells no version`() async throws {
        try await withWinRM { server, account in
            for (target, fields) in [("/wsman", ["WSMANIDENTIFY: unauthenticated"]), ("/wsman-anon/identify", [])] {
                let reply = try await RawClient(server).post(Envelope.identify, target: target, fields: fields)
                #expect(reply.status == 200)
                let response = reply.soapBody?.child("IdentifyResponse", in: WSMan.identity)
                #expect(
                    response?.child("ProductVersion", in: WSMan.identity)?.text == "OS: 0.0.0 SP: 0.0 Stack: 3.0")
            }
            let known = try await RawClient(server, account: account).post(Envelope.identify)
            #expect(String(decoding: known.body, as: UTF8.self).contains("OS: 10.0.20348 SP: 0.0 Stack: 3.0"))
            let other = try await RawClient(server).post(Envelope.create(), fields: ["WSMANIDENTIFY: unauthenticated"])
            #expect(other.status == 401)
        }
    }

    @Test func `a whole conversation on one connection`() async throws {
        let responder = FixedResponder { command in
            LabReply(
                [.output(Array(command.commandLine.utf8)), .error(command.standardInput)], exitCode: 0xC000_013A)
        }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            #expect(server.shellCount == 1)
            let command = try await client.start("powershell.exe", ["-NoProfile", "-Enc", "AAA="], in: shell)
            for (bytes, end) in [([1, 2], nil), ([3], "true")] as [([UInt8], String?)] {
                let sent = try await client.post(Envelope.send(bytes, end: end, shell: shell, command: command))
                #expect(sent.soapBody?.child("SendResponse", in: WSMan.shell) != nil)
            }
            let output = try await client.finish(command, in: shell)
            #expect(output.streams["stdout"] == Array("powershell.exe -NoProfile -Enc AAA=".utf8))
            #expect(output.streams["stderr"] == [1, 2, 3] && output.exitCode == 0xC000_013A)
            #expect(try await client.post(Envelope.delete(shell: shell)).status == 200)
            #expect(server.shellCount == 0 && server.requestCount == 6 && server.connectionCount == 1)
            #expect(server.signIns.attempts(user: "administrator") == .init(accepted: 1))
        }
    }

    @Test func `ids that the client chose are kept, and an answer refers to its question`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let id = "5F0B2C1E-8E0B-4B52-9B43-0D7E8E2D6B11"
            let reply = try await client.post(Envelope.create(id: id, message: "uuid:77"))
            let header = reply.root?.child("Header", in: WSMan.soap)
            #expect(header?.child("RelatesTo", in: WSMan.addressing)?.text == "uuid:77")
            #expect(try await client.post(Envelope.create(id: id)).fault == 0x8033_8033)
            let started = try await client.post(Envelope.command("hostname", shell: id, id: id))
            #expect(String(decoding: started.body, as: UTF8.self).contains("<rsp:CommandId>\(id)</rsp:CommandId>"))
            #expect(try await client.finish(id, in: id.lowercased()).exitCode == 0)
        }
    }

    @Test func `large output comes in answers no larger than was asked`() async throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let responder = FixedResponder { _ in
            LabReply([.output(bytes), .error(Array(bytes.prefix(50_000)))], exitCode: 0)
        }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            for size in [8_192, 153_600, 9_000_000] {
                let command = try await client.start("x", in: shell)
                let output = try await client.finish(command, in: shell, size: size)
                #expect(output.streams["stdout"] == bytes && output.streams["stderr"] == Array(bytes.prefix(50_000)))
                #expect(output.largest <= min(size, 500 * 1024))
                #expect(output.receives >= 750_000 * 4 / 3 / min(size, 512_000))
            }
        }
    }

    @Test func `a Receive without news ends with the timeout fault, and the next one goes on`() async throws {
        let responder = FixedResponder { _ in
            LabReply([.output([65]), .pause(.seconds(2)), .output([66])], exitCode: 7)
        }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("x", in: shell)
            #expect(try await client.post(Envelope.receive(shell: shell, command: command)).status == 200)
            let asked = ContinuousClock.now
            let late = try await client.post(Envelope.receive(shell: shell, command: command, timeout: "PT0.2S"))
            #expect(late.status == 500 && late.fault == 2_150_858_793)
            #expect(ContinuousClock.now - asked >= .milliseconds(200))
            let output = try await client.finish(command, in: shell)
            #expect(output.streams["stdout"] == [66] && output.exitCode == 7)
        }
    }

    @Test func `a command waits for the end of input once input was sent`() async throws {
        let responder = FixedResponder { LabReply([.output($0.standardInput)], exitCode: 0) }
        try await withWinRM(responder: responder) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("x", in: shell)
            _ = try await client.post(Envelope.send([1], end: nil, shell: shell, command: command))
            let early = try await client.post(Envelope.receive(shell: shell, command: command, timeout: "PT0.3S"))
            #expect(early.fault == 2_150_858_793)
            _ = try await client.post(Envelope.send([2], shell: shell, command: command))
            #expect(try await client.finish(command, in: shell).streams["stdout"] == [1, 2])
        }
    }

    @Test func `deleting a shell ends a Receive that waits in it`() async throws {
        let responder = FixedResponder { _ in LabReply([.pause(.seconds(600))], exitCode: 0) }
        try await withWinRM(responder: responder) { server, account in
            let waiting = try RawClient(server, account: account), other = try RawClient(server, account: account)
            let shell = try await waiting.openShell()
            let command = try await waiting.start("x", in: shell)
            let second = try await waiting.start("x", in: shell)
            let answer = Task { try await waiting.post(Envelope.receive(shell: shell, command: command)) }
            try await Loop.shared.sleep(until: .after(.milliseconds(100)))
            #expect(try await other.post(Envelope.signal(shell: shell, command: second)).status == 200)
            #expect(try await other.post(Envelope.signal(shell: shell, command: second)).fault == 2_150_858_843)
            #expect(try await other.post(Envelope.delete(shell: shell)).status == 200)
            #expect(try await answer.value.fault == 995)
            #expect(try await other.post(Envelope.delete(shell: shell)).fault == 2_150_858_843)
        }
    }

    @Test func `what is asked wrongly has Windows' codes`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            #expect(try await client.post(Envelope.command("x", shell: "NO-SUCH")).fault == 2_150_858_843)
            let unknown = try await client.post(Envelope.receive(shell: shell, command: "NO-SUCH"))
            #expect(unknown.status == 500 && unknown.fault == 2_150_858_843)
            let command = try await client.start("x", in: shell)
            #expect(try await client.post(Envelope.receive(shell: shell, command: nil)).fault == 87)
            for streams in ["", "stdout stdin", "stdout stdout"] {
                let reply = try await client.post(Envelope.receive(shell: shell, command: command, streams: streams))
                #expect(reply.fault == 87)
            }
        }
    }

    @Test func `an account has only so many shells, another account its own`() async throws {
        let other = LabAccount(user: "other")
        try await withWinRM({
            $0.maxShellsPerUser = 2
            $0.accounts.append(other)
        }) { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            _ = try await client.openShell()
            #expect(try await client.post(Envelope.create()).fault == 2_150_859_173)
            let stranger = try RawClient(server, account: other)
            _ = try await stranger.openShell()
            #expect(try await stranger.post(Envelope.delete(shell: shell)).fault == 5)
            _ = try await client.post(Envelope.delete(shell: shell))
            _ = try await client.openShell()
        }
    }

    @Test func `a shell has only so many commands`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let first = try await client.start("x", in: shell)
            for _ in 1..<25 { _ = try await client.start("x", in: shell) }
            #expect(try await client.post(Envelope.command("x", shell: shell)).fault == 2_150_859_241)
            #expect(try await client.post(Envelope.signal(shell: shell, command: first)).status == 200)
            _ = try await client.start("x", in: shell)
        }
    }

    @Test func `an idle shell is gone after its time`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let envelope = Envelope.create().replacing("PT900S", with: "PT0.2S")
            #expect(try await client.post(envelope).status == 200)
            try await Loop.shared.sleep(until: .after(.milliseconds(300)))
            #expect(server.shellCount == 0)
        }
    }

    @Test func `a shell survives its connection`() async throws {
        let responder = FixedResponder { _ in LabReply([.pause(.milliseconds(200)), .output([9])], exitCode: 0) }
        try await withWinRM(responder: responder) { server, account in
            let first = try RawClient(server, account: account)
            let shell = try await first.openShell()
            let command = try await first.start("x", in: shell)
            first.socket.close()
            let second = try RawClient(server, account: account)
            #expect(try await second.finish(command, in: shell).streams["stdout"] == [9])
        }
    }

    @Test(arguments: [(8_191, 0 as UInt32), (8_192, 1)])
    func `cmd takes 8,191 characters`(length: Int, exitCode: UInt32) async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start(String(repeating: "é", count: length), in: shell)
            let output = try await client.finish(command, in: shell)
            #expect(output.exitCode == exitCode)
            let text = output.streams["stderr"].map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(text == (exitCode == 0 ? "" : "The command line is too long.\r\n"))
        }
    }

    @Test func `an old Windows has small limits and says little`() async throws {
        try await withWinRM({ host in
            host.dialect = .winRM2
            host.maxShellsPerUser = 5
        }) { server, account in
            let client = try RawClient(server, account: account)
            let created = try await client.post(Envelope.create())
            #expect(created.soapBody?.child("Shell", in: WSMan.shell) == nil)
            let id = "5F0B2C1E-8E0B-4B52-9B43-0D7E8E2D6B11"
            #expect(try await client.openShell(id: id) != id)
            let large = try RawClient(server, account: account)
            try await large.send(
                Array(
                    "POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic AA==\r\nContent-Length: 160000\r\n\r\n"
                        .utf8))
            #expect(try await large.reply().status == 413)
        }
    }

    @Test(arguments: [
        ("GET /wsman", 405), ("POST /", 404), ("POST /wsman/x", 404), ("POST /wsman?x", 404), ("BREW /pot", 404),
    ])
    func `other methods and paths are not served`(start: String, status: Int) async throws {
        try await withWinRM { server, _ in
            let client = try RawClient(server)
            try await client.send(Array("\(start) HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            #expect(try await client.reply().status == status)
            #expect(try await client.hasEnded())
        }
    }

    @Test func `another content type is not taken`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let field = "Content-Type: application/soap+xml;charset=UTF-8\r\n"
            let text = String(decoding: client.request(Envelope.identify), as: UTF8.self)
            try await client.send(Array(text.replacing(field, with: "Content-Type: text/xml\r\n").utf8))
            #expect(try await client.reply().status == 415)
        }
    }

    @Test func `sealed bodies without a security context get an empty 500`() async throws {
        try await withWinRM { server, account in
            let client = try RawClient(server, account: account)
            let text = String(decoding: client.request("x"), as: UTF8.self)
            let field = "application/soap+xml;charset=UTF-8"
            try await client.send(Array(text.replacing(field, with: SealedMessage.contentType).utf8))
            let reply = try await client.reply()
            #expect(reply.status == 500 && reply.body.isEmpty)
        }
    }

    @Test func `hostile bytes neither stop the server nor stay in it`() async throws {
        try await withWinRM { server, account in
            var seed: UInt64 = 88_172_645_463_325_252
            for round in 0..<300 {
                let client = try RawClient(server, account: round % 2 == 0 ? account : nil)
                var bytes = round % 3 == 0 ? [] : client.request(Envelope.create())
                for _ in 0..<20 {
                    seed ^= seed << 13
                    seed ^= seed >> 7
                    seed ^= seed << 17
                    let byte = UInt8(truncatingIfNeeded: seed)
                    if bytes.isEmpty { bytes.append(byte) } else { bytes[Int(seed >> 8) % bytes.count] = byte }
                }
                try? await client.send(bytes)
                if round % 5 == 0 { _ = try? await client.socket.read(until: .after(.milliseconds(50))) }
                client.socket.close()
            }
            let client = try RawClient(server, account: account)
            #expect(try await client.post(Envelope.identify).status == 200)
        }
    }

    @Test func `when the lab ends, connections end and commands stop`() async throws {
        let responder = FixedResponder { _ in LabReply([.endlessly([1])], exitCode: 0) }
        try await onLoop {
            let secrets = try LabSecrets()
            let account = LabAccount(user: "u")
            var host = LabWinRMHost(name: "h", address: "127.0.0.1", accounts: [account])
            host.allowsUnencrypted = true
            let server = try await LabWinRMServer(
                host, secrets: secrets, signIns: SignInLedger(), responder: responder)
            let running = Task { await server.run() }
            let client = try RawClient(server, account: account)
            let shell = try await client.openShell()
            let command = try await client.start("x", in: shell)
            _ = try await client.post(Envelope.receive(shell: shell, command: command))
            running.cancel()
            await running.value
            #expect(try await client.hasEnded())
            #expect(server.shellCount == 0)
        }
    }

    @Test func `a lab listens on loopback only, and on free ports only`() async throws {
        await #expect(throws: LabError("listening on 0.0.0.0", "a lab listens on 127.0.0.0/8 only")) {
            try await withWinRM({ $0.address = "0.0.0.0" }) { _, _ in }
        }
        await #expect(throws: LabError.self) { try await withWinRM({ $0.address = "127.0.0.1\n" }) { _, _ in } }
        try await withWinRM { server, _ in
            let port = server.port
            await #expect(throws: LabError.self) { try await withWinRM({ $0.port = port }) { _, _ in } }
        }
    }
}
