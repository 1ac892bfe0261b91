import CEventLoop
import EventLoop
import Glibc
import Testing

@Suite struct LoopTests {
    @Test func `a descriptor that becomes readable ends the wait`() async throws {
        try await onLoop {
            let (left, right) = try pair()
            let waiting = Task { try await left.read(until: .after(.seconds(5))) }
            try await right.write([1, 2, 3], until: .after(.seconds(5)))
            #expect(try await waiting.value == [1, 2, 3])
        }
    }

    @Test func `a wait ends when its deadline passes`() async throws {
        try await onLoop {
            let (left, right) = try pair()
            let started = ContinuousClock.now
            await #expect(throws: EventLoopError.timedOut) { try await left.read(until: .after(.milliseconds(50))) }
            let waited = ContinuousClock.now - started
            #expect(waited >= .milliseconds(50) && waited < .seconds(2))
            right.close()
        }
    }

    @Test func `a cancelled task stops waiting`() async throws {
        try await onLoop {
            let (left, right) = try pair()
            let waiting = Task { try await left.read(until: .never) }
            try await Loop.shared.sleep(until: .after(.milliseconds(20)))
            waiting.cancel()
            await #expect(throws: EventLoopError.cancelled) { try await waiting.value }
            right.close()
        }
    }

    @Test func `closing a socket ends the wait on it`() async throws {
        try await onLoop {
            let (left, right) = try pair()
            let waiting = Task { try await left.read(until: .never) }
            try await Loop.shared.sleep(until: .after(.milliseconds(20)))
            left.close()
            await #expect(throws: EventLoopError.cancelled) { try await waiting.value }
            right.close()
        }
    }

    @Test func `a cancelled sleep ends at once`() async throws {
        try await onLoop {
            let sleeping = Task { try await Loop.shared.sleep(until: .after(.seconds(60))) }
            try await Loop.shared.sleep(until: .after(.milliseconds(10)))
            let cancelled = ContinuousClock.now
            sleeping.cancel()
            await #expect(throws: EventLoopError.cancelled) { try await sleeping.value }
            #expect(ContinuousClock.now - cancelled < .seconds(5))
        }
    }

    @Test func `every one of many racing waits is resumed exactly once`() async throws {
        try await onLoop {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<600 {
                    group.addTask { await raced(index) }
                }
                var ended = 0
                for try await one in group { ended += one }
                #expect(ended == 600)
            }
        }
    }

    @Test func `work sent off the loop does not run on its thread`() async throws {
        try await onLoop {
            let here = loop_thread_id()
            let there = await offLoop { loop_thread_id() }
            #expect(here != there)
            #expect(loop_thread_id() == here)
        }
    }

    @Test func `a child process is waited for and its exit code is read`() async throws {
        try await onLoop {
            let child = try ChildProcess(executable: "/bin/sh", arguments: ["-c", "exit 7"], environment: [:])
            #expect(try await child.exit(until: .after(.seconds(10))) == 7)
            let sleeper = try ChildProcess(executable: "/bin/sleep", arguments: ["600"], environment: [:])
            #expect(sleeper.isRunning)
            sleeper.kill(SIGTERM)
            #expect(try await sleeper.exit(until: .after(.seconds(10))) == 128 + SIGTERM)
        }
    }

    @Test func `a child process gets the descriptors it is handed`() async throws {
        try await onLoop {
            var input: [Int32] = [0, 0], output: [Int32] = [0, 0]
            try #require(loop_socket_pair(&input) == 0 && loop_socket_pair(&output) == 0)
            // cat does not wait for a descriptor that says EAGAIN.
            for end in [input[1], output[1]] { _ = fcntl(end, F_SETFL, 0) }
            let feed = Socket(descriptor: input[0]), reply = Socket(descriptor: output[0])
            let child = try ChildProcess(
                executable: "/bin/cat", arguments: [], environment: [:],
                input: input[1], output: output[1], error: output[1])
            close(input[1])
            close(output[1])
            try await feed.write(Array("through".utf8), until: .after(.seconds(10)))
            #expect(try await reply.read(until: .after(.seconds(10))) == Array("through".utf8))
            feed.close()
            #expect(try await child.exit(until: .after(.seconds(10))) == 0)
        }
    }

    @Test func `a program that is not there is an error`() async throws {
        try await onLoop {
            #expect(throws: EventLoopError.system("start /nonexistent/program", ENOENT)) {
                try ChildProcess(executable: "/nonexistent/program", arguments: [], environment: [:])
            }
        }
    }

    @Test func `a listening Unix socket accepts and leaves no file behind`() async throws {
        let path = "/tmp/fleetaudit-test-\(UInt64.random(in: 0 ... .max))"
        try await onLoop {
            let listener = try UnixListener(path: path)
            let client = Socket(descriptor: loop_connect_unix(path))
            let server = try await listener.accept()
            try await server.write([7], until: .after(.seconds(5)))
            #expect(try await client.read(until: .after(.seconds(5))) == [7])
            #expect(throws: EventLoopError.system("listen on \(path)", EADDRINUSE)) { try UnixListener(path: path) }
        }
        #expect(access(path, F_OK) != 0)
        await #expect(throws: EventLoopError.self) {
            try await onLoop { _ = try UnixListener(path: String(repeating: "x", count: 108)) }
        }
    }

    @Test func `a port that is in use is refused with the errno`() async throws {
        try await onLoop {
            let listener = try Listener(address: "127.0.0.1")
            #expect(throws: EventLoopError.system("listen on 127.0.0.1:\(listener.port)", EADDRINUSE)) {
                try Listener(address: "127.0.0.1", port: listener.port)
            }
        }
    }
}

/// Runs the test body as the program runs: on the loop, with it as the task's preferred executor.
@discardableResult func onLoop<T: Sendable>(_ body: @escaping @Reactor @Sendable () async throws -> T) async throws -> T
{
    try await Task(executorPreference: Reactor.shared.executor) { try await body() }.value
}

@Reactor private func pair() throws -> (Socket, Socket) {
    var descriptors: [Int32] = [0, 0]
    try #require(loop_socket_pair(&descriptors) == 0)
    return (Socket(descriptor: descriptors[0]), Socket(descriptor: descriptors[1]))
}

/// Readiness, deadline and cancellation within the same milliseconds; 1 when the wait ended.
@Reactor private func raced(_ index: Int) async -> Int {
    guard let (left, right) = try? pair() else { return 0 }
    let waiting = Task { try await left.read(until: .after(.microseconds(200 + index % 7 * 300))) }
    try? await Loop.shared.sleep(until: .after(.microseconds(index % 5 * 400)))
    if index % 3 == 0 { waiting.cancel() }
    if index % 3 == 1 { try? await right.write([1], until: .after(.seconds(1))) }
    _ = await waiting.result
    return 1
}
