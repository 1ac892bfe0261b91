package import FoundationEssentials
import HostFacts

/// What a baseline says to people: everything that reports need of it, so that they can be written without the policy.
package struct BaselineStatement: Sendable {
    /// `rdp-connectivity`
    package let name: String
    package let version: String
    package let title: String
    /// Every control that concerns some host, in the baseline's order.
    package let controls: [ControlStatement]
    /// The day up to which its catalogue of updates knows what was released.
    package let catalogueAsOf: Date
    /// Ids of controls that hold a host against others of its fleet, in alphabetical order: where those are not read, a
    /// pass proves nothing.
    package let fleetWide: [String]

    package init(
        name: String, version: String, title: String, controls: [ControlStatement], catalogueAsOf: Date,
        fleetWide: [String] = []
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.controls = controls
        self.catalogueAsOf = catalogueAsOf
        self.fleetWide = fleetWide
    }

    package init(_ baseline: Baseline) {
        self.init(
            name: baseline.name, version: baseline.version, title: baseline.title,
            controls: baseline.controls.map(\.statement), catalogueAsOf: baseline.catalogue.asOf,
            fleetWide: baseline.controls.filter(\.isFleetWide).map(\.id).sorted())
    }
}
