import HostFacts

extension HostReading {
    /// Lets what listens follow a change of Remote Desktop's switch, port or service, as it will once TermService took
    /// notice of it.
    ///
    /// - Returns: whether something else listens now.
    mutating func followListener(from before: HostFacts, to after: HostFacts) -> Bool {
        let (old, new) = (Self.servedPort(before), Self.servedPort(after))
        guard old != new, case .value(var ports) = listeningPorts else { return false }
        if let old {
            // Where nobody listened although somebody should have, a change does not mend that.
            guard ports.remove(old) != nil else { return false }
        }
        if let new { ports.insert(new) }
        listeningPorts = .value(ports)
        let owner = live.termService.value?.process
        live.portOwners = live.portOwners.map { owners in
            let process = owners.first { $0.port == old }?.process ?? owner
            let others = owners.filter { $0.port != old }
            guard let new, let process else { return others }
            return others + [PortOwner(port: new, process: process)]
        }
        return true
    }

    /// Where TermService listens; `nil` when it does not, or nobody knows.
    private static func servedPort(_ facts: HostFacts) -> UInt16? {
        guard facts.remoteDesktop.isEnabled.effective == .value(true),
            facts.services[.termService].state == .value(.running)
        else { return nil }
        return facts.remoteDesktop.listener.flatMap(\.port.effective).value.flatMap { UInt16(exactly: $0) }
    }
}
