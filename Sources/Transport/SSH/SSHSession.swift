import CLibSSH2
import EventLoop
import Glibc

/// One SSH connection: owns the socket, the libssh2 session and its channel, on the loop's thread.
@Reactor final class SSHSession {
    private static let isInitialised = libssh2_init(0) == 0

    let raw: OpaquePointer
    let wire: UnsafeMutablePointer<SSHWire>
    var channel: OpaquePointer?
    private(set) var clock: StageClock
    private var isOpen = true

    /// Takes over a connected, non-blocking socket.
    init(descriptor: Int32, clock: StageClock, receiveLimit: Int) throws(TransportError) {
        let wire = UnsafeMutablePointer<SSHWire>.allocate(capacity: 1)
        guard Self.isInitialised, let raw = cssh2_session_new(wire) else {
            wire.deallocate()
            close(descriptor)
            throw TransportError(.hostKey, .connectionLost, "out of memory")
        }
        wire.initialize(to: SSHWire(descriptor: descriptor, receiveLimit: receiveLimit))
        self.raw = raw
        self.wire = wire
        self.clock = clock
        SSHCallbacks.install(on: raw)
        libssh2_session_set_blocking(raw, 0)
    }

    isolated deinit {
        end()
        wire.deinitialize(count: 1)
        wire.deallocate()
    }

    /// Hangs up. Never blocks: after the shutdown, every send and receive inside libssh2 ends at once.
    func end() {
        guard isOpen else { return }
        isOpen = false
        let descriptor = wire.pointee.descriptor
        Loop.shared.forget(descriptor)
        shutdown(descriptor, Int32(SHUT_RDWR))
        // A non-blocking session would answer EAGAIN to the frees, and leak.
        libssh2_session_set_blocking(raw, 1)
        libssh2_session_set_timeout(raw, 1)
        wire.pointee.isCut = true
        if let channel { libssh2_channel_free(channel) }
        channel = nil
        libssh2_session_free(raw)
        close(descriptor)
    }

    /// Says goodbye without waiting for an answer, then hangs up.
    func disconnect() {
        guard isOpen else { return }
        libssh2_session_disconnect_ex(raw, SSH_DISCONNECT_BY_APPLICATION, "", "")
        end()
    }

    // MARK: Driving libssh2

    /// Repeats `call` until it answers something else than EAGAIN, and returns that.
    func drive(
        _ stage: TransportError.Stage, _ limit: Duration, _ call: () -> Int
    ) async throws(TransportError) -> Int {
        let deadline = clock.deadline(limit)
        while true {
            wire.pointee.beginTurn()
            let result = call()
            guard result == Int(LIBSSH2_ERROR_EAGAIN) else { return result }
            try await wait(stage, limit, deadline)
        }
    }

    /// Waits for what the last EAGAIN was about.
    func wait(
        _ stage: TransportError.Stage, _ limit: Duration, _ deadline: Deadline
    ) async throws(TransportError) {
        if wire.pointee.hasMore() { return }
        let directions = libssh2_session_block_directions(raw)
        var interest: Interest = []
        if directions & LIBSSH2_SESSION_BLOCK_INBOUND != 0 { interest.insert(.read) }
        if directions & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 { interest.insert(.write) }
        if interest.isEmpty { interest = .read }
        do throws(EventLoopError) {
            try await Loop.shared.ready(wire.pointee.descriptor, interest, until: deadline)
        } catch {
            throw clock.error(stage, limit, error)
        }
    }

    /// Waits at the gate; the time spent there is nobody's fault and does not count.
    func enter(_ gate: any SignInGate) async throws(TransportError) {
        let start = Deadline.after(.zero)
        defer { clock.pause(from: start) }
        try await gate.enter()
    }

    /// The error that a negative result of libssh2 stands for.
    func failure(_ stage: TransportError.Stage, _ code: Int) -> TransportError {
        if Task.isCancelled { return TransportError(stage, .cancelled) }
        return SSHFailure(
            code: Int32(truncatingIfNeeded: code), disconnectReason: wire.pointee.disconnectReason,
            isFlooded: wire.pointee.isFlooded
        ).error(stage)
    }
}
