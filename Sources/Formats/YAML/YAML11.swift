/// What a scalar means by YAML 1.1's types, as PyYAML reads them (its implicit resolver): the world in which `no` is
/// false, `010` is eight and `12:30` is 750. For files that are shared with programs of that world.
package enum YAML11Scalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    /// A date, or a date and time, as written.
    case timestamp(String)
    /// Text, and whole numbers that do not fit 64 bits.
    case string(String)
}

extension YAMLNode {
    /// Nil for collections, and for scalars with a tag that YAML 1.1 does not define or that their text does not fit.
    package var yaml11: YAML11Scalar? {
        guard case .scalar(let text, let style) = content else { return nil }
        switch tag {
        case nil: return style == .plain ? YAML11Scalar(plain: text) : .string(text)
        case "!", "tag:yaml.org,2002:str": return .string(text)
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:bool": return YAML11Scalar.bool(text).map(YAML11Scalar.bool)
        case "tag:yaml.org,2002:int": return YAML11Scalar.int(text)
        case "tag:yaml.org,2002:float":
            if case .int(let whole)? = YAML11Scalar.int(text) { return .float(Double(whole)) }
            return YAML11Scalar.float(text).map(YAML11Scalar.float)
        default: return nil
        }
    }
}

extension YAML11Scalar {
    fileprivate init(plain text: String) {
        self =
            if Self.isNull(text) {
                .null
            } else if let bool = Self.bool(text) {
                .bool(bool)
            } else if let int = Self.int(text) {
                int
            } else if let float = Self.float(text) {
                .float(float)
            } else if Self.isTimestamp(text) {
                .timestamp(text)
            } else {
                .string(text)
            }
    }

    private static func isNull(_ text: String) -> Bool {
        ["", "~", "null", "Null", "NULL"].contains(text)
    }

    fileprivate static func bool(_ text: String) -> Bool? {
        switch text {
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": true
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": false
        default: nil
        }
    }

    // MARK: - Numbers

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isDigitOrBar(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }

