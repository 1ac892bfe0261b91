/// The services that Remote Desktop rests on: how they start, and whether they run.
package struct Services: Sendable {
    package struct Service: Sendable {
        package let start: Collected<ServiceStart>
        package let state: Collected<ServiceState>
    }

    private let services: [AuditedService: Service]

    /// - Parameter states: what the service control manager said, by service.
    package init(registry: RegistryReading, states: [AuditedService: Collected<ServiceState>]) {
        var services: [AuditedService: Service] = [:]
        for service in AuditedService.allCases {
            let start: Collected<ServiceStart> = registry.number(Keys.services + "\\" + service.rawValue, "Start")
                .flatMap { number in
                    ServiceStart(rawValue: number).map { .value($0) } ?? .failed("Start is \(number)")
                }
            services[service] = Service(
                start: start, state: states[service] ?? .failed("this probe did not ask for \(service.rawValue)"))
        }
        self.services = services
    }

    package subscript(_ service: AuditedService) -> Service {
        services[service] ?? Service(start: .failed("not asked"), state: .failed("not asked"))
    }

    /// With MpsSvc or BFE stopped, what is filtered is not what the rules say: the reason, `nil` when both run.
    package var whyFilteringIsUnknown: String? {
        for service in [AuditedService.mpsSvc, .bfe] {
            switch self[service].state {
            case .value(.running): continue
            case .value(let state): return "the service \(service.rawValue) is \(state), so rules do not decide"
            case .absent: return "the service \(service.rawValue) does not exist"
            case .accessDenied, .failed, .unsupported:
                let why = self[service].state.whyMissing ?? ""
                return "whether the service \(service.rawValue) runs is not known: \(why)"
            }
        }
        return nil
    }
}
