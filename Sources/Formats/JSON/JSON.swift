/// A JSON value (RFC 8259). Objects keep the order of their members.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A whole number that fits 64 bits with a sign.
    case int(Int64)
    /// A whole number above `Int64.max`: 64 bits without a sign, as registry values have them. Never a smaller one.
    case uint(UInt64)
    /// Any other number. Never infinite and no NaN when it was read.
    case double(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One key of an object with its value.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// A whole number of any width in its one right case.
    package init(_ value: some BinaryInteger) {
        if let int = Int64(exactly: value) {
            self = .int(int)
        } else if let uint = UInt64(exactly: value) {
            self = .uint(uint)
        } else {
            self = .double(Double(value))
        }
    }
}

extension JSON {
    /// The value of a key of an object; nil for all other values. Looks through the members from the first one on: for
    /// many look-ups in a large object make a dictionary of ``object``.
    package subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.key == key { return member.value }
        return nil
    }

    /// An element of an array; nil for all other values and places.
    package subscript(_ index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var isNull: Bool { self == .null }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var int: Int64? { if case .int(let value) = self { value } else { nil } }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    package var object: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A whole number from 0 to 2^64 - 1.
    package var uint: UInt64? {
        switch self {
        case .int(let value): UInt64(exactly: value)
        case .uint(let value): value
        default: nil
        }
    }

    /// Any number, rounded to the nearest double.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { Member($0, $1) }) }
}
