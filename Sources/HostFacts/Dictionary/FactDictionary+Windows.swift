extension FactDictionary {
    static let windowsFacts: [Fact] = [
        Fact("os.name", "Release of Windows as people call it, made from the build") { $0.windows.map(\.name) },
        Fact("os.version", "Version with build and revision") { $0.windows.map(\.version) },
        Fact("os.build", "Build number") { $0.windows.map(\.version.build) },
        Fact("os.revision", "Revision (UBR), which every cumulative update raises; known since Windows 10") {
            $0.windows.flatMap { windows in
                windows.version.revision.map { .value($0) }
                    ?? .unsupported("\(windows.name) does not count revisions")
            }
        },
        Fact(
            "os.role", "Workstation, member server or domain controller",
            choices: WindowsVersion.Role.allCases.map(\.rawValue)
        ) {
            $0.windows.flatMap(\.role)
        },
        Fact("os.installationType", "Client, Server, Server Core: which servicing line a shared build is on") {
            $0.windows.flatMap(\.installationType)
        },
        Fact("os.supported", "Windows 7 / Server 2008 R2 or later") { $0.windows.map(\.isSupported) },
        Fact("os.computerName", "NetBIOS name") { $0.identity.computerName },
        Fact("os.domain", "DNS domain of the machine; empty when it has none") { $0.identity.domain },
        Fact("os.machineGuid", "Identifier made at setup; clones share it") { $0.identity.machineGuid },
        Fact("os.machineSID", "SID of the machine's account domain; domain controllers of one domain share it") {
            $0.identity.machineSID
        },
        Fact("os.rebootPending", "Servicing or Windows Update waits for a restart", stability: .volatile) {
            $0.isRebootPending
        },
        Fact("probe.elevated", "The probe ran with an unfiltered administrator's token", stability: .volatile) {
            $0.engine.map(\.isElevated)
        },
        Fact("probe.powershell", "Version of the PowerShell that ran the probe", stability: .volatile) {
            $0.engine.map(\.version)
        },
        Fact("probe.clock", "The host's clock when the probe began, UTC", stability: .volatile) {
            $0.engine.map(\.clock)
        },
    ]

    static let updateFacts: [Fact] = [
        Fact("updates.installed", "KBs whose packages are installed; absence of one proves nothing") {
            $0.updates.installed.map { $0.map { "KB\($0)" } }
        },
        Fact("updates.staged", "KBs whose packages are unpacked but not installed") {
            $0.updates.staged.map { $0.map { "KB\($0)" } }
        },
    ]

    static let serviceFacts: [Fact] = AuditedService.allCases.flatMap { service -> [Fact] in
        [
            Fact(
                "services.\(service.rawValue).start", "Start type of \(service.rawValue)",
                choices: ["boot", "system", "automatic", "manual", "disabled"],
                registry: [RegistryLocation(Keys.services + "\\" + service.rawValue, "Start")]
            ) { $0.services[service].start.map { "\($0)" } },
            Fact(
                "services.\(service.rawValue).state", "What the service control manager says of \(service.rawValue)",
                choices: ["stopped", "running", "paused"], stability: .volatile
            ) { $0.services[service].state.map { "\($0)" } },
        ]
    }
}
