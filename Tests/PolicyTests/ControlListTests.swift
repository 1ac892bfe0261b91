import HostFixtures
import Policy
import TestSupport
import Testing

/// `docs/controls.md` is the list of what is shipped; `FLEETAUDIT_RECORD=1` writes it anew.
@Suite struct ControlListTests {
    private static let head = """
        # Controls

        Every control that is shipped, by what it looks at. `fleetaudit policy explain ID` says why it matters, what people
        see, and what ends it; its file is `Policies/controls/<area>/<ID>.yaml`. *Effect* is what a failure does: **breaks**
        Remote Desktop now or soon, or **exposes** the host. *In* are the baselines: `c` is `rdp-connectivity`, `h` is
        `rdp-hardened`, and a role stands for `rdp-hardened` on hosts of that role, and for the role's own baseline.

        A test holds this page against the controls (`ControlListTests`).
        """

    @Test func `the list of controls is that of the controls`() throws {
        let policies = try PolicyFolder(ControlFixtures.policies)
        let connectivity = try policies.baseline("rdp-connectivity")
        let hardened = try policies.baseline("rdp-hardened")
        var lines = Self.head.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (area, controls) in Dictionary(grouping: policies.controls.values, by: \.area).sorted(by: {
            $0.key < $1.key
        }) {
            lines += ["", "## \(area)", "", "| | Wanted | Severity | Effect | In |", "| --- | --- | --- | --- | --- |"]
            for control in controls.sorted(by: { $0.id < $1.id }) {
                let owners = hardened.roles.values.filter { $0.ownControls.contains { $0.id == control.id } }
                var places = connectivity.controls.contains { $0.id == control.id } ? ["c"] : []
                if owners.isEmpty, hardened.controls.contains(where: { $0.id == control.id }) { places.append("h") }
                places += owners.map(\.name).sorted()
                #expect(!places.isEmpty, "\(control.id) is in no baseline")
                let effect =
                    switch control.consequence {
                    case .breaks?: "breaks"
                    case .exposes?: "exposes"
                    case nil: ""
                    }
                lines.append(
                    "| \(control.id) | \(control.title) | \(control.severity.rawValue) | \(effect) | "
                        + "\(places.joined(separator: ", ")) |")
            }
        }
        try Golden.expect(lines, .file("../../docs/controls.md"))
    }
}
