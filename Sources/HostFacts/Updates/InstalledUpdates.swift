/// What the component store says about updates.
///
/// A cumulative update removes its predecessors from every list of KBs, so the absence of a KB proves nothing: builds
/// and revisions decide (``WindowsVersion``), the packages are evidence that something is there.
package struct InstalledUpdates: Sendable {
    /// `CurrentState` of a package.
    package enum State: UInt32, Sendable, Hashable {
        case staged = 64, superseded = 80, installed = 112
    }

    /// KB numbers by state, without "KB".
    package let packages: Collected<[UInt32: State]>

    package init(registry: RegistryReading) {
        packages = registry.subkeys(of: Keys.packages).map { names in
            var packages: [UInt32: State] = [:]
            for name in names {
                guard let number = Self.kbNumber(ofPackage: name),
                    case .value(let value) = registry.value(Keys.packages + "\\" + name, "CurrentState"),
                    let state = value.number.flatMap(State.init(rawValue:))
                else { continue }
                // An update of several packages is installed when one of them is.
                if packages[number].map({ $0.rawValue < state.rawValue }) ?? true { packages[number] = state }
            }
            return packages
        }
    }

    /// Installed KBs in ascending order.
    package var installed: Collected<[UInt32]> {
        packages.map { $0.filter { $0.value == .installed }.keys.sorted() }
    }

    /// `Package_for_KB4486459_SP1~31bf…` and `Package_3_for_KB976902~…`; `nil` for packages without a number.
    package static func kbNumber(ofPackage name: String) -> UInt32? {
        guard let marker = name.firstRange(of: "for_KB") else { return nil }
        let digits = name[marker.upperBound...].utf8.prefix { (0x30...0x39).contains($0) }
        return UInt32(digits: digits)
    }
}
