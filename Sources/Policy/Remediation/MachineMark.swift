package import HostFacts

/// A registry value by which a script tells the machine that it was computed for from any other.
package struct MachineMark: Sendable, Hashable {
    package let location: RegistryLocation
    package let text: String

    package init(location: RegistryLocation, text: String) {
        self.location = location
        self.text = text
    }

    /// The identifier of the installation and the computer's name, as far as they could be read: clones share the
    /// first, namesakes the second. Where both are unknown, the host name of TCP/IP; empty when that is unknown, too.
    package static func marks(of facts: HostFacts) -> [MachineMark] {
        func mark(_ key: String, _ name: String) -> MachineMark? {
            guard case .value(.string(let text)) = facts.registry.value(key, name), !text.isEmpty else { return nil }
            return MachineMark(location: RegistryLocation(key, name), text: text)
        }
        let marks = [mark(Keys.cryptography, "MachineGuid"), mark(Keys.computerName, "ComputerName")].compactMap(\.self)
        return marks.isEmpty ? [mark(Keys.tcpip, "Hostname")].compactMap(\.self) : marks
    }
}
