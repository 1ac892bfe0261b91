import Formats

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

    /// Whether a single update that no other replaces is there: installed, or superseded by one that holds it.
    package func has(_ number: UInt32) -> Collected<Bool> {
        packages.flatMap { packages in
            switch packages[number] {
            case .installed, .superseded: .value(true)
            case .staged: .value(false)
            // A later update may hold it under its own number.
            case nil: .failed("the packages do not list KB\(number), which a later update may hold")
            }
        }
    }

    /// Staged KBs in ascending order: unpacked, and waiting for a restart or given up.
    package var staged: Collected<[UInt32]> {
        packages.map { $0.filter { $0.value == .staged }.keys.sorted() }
    }

    /// Installed KBs in ascending order.
    package var installed: Collected<[UInt32]> {
        packages.map { $0.filter { $0.value == .installed }.keys.sorted() }
    }

    /// `Package_for_KB4486459_SP1~31bf…` and `Package_3_for_KB976902~…`; `nil` for packages without a number.
    package static func kbNumber(ofPackage name: String) -> UInt32? {
        // Bytes: there are a thousand names, and a search in a text goes by characters.
        let bytes = name.utf8.span
        var at = 0
        while let letter = bytes.firstIndex(of: marker[0], in: at..<bytes.count) {
            at = letter + 1
            guard bytes.holds(marker, at: letter) else { continue }
            let start = letter + marker.count
            var end = start
            while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
            return bytes.decimal(in: start..<end)
        }
        return nil
    }

    private static let marker = Array("for_KB".utf8)
}
