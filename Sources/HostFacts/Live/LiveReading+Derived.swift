import FoundationEssentials

extension LiveReading {
    /// What listens on a port is TermService; `absent` when nothing does.
    ///
    /// - Parameter listening: the ports on which somebody listens, from a source that names no process.
    func isTermService(
        on port: Collected<UInt32>, listening: Collected<Set<UInt16>>, windows: Collected<WindowsVersion>
    ) -> Collected<Bool> {
        port.flatMap { port in
            if portOwners.isAbsent { return .failed("who listens could not be asked") }
            return portOwners.flatMap { owners in
                let processes = owners.filter { UInt32($0.port) == port }.map(\.process)
                if processes.isEmpty {
                    let isTaken = listening.value?.contains { UInt32($0) == port } ?? false
                    return isTaken ? .failed("who listens was not shown") : .absent
                }
                return termService.flatMap { service in
                    if processes.contains(service.process) { return .value(true) }
                    // Up to Windows 7 the kernel may listen in its place (process 4).
                    let isOld = windows.value.map { $0.version < BuildVersion(6, 2, 0) } ?? true
                    if isOld, processes.contains(4) { return .failed("the kernel listens, for whom it does not say") }
                    return .value(false)
                }
            }
        }
    }

    /// The smallest MTU of IPv4 among the interfaces that are up; `absent` when none has IPv4.
    var smallestMTU: Collected<Int> {
        interfaces.flatMap { $0.compactMap(\.mtu).min().map { .value($0) } ?? .absent }
    }

    /// A Win32 error, 0 when the channel works; `unsupported` outside of a domain.
    var secureChannelStatus: Collected<UInt32> {
        membership.flatMap { membership in
            if !membership.isMember { return .unsupported("the machine is in no domain") }
            if membership.isDomainController { return .unsupported("a domain controller needs no channel to itself") }
            if secureChannel.isAbsent { return .failed("nltest.exe said nothing") }
            return secureChannel.flatMap { channel in
                guard channel.exitCode == 0 else {
                    return channel.status == 5
                        ? .accessDenied : .failed("nltest.exe ended with exit code \(channel.exitCode)")
                }
                return channel.status.map { .value($0) } ?? .failed("nltest.exe printed no status")
            }
        }
    }

    /// How far the host's clock is ahead of ours, in seconds: 0 while it lies within the time of asking.
    func clockSkew(_ clock: Date) -> Collected<Int> {
        guard let asked else { return .failed("when the host was asked was not noted") }
        let ahead = clock.timeIntervalSince(asked.upperBound), behind = clock.timeIntervalSince(asked.lowerBound)
        let skew = ahead > 0 ? ahead : min(behind, 0)
        return Int(exactly: skew.rounded()).map { .value($0) } ?? .failed("the host's clock says nothing sensible")
    }

    /// The members of a group by SID; unknown when one could not be told, or there are too many.
    func members(of group: LocalGroup) -> Collected<[String]> {
        (groups[group] ?? .unasked).flatMap { members in
            let unknown = members.count { $0.sid == nil }
            guard unknown == 0 else {
                return .failed("\(unknown) of \(members.count) members or more could not be told")
            }
            return .value(members.compactMap(\.sid?.text).sorted())
        }
    }
}
