import CLibSSH2
import Formats

extension SSHSession {
    /// How far an attempt to sign in came.
    private struct Attempt {
        /// libssh2's answer.
        var result: Int
        /// The secret was about to leave, and the gate let it pass: the gate must be told what came of it.
        var hasPassedGate: Bool
        /// Why the call was not repeated until it had an answer.
        var failure: TransportError?
    }

    // MARK: With a key

    /// Offers the key; the host asks for a signature when it would accept it, and only that signature passes the gate.
    func signIn(user: String, key: SSHPrivateKey, gate: any SignInGate) async throws(TransportError) {
        wire.pointee.key = Unmanaged.passUnretained(key)
        let blob = key.publicBlob
        let attempt = await attempt(gate) { [raw] in
            let cell = libssh2_session_abstract(raw)
            return Int(libssh2_userauth_publickey(raw, user, blob, blob.count, SSHCallbacks.sign, cell))
        }
        wire.pointee.key = nil
        try await conclude(attempt, user: user, gate)
    }

    // MARK: With a password

    /// Uses the method `password` where it is offered, else keyboard-interactive with one answer to one prompt.
    func signIn(user: String, password: Secret, gate: any SignInGate) async throws(TransportError) {
        let offered = try await offeredMethods(user: user)
        if offered.isEmpty, libssh2_userauth_authenticated(raw) == 1 { return }
        wire.pointee.password = password
        defer { wire.pointee.password = nil }
        let length = UInt32(user.utf8.count)
        if offered.contains("password") {
            // The very next packet is the one with the password.
            wire.pointee.secretIsReady()
            let attempt = await attempt(gate) { [raw] in
                password.withBytes { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        Int(
                            libssh2_userauth_password_ex(
                                raw, user, length, $0.baseAddress, UInt32($0.count), SSHCallbacks.refuseChange))
                    }
                }
            }
            try await conclude(attempt, user: user, offered: offered, gate)
        } else if offered.contains("keyboard-interactive") {
            let attempt = await attempt(gate) { [raw] in
                Int(libssh2_userauth_keyboard_interactive_ex(raw, user, length, SSHCallbacks.answerPrompts))
            }
            if let problem = wire.pointee.promptProblem {
                if attempt.hasPassedGate { await gate.leave(.unknown) }
                throw TransportError(.signIn, .signInStopped, problem)
            }
            try await conclude(attempt, user: user, offered: offered, gate)
        } else {
            throw TransportError(.signIn, .methodNotOffered(offered: offered))
        }
    }

    /// What the host offers. Asks by an attempt with the method `none`, which carries no secret.
    private func offeredMethods(user: String) async throws(TransportError) -> [String] {
        var list = ""
        let result = try await drive(.signIn, clock.limits.signIn) {
            if let names = libssh2_userauth_list(raw, user, UInt32(user.utf8.count)) {
                list = String(cString: names)
                return 0
            }
            return libssh2_userauth_authenticated(raw) == 1 ? 0 : Int(libssh2_session_last_errno(raw))
        }
        guard result == 0 else { throw failure(.signIn, result) }
        return list.split(separator: ",").map(String.init).filter { name in
            name.utf8.count <= 64 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    // MARK: The gate

    /// Repeats the call, and stops at the gate when the packet with the secret is made and held.
    private func attempt(_ gate: any SignInGate, _ call: () -> Int) async -> Attempt {
        var attempt = Attempt(result: -1, hasPassedGate: false)
        let limit = clock.limits.signIn
        var deadline = clock.deadline(limit)
        while true {
            do throws(TransportError) {
                if wire.pointee.isSecretReady {
                    try await enter(gate)
                    attempt.hasPassedGate = true
                    wire.pointee.releaseSecret()
                    deadline = clock.deadline(limit)
                }
                wire.pointee.beginTurn()
                attempt.result = call()
                // libssh2 would go on waiting for the host's word on an answer that never left.
                if wire.pointee.promptProblem != nil { return attempt }
                guard attempt.result == Int(LIBSSH2_ERROR_EAGAIN) else { return attempt }
                if !wire.pointee.isSecretReady { try await wait(.signIn, limit, deadline) }
            } catch {
                // The held packet must not leave with a later call.
                wire.pointee.isCut = true
                attempt.failure = error
                return attempt
            }
        }
    }

    /// Tells the gate what came of the attempt, and throws unless it was accepted.
    private func conclude(
        _ attempt: Attempt, user: String, offered: [String]? = nil, _ gate: any SignInGate
    ) async throws(TransportError) {
        if attempt.failure == nil, attempt.result == 0 {
            if attempt.hasPassedGate { await gate.leave(.accepted) }
            return
        }
        let isExpired = wire.pointee.mustChangePassword
        let isRefused =
            attempt.failure == nil
            && (isExpired
                || !wire.pointee.hasEnded && Self.refusals.contains(Int32(truncatingIfNeeded: attempt.result)))
        if attempt.hasPassedGate { await gate.leave(isRefused ? .refused : .unknown) }
        if let failure = attempt.failure { throw failure }
        guard isRefused else { throw lostAnswer(attempt.result) }
        var methods = offered ?? []
        if offered == nil { methods = (try? await offeredMethods(user: user)) ?? [] }
        throw TransportError(
            .signIn, .authenticationRefused(offered: methods),
            isExpired ? "the password has expired and must be changed first" : "")
    }

    /// libssh2 has the same codes for "refused" and for "the answer never came".
    private func lostAnswer(_ result: Int) -> TransportError {
        let isRefusal = Self.refusals.contains(Int32(truncatingIfNeeded: result))
        return failure(.signIn, isRefusal ? Int(LIBSSH2_ERROR_SOCKET_DISCONNECT) : result)
    }

    private static let refusals: Set<Int32> = [
        LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED,
    ]
}
