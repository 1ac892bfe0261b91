import Formats
package import FoundationEssentials
import HostFacts

/// The served certificate of a host ends within a time.
package struct CertificateEnd: Sendable, Hashable {
    package enum Renewal: Sendable, Hashable {
        /// Windows makes a new one: it is its own, and nothing stands in the way.
        case byWindows
        case impossible(String)
        case unknown(String)
    }

    package let notAfter: Date
    package let renewal: Renewal

    /// - Returns: `nil` when none is served, or it ends at another time, or already has.
    init?(_ facts: HostFacts, after start: Date, until end: Date) {
        guard FactDictionary["rdp.enabled.effective"]?.read(facts).value != .flag(false),
            case .value(.date(let notAfter))? = FactDictionary["certificates.bound.notAfter"]?.read(facts),
            notAfter > start, notAfter <= end
        else { return nil }
        self.notAfter = notAfter
        renewal = Self.renewal(facts)
    }

    private static func renewal(_ facts: HostFacts) -> Renewal {
        switch facts.servedCertificate.binding {
        case .value(.selfSigned): break
        case .value(.explicit): return .impossible("it is bound by its thumbprint: nobody binds another one by itself")
        case .value(.template):
            return .impossible("it comes from a certificate template: only enrolment that works renews it")
        case let missing: return .unknown("how it is chosen: \(missing.whyMissing ?? "")")
        }
        // SessionEnv makes it, for TermService; both may start on demand, KeyIso and CryptSvc too.
        for service in [AuditedService.termService, .sessionEnv, .keyIso, .cryptSvc] {
            switch FactDictionary["services.\(service.rawValue).start"]?.read(facts) {
            case .value(.text("disabled")): return .impossible("the service \(service.rawValue) is disabled")
            case .value, nil: continue
            case .absent: return .impossible("there is no service \(service.rawValue)")
            case let missing?: return .unknown("the service \(service.rawValue): \(missing.whyMissing ?? "")")
            }
        }
        switch facts.services[.termService].state {
        case .value(.running): break
        case .value(let state): return .impossible("the service TermService is \(state)")
        case let missing: return .unknown("whether TermService runs: \(missing.whyMissing ?? "")")
        }
        switch facts.servedKeyUse.isUsable {
        case .value(true): return .byWindows
        case .value(false):
            return .impossible("TermService cannot use its key: \(facts.servedKeyUse.evidence.value ?? "")")
        case let missing: return .unknown("whether TermService can use its key: \(missing.whyMissing ?? "")")
        }
    }

    /// How long Windows makes its own certificate last: half a year.
    private static let lifetime = 182.0 * 86_400

    /// What the host will say on that day: Windows' own certificate is another one by then, or nobody can tell.
    func assume(in facts: inout HostFacts, at moment: Date) {
        switch renewal {
        case .impossible: break
        case .byWindows:
            let missed = (moment.timeIntervalSince(notAfter) / Self.lifetime).rounded(.down)
            let end = notAfter.addingTimeInterval((missed + 1) * Self.lifetime)
            facts.assumed["certificates.bound.notAfter"] = .value(.date(end))
        case .unknown(let reason):
            facts.assumed["certificates.bound.notAfter"] = .failed(
                "it ends on \(ISO8601.text(notAfter).prefix(10)), and whether Windows renews it is not known: \(reason)"
            )
        }
    }
}
