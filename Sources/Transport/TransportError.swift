/// Why a host could not be asked, or an answer broke off: in which stage, why, and what to check next.
///
/// It holds no secrets and nothing of what was exchanged; host-supplied text is limited to names of methods and schemes.
package struct TransportError: Error, Sendable, Hashable {
    /// What was being done.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        case name, connect, tls, hostKey, signIn, shell, command, send, receive
    }

    package enum Reason: Sendable, Hashable {
        case nameNotFound
        /// Nothing listens on the port, or a firewall says so.
        case refused
        /// No route, or a router said that there is no way.
        case unreachable
        /// The limit that passed.
        case timedOut(Duration)
        case connectionLost
        case tls(TLSProblem)
        /// `fingerprint`: `SHA256:` and base64, as ssh-keygen prints it.
        case hostKey(HostKeyProblem, fingerprint: String)
        /// Client and host share no algorithm of some kind: `detail` names it.
        case noCommonAlgorithm
        /// The private key cannot be used: `detail` says why.
        case keyUnusable
        /// A plug-in of this machine is missing: the Debian package that has it.
        case missingMechanism(package: String)
        /// The host refused the secret; what it offers instead.
        case authenticationRefused(offered: [String])
        /// The host does not offer the way of signing in that was asked for. No secret was sent.
        case methodNotOffered(offered: [String])
        /// The sign-in would have gone on in a way that could give the secret away or use it twice: it was not sent.
        case signInStopped
        /// Sending the secret could lock the account: it was not sent.
        case accountAtRisk
        /// Signed in, but the account lacks the right to do this (WinRM fault 5).
        case notAuthorised
        /// A limit of the host on shells, users or operations; WinRM's fault code.
        case quota(code: UInt32)
        /// The service is starting or overloaded (HTTP 503, SSH MaxStartups).
        case busy
        /// Another fault of WinRM, by its code; 0 when it had none.
        case fault(code: UInt32)
        case protocolViolation
        /// Bytes of standard output that were allowed.
        case outputTooLarge(limit: Int)
        /// A signal ended the command on the host.
        case endedBySignal(String)
        case cancelled
        /// The settings of this connection cannot be used: `detail` says which and why.
        case settings
        /// A recording holds no answer to this request.
        case notRecorded
    }

    package enum TLSProblem: Sendable, Hashable {
        case expired, notYetValid, selfSigned, unknownAuthority, wrongName
        /// The certificate is not the pinned one; the SHA-256 of the one presented, in hex.
        case pinDiffers(presented: String)
        /// The host speaks no version of TLS that is allowed here.
        case version
        /// What listens there does not speak TLS.
        case notTLS
        case other
    }

    package enum HostKeyProblem: Sendable, Hashable {
        case unknown, changed, revoked
    }

    package var stage: Stage
    package var reason: Reason
    /// What the reason does not say by itself; empty when there is nothing to add.
    package var detail: String

    package init(_ stage: Stage, _ reason: Reason, _ detail: String = "") {
        self.stage = stage
        self.reason = reason
        self.detail = detail
    }

    /// Trying again later, unchanged, may help. Never so for anything that a secret was refused for.
    package var isRetryable: Bool {
        switch reason {
        case .refused, .unreachable, .timedOut, .connectionLost, .quota, .busy: true
        case .fault(let code): WSManFault(code: code).isWorthRetry
        case .nameNotFound, .tls, .hostKey, .noCommonAlgorithm, .keyUnusable, .missingMechanism,
            .authenticationRefused, .methodNotOffered, .signInStopped, .accountAtRisk, .notAuthorised,
            .protocolViolation, .outputTooLarge, .endedBySignal, .cancelled, .settings, .notRecorded:
            false
        }
    }
}
