import Formats
package import FoundationEssentials

/// Whether TermService can use the key of the certificate that it is set to serve, and what says so.
///
/// The key file's descriptor says it best. Where that cannot be read (since build 17763 often not even by
/// administrators), events do: Schannel 36870, after which no handshake of Remote Desktop worked, or one that worked after
/// the last such error. Without either it is unknown; the wire would tell.
package struct ServedKeyUse: Sendable {
    package let isPresent: Collected<Bool>
    package let isReadable: Collected<Bool>
    /// Both.
    package let isUsable: Collected<Bool>
    /// In words.
    package let evidence: Collected<String>
    /// When a connection worked last that needed the key, as far as events tell.
    package let newestHandshake: Date?

    private struct ByEvents {
        let isReadable: Bool
        let because: String
    }

    init(key: MachineKeys.KeyFile, live: LiveReading, settings: RemoteDesktopSettings) {
        newestHandshake = Self.handshakes(live.events, settings).map(\.time).max()
        let events = Self.judge(live, settings)
        switch (key.isPresent, key.networkServiceCanRead) {
        case (.value(false), _):
            (isPresent, isReadable) = (.value(false), .absent)
            (isUsable, evidence) = (.value(false), .value("the key file is missing"))
        case (let present, .value(let canRead)):
            (isPresent, isReadable, isUsable) = (present, .value(canRead), .value(canRead))
            evidence = .value("the key file's descriptor")
        case (let present, let canRead):
            guard let events else {
                (isPresent, isReadable, isUsable) = (present, canRead, canRead.isAbsent ? present : canRead)
                evidence = isUsable.map { _ in "" }
                return
            }
            isPresent = events.isReadable ? .value(true) : present
            (isReadable, isUsable) = (.value(events.isReadable), .value(events.isReadable))
            evidence = .value(events.because)
        }
    }

    /// What the events since the start of TermService say; `nil` when they leave it open.
    private static func judge(_ live: LiveReading, _ settings: RemoteDesktopSettings) -> ByEvents? {
        guard case .value(let service) = live.termService, service.process != 0, let began = service.started,
            case .value(let schannel) = live.events[.schannel]
        else { return nil }
        // In a process that it shares, the service may be younger: its listener came up no earlier than event 258.
        let start = max(began, live.events.newest(258, of: .rcmOperational).value ?? began)
        // An event that names another process is about another certificate.
        let errors = schannel.entries.filter { $0.id == 36870 && ($0.process ?? service.process) == service.process }
        let error = errors.filter { ($0.newest ?? .distantPast) >= start }.max { left, right in
            (left.newest ?? .distantPast) < (right.newest ?? .distantPast)
        }
        let handshake = handshakes(live.events, settings).filter { $0.time >= start }.max { $0.time < $1.time }
        if let handshake, reaches(live.events, back: handshake.time, schannel),
            handshake.time > error?.newest ?? .distantPast
        {
            return ByEvents(
                isReadable: true,
                because:
                    "a connection worked at \(ISO8601.text(handshake.time)) (\(handshake.name)), after TermService "
                    + "started and with no Schannel 36870 since")
        }
        guard let error, let time = error.newest else { return nil }
        // Without a process any service's certificate could be meant: then somebody must have connected at that time.
        if error.process == nil, let attempt = newestAttempt(live.events), attempt < time.addingTimeInterval(-60) {
            return nil
        }
        return ByEvents(
            isReadable: false,
            because:
                "Schannel 36870 at \(ISO8601.text(time)), after TermService started, and no connection worked since")
    }

    /// Events that TermService writes only after TLS was up. With RDP's own security layer there is no TLS.
    private static func handshakes(
        _ events: EventReading, _ settings: RemoteDesktopSettings
    ) -> [(time: Date, name: String)] {
        let needsTLS =
            settings.listener.flatMap(\.securityLayer.effective).value == 2
            || settings.listener.flatMap(\.userAuthentication.effective).value == 1
        // A wrong password is seen by network level authentication, inside TLS.
        var proofs: [(EventSource, Int, String)] = [(.rdpCoreTS, 140, "RdpCoreTS 140")]
        if needsTLS { proofs += [(.rdpCoreTS, 98, "RdpCoreTS 98"), (.rcmOperational, 1149, "event 1149")] }
        return proofs.compactMap { source, id, name in
            events.newest(id, of: source).value.map { (time: $0, name: name) }
        }
    }

    /// The log would still show an error that came after a moment.
    private static func reaches(_ events: EventReading, back moment: Date, _ schannel: EventCounts) -> Bool {
        if schannel.isCut, schannel.since ?? .distantFuture > moment { return false }
        guard case .value(let log) = events[.system] else { return true }
        return log.isEnabled && log.oldest ?? .distantPast <= moment
    }

    /// When somebody connected last; `nil` when nobody can say.
    private static func newestAttempt(_ events: EventReading) -> Date? {
        let counts = [events.count(131, of: .rdpCoreTS), events.count(261, of: .rcmOperational)]
        guard counts.contains(where: { $0.value != nil }) else { return nil }
        let times = [events.newest(131, of: .rdpCoreTS), events.newest(261, of: .rcmOperational)].compactMap(\.value)
        return times.max() ?? .distantPast
    }
}
