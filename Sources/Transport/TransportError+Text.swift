extension TransportError: CustomStringConvertible {
    /// A sentence: what happened, in which stage, and what is known beyond that.
    package var description: String {
        let sentence = "\(reason.text) while \(stage.text)"
        return detail.isEmpty ? sentence : "\(sentence): \(detail)"
    }

    /// What to check next, as a sentence.
    package var advice: String {
        switch reason {
        case .nameNotFound: "Check the spelling, and that this machine's name servers know the host."
        case .refused: "Check that the service runs on the host, and the port in the inventory."
        case .unreachable: "Check routes and the firewalls between this machine and the host."
        case .timedOut: adviceAfterTimeout
        case .connectionLost: adviceAfterLoss
        case .tls(let problem): problem.advice
        case .hostKey(let problem, _): problem.advice
        case .noCommonAlgorithm:
            "Allow one of this client's algorithms on the host, or install a newer libssh2 (1.11 adds rsa-sha2, "
                + "-etm MACs and AES-GCM)."
        case .keyUnusable: "Use an ed25519 or ECDSA key that this machine can read."
        case .missingMechanism(let package): "Install the package \(package) on this machine."
        case .authenticationRefused: adviceAfterRefusal
        case .methodNotOffered: "Sign in by one of the ways that the host offers, or allow this one on the host."
        case .signInStopped: "Check how this host signs users in; its detail says what it asked for."
        case .accountAtRisk: "Correct the secret in the inventory, and check that the account is not locked."
        case .notAuthorised:
            "Check that the account is an administrator of the host. Over the network Windows takes that right from local "
                + "accounts other than the built-in one: use a domain account, or OpenSSH (docs/access.md)."
        case .quota: "Wait for other sessions on the host to end, or raise MaxShellsPerUser there."
        case .busy: "Try again later; check the load of the host."
        case .fault, .protocolViolation: "Check that the port belongs to this service and not to a proxy."
        case .outputTooLarge: "Sign in by hand and look at what prints so much; the probe prints far less."
        case .endedBySignal: "Check the host's event log for what ended the command."
        case .cancelled: "Run it again."
        case .settings: "Correct this host's settings in the inventory."
        case .notRecorded: "Record the host again with this version."
        }
    }

    private var adviceAfterTimeout: String {
        switch stage {
        case .name: "Check this machine's name servers."
        case .connect: "Check that the host is up, and the firewalls that may drop packets without a word."
        case .tls, .hostKey: "Check that the port belongs to this service and that the host is not overloaded."
        case .signIn: "Check that the host reaches its domain controllers."
        case .shell, .command, .send, .receive: "Check the load of the host, or raise the limit."
        }
    }

    private var adviceAfterLoss: String {
        switch stage {
        case .hostKey:
            "Check that the port is SSH's; servers also hang up at once when too many connect (MaxStartups) or after "
                + "failed sign-ins (PerSourcePenalties)."
        case .name, .connect, .tls: "Check what listens on the port, and the firewalls in between."
        case .signIn, .shell, .command, .send, .receive: "Check whether the host restarted or the network broke off."
        }
    }

    private var adviceAfterRefusal: String {
        let isSSH: Bool
        if case .authenticationRefused(let offered) = reason {
            isSSH = offered.contains { ["publickey", "password", "keyboard-interactive"].contains($0) }
        } else {
            isSSH = false
        }
        return isSSH
            ? "Check the account, and that its key or password is known to this host's sshd (for administrators the file "
                + "administrators_authorized_keys); it was tried once and is not tried again."
            : "Check the account and its secret, and that it may sign in to this host over the network; it was tried once "
                + "and is not tried again. Under HTTPS a proxy that ends TLS is refused in the same way."
    }
}

extension TransportError.Stage {
    package var text: String {
        switch self {
        case .name: "looking up the name"
        case .connect: "connecting"
        case .tls: "setting up TLS"
        case .hostKey: "exchanging keys"
        case .signIn: "signing in"
        case .shell: "opening the shell"
        case .command: "starting the command"
        case .send: "sending the command's input"
        case .receive: "receiving the output"
        }
    }
}

