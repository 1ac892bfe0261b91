package import Formats

/// An account that a lab host knows. Basic takes only accounts of the host itself, as on Windows.
package struct LabAccount: Sendable {
    package var user: String
    /// What may stand before the backslash or behind the at sign, besides nothing. Empty: an account of the host itself,
    /// which `HOST\user` and `.\user` name as well.
    package var domains: [String]
    package var password: Secret

    /// The password is a new random one; it is printable ASCII without a colon.
    package init(user: String, domains: [String] = []) {
        self.user = user
        self.domains = domains
        password = LabSecrets.newPassword()
    }

    /// All forms of the domain that a client may send for this account to the host.
    func acceptedDomains(on host: String) -> [String] {
        let computer = String(host.prefix { $0 != "." }).uppercased()
        return ["", ".", computer, host] + domains
    }
}

/// Which WinRM a host speaks.
package enum WinRMDialect: Sendable, Hashable {
    /// Windows Server 2008 R2: smaller limits, an answer to Create without rsp:Shell.
    case winRM2
    /// Windows Server 2012 and everything since.
    case winRM3

    var stackVersion: String { self == .winRM2 ? "2.0" : "3.0" }
    /// MaxEnvelopeSizekb, in bytes.
    var maxEnvelopeSize: Int { self == .winRM2 ? 150 * 1024 : 500 * 1024 }
    var maxShellsPerUser: Int { self == .winRM2 ? 5 : 30 }
    var maxProcessesPerShell: Int { self == .winRM2 ? 15 : 25 }
    var maxConnections: Int { self == .winRM2 ? 25 : 300 }
    /// Shells and commands may bear ids that the client made.
    var takesChosenIDs: Bool { self == .winRM3 }
    var idleTimeout: Duration { .seconds(self == .winRM2 ? 180 : 7_200) }
}

/// How one WinRM host of the lab is set up.
package struct LabWinRMHost: Sendable {
    /// As the certificate, the NTLM challenge and the faults show it.
    package var name: String
    /// In 127.0.0.0/8.
    package var address: String
    /// 0: the system chooses.
    package var port: UInt16 = 0
    package var accounts: [LabAccount]
    package var usesHTTPS = false
    /// Service\AllowUnencrypted: over HTTP, Basic is offered and plain bodies are taken.
    package var allowsUnencrypted = false
    package var offersNegotiate = true
    package var channelBinding = CbtHardeningLevel.relaxed
    package var dialect = WinRMDialect.winRM3
    /// As Identify tells it to authenticated callers.
    package var operatingSystemVersion = "10.0.20348"
    /// The 401 names its schemes in one field, joined by commas.
    package var joinsSchemes = false
    package var maxShellsPerUser: Int
    package var faults: Set<LabWinRMFault> = []

    package init(name: String, address: String, accounts: [LabAccount], dialect: WinRMDialect = .winRM3) {
        self.name = name
        self.address = address
        self.accounts = accounts
        self.dialect = dialect
        maxShellsPerUser = dialect.maxShellsPerUser
    }

    var offer: SignInMachine.Offer {
        SignInMachine.Offer(negotiate: offersNegotiate, basic: usesHTTPS || allowsUnencrypted)
    }
}
