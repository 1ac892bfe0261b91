import CLibSSH2
import Formats
import Glibc

/// The byte level below libssh2: what its callbacks work on.
///
/// Receiving reads ahead while the conversation opens (libssh2 asks for the banner byte by byte), hands over everything
/// that arrived before it says that the connection ended (libssh2 would drop it), and stops after some hundred kilobytes
/// so that one host cannot keep the loop to itself. Sending can be held: a packet with a secret then waits, complete and
/// encrypted, until the gate is open.
struct SSHWire {
    /// Bytes that one call into libssh2 may take from the socket before other hosts get their turn.
    private static let turnLimit = 262_144
    /// Bytes of the opening that are kept to name the algorithms when none is common.
    private static let openingLimit = 16_384

    let descriptor: Int32

    // MARK: What the session sets

    /// Nothing is sent; libssh2 sees a socket without room.
    var isHeld = false
    /// Nothing is sent any more; libssh2 sees a broken connection.
    var isCut = false
    /// Bytes that may be received in all.
    var receiveLimit: Int
    /// Signs when libssh2 asks, for the length of the sign-in.
    var key: Unmanaged<SSHPrivateKey>?
    /// Answers the prompt, for the length of the sign-in.
    var password: Secret?

    // MARK: What the session reads

    /// The packet with the secret is made and held.
    private(set) var isSecretReady = false
    /// Why prompts of keyboard-interactive were not answered.
    private(set) var promptProblem: String?
    private var hasAnswered = false
    /// The host accepted the password and wants another one before it goes on (RFC 4252 section 8).
    private(set) var mustChangePassword = false
    /// The reason code of the host's SSH_MSG_DISCONNECT (RFC 4253 section 11.1).
    private(set) var disconnectReason: Int32?
    /// More than ``receiveLimit`` came.
    private(set) var isFlooded = false
    private(set) var roundTrips = 0
    private(set) var opening: [UInt8] = []

    private var served = 0
    private var isOpening = true
    private var received = 0
    private var receivedInTurn = 0
    private var hasSent = false
    /// What recv said last: 0 at the end, or a negative errno; reported once everything before it was handed over.
    private var end: Int?
    private var isEndDue = false

    init(descriptor: Int32, receiveLimit: Int) {
        self.descriptor = descriptor
        self.receiveLimit = receiveLimit
    }

    static func at(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> UnsafeMutablePointer<SSHWire>? {
        abstract?.pointee?.assumingMemoryBound(to: SSHWire.self)
    }

    /// The connection has ended, or the host said that it ends it. libssh2 then reports some sign-ins as refused.
    var hasEnded: Bool { end != nil || disconnectReason != nil }

    // MARK: Turns

    mutating func beginTurn() { receivedInTurn = 0 }

    /// True when calling again makes sense without waiting for the socket.
    mutating func hasMore() -> Bool {
        if served < opening.count { return true }
        guard end != nil, !isEndDue else { return false }
        isEndDue = true
        return true
    }

    /// The key exchange is over: no more reading ahead.
    mutating func finishOpening() {
        isOpening = false
        if served == opening.count {
            opening = []
            served = 0
        }
    }

    mutating func secretIsReady() {
        isHeld = true
        isSecretReady = true
    }

    mutating func releaseSecret() {
        isHeld = false
        isSecretReady = false
    }

    mutating func passwordMustChange() {
        mustChangePassword = true
        isCut = true
    }

    mutating func hostDisconnected(_ reason: Int32) { disconnectReason = reason }

    // MARK: Bytes

    mutating func receive(into buffer: UnsafeMutableRawPointer, _ length: Int) -> Int {
        if served < opening.count { return serve(buffer, length) }
        if let end { return isEndDue ? end : -Int(EAGAIN) }
        guard receivedInTurn < Self.turnLimit else { return -Int(EAGAIN) }
        guard isOpening, opening.count < Self.openingLimit else { return take(into: buffer, length) }
        var count = 0
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { ahead in
            guard let start = ahead.baseAddress else { return }
            count = take(into: start, ahead.count)
            if count > 0 { opening.append(contentsOf: UnsafeRawBufferPointer(rebasing: ahead[..<count])) }
        }
        return count > 0 ? serve(buffer, length) : count
    }

    private mutating func serve(_ buffer: UnsafeMutableRawPointer, _ length: Int) -> Int {
        let count = min(length, opening.count - served)
        opening.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            buffer.copyMemory(from: start + served, byteCount: count)
        }
        served += count
        if !isOpening, served == opening.count {
            opening = []
            served = 0
        }
        return count
    }

    private mutating func take(into buffer: UnsafeMutableRawPointer, _ length: Int) -> Int {
        let count = recv(descriptor, buffer, length, 0)
        if count > 0 {
            if hasSent { roundTrips += 1 }
            hasSent = false
            received += count
            receivedInTurn += count
            if received > receiveLimit {
                isFlooded = true
                end = -Int(EMSGSIZE)
                isEndDue = true
            }
            return count
        }
        let code = errno
        if count < 0, code == EAGAIN || code == EINTR { return -Int(EAGAIN) }
        end = count == 0 ? 0 : -Int(code)
        return -Int(EAGAIN)
    }

    mutating func send(_ buffer: UnsafeRawPointer, _ length: Int) -> Int {
        if isCut { return -Int(EPIPE) }
        if isHeld { return -Int(EAGAIN) }
        let count = Glibc.send(descriptor, buffer, length, Int32(MSG_NOSIGNAL))
        guard count >= 0 else { return -Int(errno) }
        hasSent = true
        return count
    }

    // MARK: Prompts (RFC 4256)

    /// Answers one prompt without echo, once, with the password. Anything else is not answered, and cuts the wire
    /// before libssh2 can send an empty answer, which hosts count as a failed sign-in.
    mutating func answer(
        _ prompts: UnsafeBufferPointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>,
        _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?
    ) {
        // A round without prompts only shows a text; the answer to it is empty by the protocol.
        if prompts.isEmpty { return }
        if prompts.count > 1 {
            promptProblem = "the host asks \(prompts.count) questions at once; only one, for the password, is answered"
        } else if prompts[0].echo != 0 {
            promptProblem = "the host asks for something that it would show on the screen; only a password is answered"
        } else if hasAnswered {
            promptProblem = "the host asks again after the password; a second question is not answered"
        }
        guard promptProblem == nil, let password, let response = responses else {
            isCut = true
            return
        }
        password.withBytes { bytes in
            guard let copy = malloc(bytes.count + 1) else { return }
            if let start = bytes.baseAddress { copy.copyMemory(from: start, byteCount: bytes.count) }
            response.pointee.text = copy.assumingMemoryBound(to: CChar.self)
            response.pointee.length = UInt32(bytes.count)
        }
        hasAnswered = true
        secretIsReady()
    }
}
