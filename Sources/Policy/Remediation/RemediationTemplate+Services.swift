import HostFacts

extension RemediationTemplate {
    /// `sc.exe` in place of Set-Service where a start type must come back exactly: it knows them all, in 2.0 as well.
    func serviceAction(_ facts: HostFacts, _ service: AuditedService, _ start: ServiceStart) -> RemediationAction {
        let name = service.rawValue
        let seen = facts.services[service]
        guard case .value(let observed) = seen.start else {
            return manual("\(summary); its start type could not be read")
        }
        switch seen.state {
        case .value(.running), .value(.stopped), .accessDenied, .unsupported, .failed: break
        case .absent: return manual("\(summary): the service does not exist on this host")
        case .value(let state): return manual("\(summary): it was \(state) when it was looked at")
        }
        var apply: [String] = []
        var rollback: [String] = []
        if observed == .disabled {
            apply.append("sc.exe config \(name) start= \(start.scName)")
            rollback.append("sc.exe config \(name) start= \(observed.scName)")
        }
        if case .value(.running) = seen.state {
        } else {
            apply.append("Start-Service -Name \(name)")
            if case .value(.stopped) = seen.state { rollback.insert("Stop-Service -Name \(name) -Force", at: 0) }
        }
        guard !apply.isEmpty else { return manual("\(summary): it runs already") }
        let wasRunning: Bool? =
            switch seen.state {
            case .value(let state): state == .running
            default: nil
            }
        return RemediationAction(
            summary: summary, place: .host,
            steps: [
                .service(
                    .init(
                        service: service, observedStart: observed,
                        wantedStart: observed == .disabled ? start : observed, wasRunning: wasRunning))
            ],
            guardCondition:
                "\(observed.rawValue) -eq [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\\(Keys.services)\\\(name)','Start',$null)",
            apply: apply, verify: "Get-Service -Name \(name)", rollback: rollback,
            whyNoRollback: rollback.isEmpty ? "whether it ran before could not be read" : nil, effect: effect,
            risk: risk)
    }
}

extension ServiceStart {
    /// The word that `sc.exe config start=` takes.
    fileprivate var scName: String {
        switch self {
        case .boot: "boot"
        case .system: "system"
        case .automatic: "auto"
        case .manual: "demand"
        case .disabled: "disabled"
        }
    }
}