extension TransportError.Reason {
    var text: String {
        switch self {
        case .nameNotFound: "no name server knows the host"
        case .refused: "the connection was refused"
        case .unreachable: "the host is unreachable"
        case .timedOut(let limit): "no answer within \(limit.text)"
        case .connectionLost: "the connection was lost"
        case .tls(let problem): problem.text
        case .hostKey(let problem, let fingerprint): "\(problem.text) (\(fingerprint))"
        case .noCommonAlgorithm: "there is no algorithm that both sides know"
        case .keyUnusable: "the private key cannot be used"
        case .missingMechanism(let package): "this machine lacks \(package)"
        case .authenticationRefused(let offered):
            "the host refused the sign-in" + (offered.isEmpty ? "" : " (it offers \(offered.joined(separator: ", ")))")
        case .methodNotOffered(let offered):
            "the host does not offer this way of signing in (it offers "
                + (offered.isEmpty ? "none" : offered.joined(separator: ", ")) + ")"
        case .signInStopped: "the sign-in was stopped before the secret was sent"
        case .accountAtRisk: "the account is at risk of being locked, so its secret was not sent"
        case .notAuthorised: "the account lacks the right"
        case .quota(let code): "a quota of the host is used up (fault \(code))"
        case .busy: "the service is busy"
        case .fault(let code): "the host answered with fault \(code)"
        case .protocolViolation: "the answer breaks the protocol"
        case .outputTooLarge(let limit): "the output is larger than \(limit) bytes"
        case .endedBySignal(let name): "the command was ended by signal \(name)"
        case .cancelled: "cancelled"
        case .settings: "the settings cannot be used"
        case .notRecorded: "the recording holds no answer to this request"
        }
    }
}

extension TransportError.TLSProblem {
    var text: String {
        switch self {
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not yet valid"
        case .selfSigned: "the certificate is self-signed"
        case .unknownAuthority: "the certificate's issuer is not trusted"
        case .wrongName: "the certificate is for another name"
        case .pinDiffers(let presented): "the certificate is not the pinned one (presented: \(presented))"
        case .version: "there is no version of TLS that both sides allow"
        case .notTLS: "what listens there does not speak TLS"
        case .other: "the TLS handshake failed"
        }
    }

    var advice: String {
        switch self {
        case .expired: "Renew the WinRM listener's certificate on the host."
        case .notYetValid: "Compare the clocks of the host, its authority and this machine."
        case .selfSigned, .unknownAuthority: "Name the issuer's certificate as CA file, or pin this certificate."
        case .wrongName: "Address the host by a name that its certificate holds, or pin the certificate."
        case .pinDiffers: "Find out whether the certificate was renewed; if so, change the pin."
        case .version: "Allow TLS 1.2 on the host."
        case .notTLS: "Check the port and the scheme: 5986 is HTTPS, 5985 is HTTP."
        case .other: "Check the certificate of the WinRM listener, and whether it wants a client certificate."
        }
    }
}

extension TransportError.HostKeyProblem {
    var text: String {
        switch self {
        case .unknown: "the host key is not in known_hosts"
        case .changed: "the host key is not the one in known_hosts"
        case .revoked: "the host key is marked as revoked in known_hosts"
        }
    }

    var advice: String {
        switch self {
        case .unknown: "Compare the fingerprint on the host (ssh-keygen -lf on its key), then add it to known_hosts."
        case .changed:
            "Find out whether the host was installed anew; if not, somebody may be answering in its place."
        case .revoked: "Do not sign in; ask whoever revoked the key."
        }
    }
}

extension Duration {
    /// `10 s`, `1.5 s`, `250 ms`.
    var text: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return rest < 100 ? "\(seconds) s" : "\(seconds).\(rest / 100) s"
    }
}
