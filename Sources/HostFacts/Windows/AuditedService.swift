/// A Windows service that Remote Desktop rests on, by its service name (which no language changes).
package enum AuditedService: String, Sendable, Hashable, CaseIterable {
    case termService = "TermService"
    case sessionEnv = "SessionEnv"
    case umRdpService = "UmRdpService"
    case certPropSvc = "CertPropSvc"
    case keyIso = "KeyIso"
    case cryptSvc = "CryptSvc"
    case mpsSvc = "MpsSvc"
    case bfe = "BFE"
    case rpcSs = "RpcSs"
    case gpsvc
    case netlogon = "Netlogon"
    case nlaSvc = "NlaSvc"
    case lsm = "LSM"
    /// The clock.
    case w32Time = "W32Time"
    /// Our own ways in.
    case winRM = "WinRM"
    case sshd
    /// Roles beside the host itself: RD Gateway, RD Connection Broker, RD Licensing.
    case gateway = "TSGateway"
    case connectionBroker = "Tssdis"
    case licensing = "TermServLicensing"
}

/// `Start` of a service's key.
package enum ServiceStart: UInt32, Sendable, Hashable {
    case boot = 0, system, automatic, manual, disabled
}

/// What the service control manager says, numbered as SERVICE_STATUS.dwCurrentState.
package enum ServiceState: Int64, Sendable, Hashable {
    case stopped = 1, startPending, stopPending, running, continuePending, pausePending, paused
}
