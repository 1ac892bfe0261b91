import FoundationEssentials
import HostFacts
import Inventory

/// Which waivers concern one host, worked out once and then asked by control.
struct HostWaivers {
    /// Every waiver whose pattern names the host.
    let matching: [Waiver]
    /// In force, the one that ends last first.
    private var inForce: [String: [Waiver]] = [:]
    private var lapsed: [String: [Waiver]] = [:]
    private let now: Date

    init(_ register: WaiverRegister, _ host: AuditedHost, at now: Date, isHost: (String) -> Bool) {
        self.now = now
        matching = register.matching(host, isHost: isHost)
        for waiver in matching.sorted(by: { ($0.expires, $1.id) > ($1.expires, $0.id) }) {
            for control in waiver.controls {
                if waiver.state(at: now) == .inForce {
                    inForce[control, default: []].append(waiver)
                } else {
                    lapsed[control, default: []].append(waiver)
                }
            }
        }
    }

    /// Only a failure can be waived: what could not be told may be worse than what was accepted.
    func applied(to finding: Finding) -> Finding {
        guard finding.outcome == .fail else { return finding }
        var finding = finding
        finding.waivers = inForce[finding.control.id] ?? []
        finding.lapsedWaivers = lapsed[finding.control.id] ?? []
        if !finding.waivers.isEmpty {
            finding.outcome = .waived
            return finding
        }
        for waiver in finding.lapsedWaivers {
            let words = waiver.state(at: now) == .expired ? "expired on \(waiver.lastDay)" : "is not in force yet"
            finding.because += "; the waiver \(waiver.id) \(words)"
        }
        return finding
    }
}
