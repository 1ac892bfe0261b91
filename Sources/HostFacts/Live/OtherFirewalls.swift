/// A firewall in root\SecurityCenter2.
package struct SecurityCenterFirewall: Sendable, Hashable {
    package let name: String
    package let state: UInt32

    package init(name: String, state: UInt32) {
        self.name = name
        self.state = state
    }

    /// The second lowest byte of productState; its upper half is 1 while the product is on, 0 off, 2 snoozed, 3 expired.
    package var isOn: Bool { state & 0xF000 == 0x1000 }
}

/// A product of INetFwProducts and the parts of Windows' firewall that it stands in for.
package struct RegisteredFirewall: Sendable, Hashable {
    package let name: String
    /// NET_FW_RULE_CATEGORY: 0 boot, 1 stealth, 2 firewall, 3 connection security.
    package let categories: [Int]

    package init(name: String, categories: [Int]) {
        self.name = name
        self.categories = categories
    }

    package var isInCharge: Bool { categories.contains(2) }
}

extension LiveReading {
    /// The product that filters in place of Windows' own firewall, or beside it; `absent` when there is none.
    package var otherFirewall: Collected<String> {
        if let product = registeredFirewalls.value?.first(where: \.isInCharge) { return .value(product.name) }
        if let product = securityCenterFirewalls.value?.first(where: \.isOn) { return .value(product.name) }
        if registeredFirewalls.value == nil { return registeredFirewalls.flatMap { _ in .absent } }
        // Servers have no Security Center.
        return securityCenterFirewalls.flatMap { _ in .absent }
    }

    /// Rules of Windows decide nothing where another product filters: the reason, `nil` when none is known to.
    package var whyRulesDoNotDecide: String? {
        guard case .value(let name) = otherFirewall else { return nil }
        return "another firewall, \(name.isEmpty ? "without a name" : name), filters on this host"
    }
}
