import HostFacts
package import Policy

/// `remediation/<host>.ps1`: everything that can be mended on one host by command, for PowerShell 2.0 to 7.
///
/// The code in it is the same on every host and stands beside this file as PowerShell; what differs is a list of values.
/// It runs on the machine that it was computed for and on no other, changes a thing only while it is as the audit saw it
/// (or half way), can be run again, undoes exactly what it did, and with `-WhatIf` changes nothing. We never run it.
package struct RemediationScript: Sendable {
    /// What it does, in order, each with the controls that want it.
    package let entries: [Entry]
    /// Controls that want different things of one target: neither is done.
    package let contradictions: [String]

    package struct Entry: Sendable {
        package fileprivate(set) var controls: [String]
        package let step: RemediationStep
        let action: RemediationAction

        /// What has to be restarted by people before it counts; the certificate's step does so itself.
        fileprivate var restart: String {
            if case .certificate = step { return "" }
            return switch action.effect {
            case .serviceRestart: "TermService"
            case .reboot: "host"
            case .immediate, .newConnections: ""
            }
        }
    }

    private let marks: [MachineMark]
    private let host: String

    /// `nil` when there is nothing on this host that a command could mend, or nothing that its controls agree on.
    package init?(_ judgement: HostJudgement) {
        var entries: [Entry] = []
        var places: [String: Int] = [:]
        var contradicting: [String: Set<String>] = [:]
        for finding in judgement.failures {
            for action in finding.remediation {
                for step in action.steps {
                    guard let place = places[step.target] else {
                        places[step.target] = entries.count
                        entries.append(Entry(controls: [finding.control.id], step: step, action: action))
                        continue
                    }
                    if entries[place].step != step {
                        contradicting[step.target, default: []].formUnion(
                            entries[place].controls + [finding.control.id])
                    }
                    if !entries[place].controls.contains(finding.control.id) {
                        entries[place].controls.append(finding.control.id)
                    }
                }
            }
        }
        guard !entries.isEmpty else { return nil }
        self.entries = entries.enumerated().filter { contradicting[$1.step.target] == nil }.sorted {
            ($0.element.step.rank, $0.offset) < ($1.element.step.rank, $1.offset)
        }.map(\.element)
        guard !self.entries.isEmpty else { return nil }
        contradictions = Set(contradicting.values.map { $0.sorted().joined(separator: ", ") }).sorted()
        marks = judgement.marks
        host = judgement.host.name
    }

    /// Without a mark of the machine nothing could keep the script from running on another one, so there is none.
    package var isBoundToMachine: Bool { !marks.isEmpty }

    /// Pure ASCII: Windows PowerShell reads a file without a byte order mark in the machine's code page.
    package func text(run: String) -> String {
        var lines = [
            "# FleetAudit: what can be mended on one host by command, computed from what the audit saw there.",
            "# Nothing of it was run. It runs on that machine only, and changes a thing only while it is as it was seen.",
            "#   -WhatIf            says what would change, and changes nothing",
            "#   -Phase Apply       (or no phase) changes what is listed at the end",
            "#   -Phase Verify      looks whether it holds",
            "#   -Phase Rollback    puts back what the audit saw",
            "# Exit code: 0 all is as the phase wants it, 1 something is not (each line says what), 2 it refused to run.",
        ]
        lines.append(Part.head.text)
        for part in Part.optional where entries.contains(where: { part.isNeeded(for: $0.step) }) {
            lines.append(part.text)
        }
        lines += ["", "# --- The machine, and what was seen on it", ""]
        lines.append("$HostName = \(PowerShellText.literal(host))")
        lines.append("$Run = \(PowerShellText.literal(run))")
        lines.append("$Identity = @(")
        for mark in marks {
            let location = "Path = \(PowerShellText.literal(mark.location.key)); "
            lines.append(
                "    @{ \(location)Name = '\(mark.location.name)'; Text = \(PowerShellText.literal(mark.text)) }")
        }
        lines += [")", "$LeftOut = @("]
        lines += contradictions.map { "    \(PowerShellText.literal($0))" }
        lines += [")", "$Steps = @("]
        for entry in entries {
            lines.append("    @{")
            for (name, value) in Self.fields(entry) { lines.append("        \(name) = \(value)") }
            lines.append("    }")
        }
        lines += [")", "", "# --- From here on nothing is different from host to host", ""]
        lines += Self.dispatch(Set(entries.map(\.step.type)).sorted())
        lines.append(Part.tail.text)
        return lines.joined(separator: "\n")
    }

    /// Which functions know a type of step.
    private static func dispatch(_ types: [String]) -> [String] {
        [
            "# What a thing is: 'observed' as the audit saw it, 'wanted', 'between' on the way, or something else.",
            "function Get-State($Step, [string]$Goal) {", "    switch ($Step['Type']) {",
        ] + types.map { "        '\($0)' { return Get-\($0)State $Step\($0 == "Service" ? " $Goal" : "") }" }
            + [
                "    }", "}", "", "function Set-State($Step, [string]$Goal) {",
                "    switch ($Step['Type'] + ' ' + $Goal) {",
            ]
            + types.flatMap {
                [
                    "        '\($0) wanted' { Set-\($0)Wanted $Step }",
                    "        '\($0) observed' { Set-\($0)Observed $Step }",
                ]
            } + ["    }", "}", ""]
    }

    private static func fields(_ entry: Entry) -> [(String, String)] {
        let description = StepText(entry.step, summary: entry.action.summary)
        let effect = "; takes effect: \(entry.action.effect.rawValue)"
        return [
            ("Type", "'\(entry.step.type)'"),
            ("Control", PowerShellText.literal(entry.controls.joined(separator: ", "))),
            ("Does", PowerShellText.literal(description.does)),
            ("Effect", PowerShellText.literal(effect)),
            ("Risk", PowerShellText.literal(entry.action.risk)), ("Restart", "'\(entry.restart)'"),
            ("ObservedText", PowerShellText.literal(description.observed)),
            ("WantedText", PowerShellText.literal(description.wanted)),
        ] + entry.step.fields
    }

    private enum Part {
        case head, service, firewall, firewallGroup, keyFile, registry, certificate, tail

        static let optional: [Part] = [.service, .firewall, .firewallGroup, .keyFile, .registry, .certificate]

        func isNeeded(for step: RemediationStep) -> Bool {
            switch (self, step) {
            case (.service, .service), (.firewall, .firewallRule), (.firewall, .firewallGroup),
                (.firewallGroup, .firewallGroup), (.keyFile, .keyFile), (.registry, .registry),
                (.certificate, .certificate):
                true
            default: false
            }
        }

        var text: String {
            let bytes: [UInt8] =
                switch self {
                case .head: PackageResources.head_ps1
                case .service: PackageResources.service_ps1
                case .firewall: PackageResources.firewall_ps1
                case .firewallGroup: PackageResources.firewall_group_ps1
                case .keyFile: PackageResources.key_file_ps1
                case .registry: PackageResources.registry_ps1
                case .certificate: PackageResources.certificate_ps1
                case .tail: PackageResources.tail_ps1
                }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension RemediationStep {
    /// The word by which the script's code knows it.
    fileprivate var type: String {
        switch self {
        case .registry: "Registry"
        case .service: "Service"
        case .firewallRule: "FirewallRule"
        case .firewallGroup: "FirewallGroup"
        case .keyFile: "KeyFile"
        case .certificate: "Certificate"
        }
    }

    /// Its values as PowerShell.
    fileprivate var fields: [(String, String)] {
        switch self {
        case .registry(let step):
            [
                ("Path", PowerShellText.literal(step.location.key)),
                ("Name", PowerShellText.literal(step.location.name)),
                ("Observed", Self.value(step.observed)), ("Wanted", Self.value(step.wanted)),
                ("MissingKeys", Self.list(step.missingKeys)),
            ]
        case .service(let step):
            [
                ("Service", "'\(step.service.rawValue)'"), ("ObservedStart", String(step.observedStart.rawValue)),
                ("WantedStart", String(step.wantedStart.rawValue)),
                ("WasRunning", step.wasRunning.map { $0 ? "'yes'" : "'no'" } ?? "'not told'"),
            ]
        case .firewallRule(let rule): rule.fields
        case .firewallGroup(let step):
            [
                ("Group", PowerShellText.literal(step.group)),
                (
                    "Members",
                    "@("
                        + step.members.map { member in
                            "@{ " + member.fields.map { "\($0) = \($1)" }.joined(separator: "; ") + " }"
                        }.joined(separator: ", ") + ")"
                ),
            ]
        case .keyFile(let step):
            [
                ("Path", PowerShellText.literal(step.path)), ("Observed", PowerShellText.literal(step.descriptor)),
                ("Refused", Self.list(step.refused)), ("Owner", PowerShellText.literal(step.owner ?? "")),
                ("HasOwner", step.hasOwner ? "$true" : "$false"),
            ]
        case .certificate(let step):
            [
                ("Thumbprint", PowerShellText.literal(step.thumbprint)),
                ("Path", PowerShellText.literal(step.entry.key)), ("Store", PowerShellText.literal(step.store)),
                ("Observed", Self.value(step.blob)),
                ("CurrentPath", PowerShellText.literal(step.current.key)),
                ("CurrentName", PowerShellText.literal(step.current.name)),
                ("ObservedCurrent", Self.value(step.observedCurrent)),
            ]
        }
    }

    private static func list(_ texts: [String]) -> String {
        "@(" + texts.map(PowerShellText.literal).joined(separator: ", ") + ")"
    }

    /// `$null` is absence. What cannot be written never becomes a step.
    private static func value(_ value: RegistryValue?) -> String {
        guard let value, let (data, kind) = PowerShellText.registryData(value) else { return "$null" }
        return "@{ Kind = '\(kind)'; Data = \(data) }"
    }
}

extension RemediationStep.FirewallRule {
    fileprivate var fields: [(String, String)] {
        [
            ("Rule", PowerShellText.literal(id)), ("On", isSwitchedOn ? "$true" : "$false"),
            ("Observed", PowerShellText.literal(observed)), ("Wanted", PowerShellText.literal(wanted)),
        ]
    }
}
