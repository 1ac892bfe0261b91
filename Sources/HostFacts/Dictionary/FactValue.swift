import Formats
package import FoundationEssentials

/// The value of a fact, in the few kinds that a policy can compare.
package enum FactValue: Sendable, Hashable {
    case flag(Bool)
    case integer(Int64)
    case text(String)
    case version(BuildVersion)
    case date(Date)
    case list([String])

    /// As it stands in reports.
    package var text: String {
        switch self {
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .text(let text): text
        case .version(let version): version.description
        case .date(let date): ISO8601.text(date)
        case .list(let items): items.isEmpty ? "none" : items.joined(separator: ", ")
        }
    }
}

/// The type of a fact, checked against what a policy compares it with.
package enum FactType: String, Sendable, Hashable, CaseIterable {
    case flag = "true/false"
    case integer
    case text
    case version
    case date
    case list = "list of texts"

    /// The unit of every value of the type.
    var unit: String? { self == .date ? "UTC" : nil }
}

/// A Swift value that can be a fact.
package protocol FactRepresentable: Sendable {
    static var factType: FactType { get }
    var factValue: FactValue { get }
}

extension Bool: FactRepresentable {
    package static var factType: FactType { .flag }
    package var factValue: FactValue { .flag(self) }
}

extension UInt32: FactRepresentable {
    package static var factType: FactType { .integer }
    package var factValue: FactValue { .integer(Int64(self)) }
}

extension Int64: FactRepresentable {
    package static var factType: FactType { .integer }
    package var factValue: FactValue { .integer(self) }
}

extension Int: FactRepresentable {
    package static var factType: FactType { .integer }
    package var factValue: FactValue { .integer(Int64(self)) }
}

extension String: FactRepresentable {
    package static var factType: FactType { .text }
    package var factValue: FactValue { .text(self) }
}

extension SID: FactRepresentable {
    package static var factType: FactType { .text }
    package var factValue: FactValue { .text(text) }
}

extension BuildVersion: FactRepresentable {
    package static var factType: FactType { .version }
    package var factValue: FactValue { .version(self) }
}

extension Date: FactRepresentable {
    package static var factType: FactType { .date }
    package var factValue: FactValue { .date(self) }
}

extension Array: FactRepresentable where Element == String {
    package static var factType: FactType { .list }
    package var factValue: FactValue { .list(self) }
}

/// An enumeration whose raw text is the fact.
package protocol FactEnumeration: FactRepresentable, RawRepresentable<String> {}

extension FactEnumeration {
    package static var factType: FactType { .text }
    package var factValue: FactValue { .text(rawValue) }
}

extension SettingSource: FactEnumeration {}
extension WindowsVersion.Role: FactEnumeration {}
extension Schannel.State: FactEnumeration {}
extension ServedCertificate.Binding: FactEnumeration {}
extension CertificateStores.Store: FactEnumeration {}
