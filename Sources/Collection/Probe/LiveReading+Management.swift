import Formats
import HostFacts

/// What WMI, ADSI and COM answered.
extension LiveReading {
    static func settings(_ json: JSON) -> ServedSettings? {
        guard let listener = json["listener"]?.string else { return nil }
        func number(_ name: String) -> UInt32? { json[name]?.uint.flatMap(UInt32.init(exactly:)) }
        func value(_ name: String, _ source: String) -> ServedSettings.Value {
            .init(value: number(name), source: number(source).flatMap { .init(rawValue: Int($0)) })
        }
        return ServedSettings(
            listener: listener, thumbprint: json["thumbprint"]?.string?.uppercased(),
            certificateKind: number("SSLCertificateSHA1HashType").flatMap { .init(rawValue: Int($0)) },
            securityLayer: value("SecurityLayer", "PolicySourceSecurityLayer"),
            userAuthentication: value("UserAuthenticationRequired", "PolicySourceUserAuthenticationRequired"),
            minEncryptionLevel: value("MinEncryptionLevel", "PolicySourceMinEncryptionLevel"))
    }

    static func licensing(_ json: JSON) -> LicensingReading? {
        func number(_ name: String) -> Int? { json[name]?.int.flatMap { Int(exactly: $0) } }
        guard let mode = number("TerminalServerMode") else { return nil }
        return LicensingReading(
            mode: mode, type: number("LicensingType"), drainMode: number("SessionBrokerDrainMode"),
            graceDays: mode == 1
                ? json.item("days") { $0.int.flatMap { Int(exactly: $0) } }
                : .unsupported("the machine is no session host"))
    }

    /// `[SID, class]`; null in the place of the SID when Windows did not tell it, null for the whole when there are more.
    static func member(_ json: JSON) -> GroupMember? {
        if json.isNull { return GroupMember(sid: nil, kind: "") }
        guard let fields = json.array, fields.count >= 2 else { return nil }
        let sid = fields[0].string.flatMap { SID($0) }
        guard sid != nil || fields[0].isNull else { return nil }
        return GroupMember(sid: sid, kind: fields[1].string ?? "")
    }

    /// `[key, value, object, deleted]`; `.some(nil)` for a value that policy takes away, or that has no name.
    static func setting(_ json: JSON) -> PolicySetting?? {
        guard let fields = json.array, fields.count == 4, let key = fields[0].string, let isDeleted = fields[3].bool
        else {
            return nil
        }
        guard let name = fields[1].string, !isDeleted else { return .some(nil) }
        return PolicySetting(location: RegistryLocation(key, name), object: fields[2].string ?? "")
    }

    static func object(_ json: JSON) -> PolicyObject? {
        guard let fields = json.array, fields.count == 3, let id = fields[0].string else { return nil }
        return PolicyObject(id: id, guid: fields[1].string ?? "", name: fields[2].string ?? "")
    }

    /// `[right, object, accounts]`; null among the accounts: there are more.
    static func right(_ json: JSON) -> UserRight? {
        guard let fields = json.array, fields.count == 3, let right = fields[0].string,
            let accounts = fields[2].array
        else { return nil }
        let known = accounts.compactMap(\.string)
        guard known.count == accounts.count else { return nil }
        return UserRight(right: right, object: fields[1].string ?? "", accounts: known)
    }

    static func product(_ json: JSON) -> SecurityCenterFirewall? {
        guard let state = json[1]?.uint.flatMap(UInt32.init(exactly:)) else { return nil }
        return SecurityCenterFirewall(name: json[0]?.string ?? "", state: state)
    }

    static func registration(_ json: JSON) -> RegisteredFirewall? {
        guard let categories = json[1]?.array else { return nil }
        let numbers = categories.compactMap { $0.int.flatMap { Int(exactly: $0) } }
        return numbers.count == categories.count
            ? RegisteredFirewall(name: json[0]?.string ?? "", categories: numbers) : nil
    }
}
