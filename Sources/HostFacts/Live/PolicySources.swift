/// A value that a group policy object set, as Windows noted it (RSOP_RegistryPolicySetting, precedence 1).
package struct PolicySetting: Sendable, Hashable {
    package let location: RegistryLocation
    /// Of the object, as ``PolicyObject/id``.
    package let object: String

    package init(location: RegistryLocation, object: String) {
        self.location = location
        self.object = object
    }
}

/// A group policy object (RSOP_GPO).
package struct PolicyObject: Sendable, Hashable {
    package let id: String
    /// `{31B2F340-…}`; empty for the machine's own policy.
    package let guid: String
    package let name: String

    package init(id: String, guid: String, name: String) {
        self.id = id
        self.guid = guid
        self.name = name
    }

    /// For reports.
    package var text: String { [name, guid].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// Who has a user right by policy (RSOP_UserPrivilegeRight). Rights that only the machine's own policy gives are not
/// listed, so that an absent right says nothing.
package struct UserRight: Sendable, Hashable {
    /// `SeRemoteInteractiveLogonRight` and the like.
    package let right: String
    package let object: String
    /// SIDs, and names that Windows could not turn into SIDs.
    package let accounts: [String]

    package init(right: String, object: String, accounts: [String]) {
        self.right = right
        self.object = object
        self.accounts = accounts
    }
}

extension LiveReading {
    /// The object behind the value of a policy key: its name and GUID, or that its name is not known.
    ///
    /// `absent` when no policy sets the value.
    package func origin(of location: RegistryLocation, in registry: RegistryReading) -> Collected<String> {
        registry.value(location).map { _ in objectName(of: location) ?? "a policy, name unknown" }
    }

    /// The name of the policy object that last wrote a registry value, or its identifier; `nil` when nobody told.
    package func objectName(of location: RegistryLocation) -> String? {
        guard case .value(let settings) = policySettings,
            let setting = settings.first(where: { $0.location.isSame(as: location) })
        else { return nil }
        let object = policyObjects.value?.first { $0.id.lowercased() == setting.object.lowercased() }
        return object?.text ?? (setting.object.isEmpty ? nil : setting.object)
    }

    /// The accounts of a right by policy; `absent` when no policy gives it.
    package func accounts(of right: String) -> Collected<[String]> {
        userRights.flatMap { rights in
            rights.first { $0.right.lowercased() == right.lowercased() }.map { .value($0.accounts.sorted()) } ?? .absent
        }
    }
}

extension RegistryLocation {
    fileprivate func isSame(as other: RegistryLocation) -> Bool {
        key.lowercased() == other.key.lowercased() && name.lowercased() == other.name.lowercased()
    }
}
