package import FoundationEssentials

/// The lab's fleet as its file describes it: recorded hosts with what was changed on them, and how each misbehaves.
package struct LabFleetDefinition: Sendable {
    /// The moment for which verdicts on this fleet are stated.
    package let judgedAt: Date
    /// In the file's order.
    package let hosts: [LabHostDefinition]

    package init(judgedAt: Date, hosts: [LabHostDefinition]) {
        self.judgedAt = judgedAt
        self.hosts = hosts
    }
}

/// One host of the lab.
package struct LabHostDefinition: Sendable {
    package enum Transport: String, Sendable, CaseIterable {
        case winrmHTTP = "winrm-http"
        case winrmHTTPS = "winrm-https"
        case winrmHTTPSBasic = "winrm-https-basic"
        /// Windows Server 2008 R2's dialect.
        case winrm2 = "winrm-2"
        case ssh

        package var isSSH: Bool { self == .ssh }
    }

    /// What is wrong with the host beside its registry.
    package enum Behaviour: String, Sendable, CaseIterable {
        case normal
        /// Nothing listens.
        case dead
        /// The connection is taken, and nothing follows.
        case silent
        /// Two seconds before every answer.
        case slow
        /// The password is never right.
        case refusesPassword = "refuses-password"
        /// The account may not open a shell.
        case lacksRights = "lacks-rights"
        /// Bytes that are no protocol.
        case rubbish
        /// Output without end.
        case endless
        /// Nothing on output, exit code 0.
        case mute
        /// The connection is cut after three sections.
        case cut
        /// PowerShell in Constrained Language Mode.
        case restricted
        /// The lines come, one of them damaged.
        case damaged
    }

    package let name: String
    package let transport: Transport
    package let behaviour: Behaviour
    package let host: RecordedHost

    package init(name: String, transport: Transport, behaviour: Behaviour, host: RecordedHost) {
        self.name = name
        self.transport = transport
        self.behaviour = behaviour
        self.host = host
    }
}