    private static func signed(_ text: String) -> (isNegative: Bool, rest: Substring) {
        let isNegative = text.hasPrefix("-")
        return (isNegative, isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...])
    }

    /// Binary, octal, decimal, hexadecimal and base 60, with `_` anywhere behind the first digit.
    fileprivate static func int(_ text: String) -> YAML11Scalar? {
        let (isNegative, rest) = signed(text)
        guard let first = rest.utf8.first, isDigit(first) else { return nil }
        var digits = rest.replacing("_", with: "")
        var value: Int?
        if let body = body(rest, after: "0b", { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }) {
            value = Int(body, radix: 2)
        } else if let body = body(rest, after: "0x", { Hex.value($0) != nil }) {
            value = Int(body, radix: 16)
        } else if rest.utf8.contains(UInt8(ascii: ":")) {
            guard first != UInt8(ascii: "0"), !rest.contains("."), let seconds = base60(rest) else { return nil }
            value = Int(exactly: seconds)
        } else if first == UInt8(ascii: "0"), rest.utf8.count > 1 {
            guard rest.utf8.allSatisfy({ isDigitOrBar($0) && $0 < UInt8(ascii: "8") || $0 == UInt8(ascii: "_") }) else {
                return nil
            }
            digits = Substring(digits.drop { $0 == "0" })
            value = digits.isEmpty ? 0 : Int(digits, radix: 8)
        } else {
            guard rest.utf8.allSatisfy(isDigitOrBar) else { return nil }
            // The sign belongs to it: the lowest number has no positive twin.
            value = Int((isNegative ? "-" : "") + digits)
            return value.map(YAML11Scalar.int) ?? .string(text)
        }
        return value.map { .int(isNegative ? -$0 : $0) } ?? .string(text)
    }

    /// What stands behind the prefix without its bars, when it is digits and bars and at least one of them.
    private static func body(_ text: Substring, after prefix: String, _ isDigit: (UInt8) -> Bool) -> Substring? {
        guard text.hasPrefix(prefix) else { return nil }
        let body = text.dropFirst(prefix.count)
        guard !body.isEmpty, body.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else { return nil }
        return body.replacing("_", with: "")
    }

    /// `12:30` and `1:30:00.5`: groups behind the first have one or two digits and are below 60.
    private static func base60(_ text: Substring) -> Double? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var value = 0.0
        for (index, group) in groups.enumerated() {
            let whole = index == groups.count - 1 ? group.prefix { $0 != "." } : group
            let digits = whole.replacing("_", with: "")
            guard whole.utf8.first.map(isDigit) == true, whole.utf8.allSatisfy(isDigitOrBar),
                let number = Double(digits)
            else { return nil }
            if index > 0 {
                guard whole.utf8.count <= 2, whole.utf8.allSatisfy(isDigit), number < 60 else { return nil }
            }
            value = value * 60 + number
            let fraction = group.dropFirst(whole.count)
            guard fraction.dropFirst().utf8.allSatisfy(isDigitOrBar) else { return nil }
            value += Double("0" + fraction.replacing("_", with: "") + "0") ?? 0
        }
        return groups.count > 1 ? value : nil
    }

    /// A number with a point; an exponent has a sign.
    fileprivate static func float(_ text: String) -> Double? {
        let (isNegative, rest) = signed(text)
        switch rest {
        case ".inf", ".Inf", ".INF": return isNegative ? -.infinity : .infinity
        case ".nan", ".NaN", ".NAN": return rest.count == text.count ? .nan : nil
        default: break
        }
        guard rest.contains(".") else { return nil }
        if rest.contains(":") { return base60(rest).map { isNegative ? -$0 : $0 } }
        var scanner = rest.utf8
        let whole = scanner.prefix(while: isDigitOrBar)
        scanner = scanner.dropFirst(whole.count)
        guard scanner.popFirst() == UInt8(ascii: ".") else { return nil }
        let fraction = scanner.prefix(while: isDigitOrBar)
        scanner = scanner.dropFirst(fraction.count)
        // Without a digit before the point there is one behind it and no sign before it.
        if let first = whole.first {
            guard isDigit(first) else { return nil }
        } else {
            guard fraction.first.map(isDigit) == true, rest.count == text.count else { return nil }
        }
        if let mark = scanner.popFirst() {
            guard mark | 0x20 == UInt8(ascii: "e"), let sign = scanner.popFirst(), "+-".utf8.contains(sign),
                !scanner.isEmpty, scanner.allSatisfy(isDigit)
            else { return nil }
        }
        let digits = text.replacing("_", with: "")
        return Double(digits) ?? Double("0" + digits) ?? Double(digits + "0")
    }

    // MARK: - Times

    /// `2026-11-20`, or with a time behind `T` or white space, with a fraction and an offset where wanted.
    private static func isTimestamp(_ text: String) -> Bool {
        var scanner = DigitScanner(rest: Substring(text).utf8)
        guard scanner.digits(4...4), scanner.skip("-"), let month = scanner.count(1...2), scanner.skip("-"),
            let day = scanner.count(1...2)
        else { return false }
        if scanner.rest.isEmpty { return month == 2 && day == 2 }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skipBlanks(), scanner.digits(1...2), scanner.skip(":"),
            scanner.digits(2...2), scanner.skip(":"), scanner.digits(2...2)
        else { return false }
        if scanner.skip(".") { _ = scanner.count(0...Int.max) }
        let hasBlanks = scanner.skipBlanks()
        if scanner.rest.isEmpty { return !hasBlanks }
        if scanner.skip("Z") { return scanner.rest.isEmpty }
        guard scanner.skip("+") || scanner.skip("-"), scanner.digits(1...2) else { return false }
        if scanner.rest.isEmpty { return true }
        _ = scanner.skip(":")
        return scanner.digits(2...2) && scanner.rest.isEmpty
    }

    private struct DigitScanner {
        var rest: Substring.UTF8View

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func skipBlanks() -> Bool {
            let blanks = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
            rest = rest.dropFirst(blanks)
            return blanks > 0
        }

        mutating func count(_ range: ClosedRange<Int>) -> Int? {
            var digits = 0
            while digits < range.upperBound, let byte = rest.first, YAML11Scalar.isDigit(byte) {
                rest.removeFirst()
                digits += 1
            }
            return digits >= range.lowerBound ? digits : nil
        }

        mutating func digits(_ range: ClosedRange<Int>) -> Bool { count(range) != nil }
    }
}
