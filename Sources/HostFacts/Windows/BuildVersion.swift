/// A version of up to four numbers, as of Windows (`10.0.17763.6414`) and of its files.
package struct BuildVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let major: UInt32
    package let minor: UInt32
    package let build: UInt32
    /// `nil` when it is not known; such a version compares as revision 0, so ask ``hasRevision`` where that matters.
    package let revision: UInt32?

    package init(_ major: UInt32, _ minor: UInt32, _ build: UInt32, _ revision: UInt32? = nil) {
        self.major = major
        self.minor = minor
        self.build = build
        self.revision = revision
    }

    /// Reads `6.1.7601`, `10.0.17763.6414`; also `17763.6414`, which is read as Windows 10's 10.0.17763.6414.
    package init?(_ text: String) {
        var numbers: [UInt32] = []
        for part in text.utf8.split(separator: 0x2e, omittingEmptySubsequences: false) {
            guard let number = UInt32(digits: part), numbers.count < 4 else { return nil }
            numbers.append(number)
        }
        switch numbers.count {
        case 2: self.init(10, 0, numbers[0], numbers[1])
        case 3: self.init(numbers[0], numbers[1], numbers[2])
        case 4: self.init(numbers[0], numbers[1], numbers[2], numbers[3])
        default: return nil
        }
    }

    package var hasRevision: Bool { revision != nil }

    package var description: String {
        "\(major).\(minor).\(build)" + (revision.map { ".\($0)" } ?? "")
    }

    package static func < (left: BuildVersion, right: BuildVersion) -> Bool {
        (left.major, left.minor, left.build, left.revision ?? 0)
            < (right.major, right.minor, right.build, right.revision ?? 0)
    }
}

extension UInt32 {
    /// Reads decimal digits and nothing else: no sign, no blank, at least one digit.
    package init?(digits: some Collection<UInt8>) {
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard case 0x30...0x39 = digit else { return nil }
            number = number * 10 + UInt64(digit - 0x30)
            guard number <= UInt64(UInt32.max) else { return nil }
        }
        self = UInt32(number)
    }
}
