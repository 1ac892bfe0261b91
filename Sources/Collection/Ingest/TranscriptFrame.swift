import Formats
import HostFacts

/// One thing that an exported probe said, cut out of whatever stands around it.
enum TranscriptFrame: Sendable, Hashable {
    /// Which machine the lines behind it are from; the packed JSON.
    case run(packed: [UInt8])
    case section(name: String, packed: [UInt8])
    case piece(Piece)
    case end
    case blocked(String)
    /// It begins like one of ours and is cut or mangled; the section where that can be read.
    case damaged(section: String?)

    /// A part of a section's base64.
    struct Piece: Sendable, Hashable {
        let section: String
        /// From 1.
        let number: Int
        let count: Int
        /// Bytes of the whole section, packed.
        let bytes: Int
        /// The first half of their SHA-1, in hexadecimal.
        let fingerprint: String
        let text: [UInt8]
    }
}

/// Finds frames in text that went through terminals, portals and shells: lines may be wrapped, stand inside JSON, or be
/// UTF-16; nothing outside of a frame matters. Time and memory are linear in the text.
struct TranscriptScanner {
    private let bytes: [UInt8]
    private var at = 0

    /// ASCII in UTF-16 of either order is ASCII with NUL bytes between, which are none of ours.
    init(_ bytes: [UInt8]) { self.bytes = bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes }

    private static let marker = Array(ProbeProgram.marker.utf8)

    /// The next frame; `nil` when there is none left.
    mutating func next() -> TranscriptFrame? {
        while let start = nextMarker() {
            at = start + Self.marker.count
            let isPiece = at < bytes.count && bytes[at] == UInt8(ascii: "P")
            if isPiece { at += 1 }
            // The contract's name in a longer word is not ours.
            guard case .blank? = unit(at)?.kind else { continue }
            if let frame = isPiece ? piece() : line() { return frame }
        }
        at = bytes.count
        return nil
    }

    private func nextMarker() -> Int? {
        let marker = Self.marker
        guard bytes.count >= marker.count else { return nil }
        var index = at
        while index <= bytes.count - marker.count {
            if isMarker(index) { return index }
            index += 1
        }
        return nil
    }

    private func isMarker(_ index: Int) -> Bool {
        let marker = Self.marker
        guard bytes[index] == marker[0], bytes.count - index >= marker.count else { return false }
        return bytes[index..<index + marker.count].elementsEqual(marker)
    }

    // MARK: Frames

    private mutating func line() -> TranscriptFrame? {
        guard let word = word() else { return nil }
        switch String(decoding: word, as: UTF8.self) {
        case "END":
            // A line that only names the contract, as the program's own text does, has no number.
            guard let count = self.word(), number(count) != nil else { return nil }
            return .end
        case "BLOCKED": return self.word().map { .blocked(String(decoding: $0, as: UTF8.self)) }
        case "RUN": return packed().map { .run(packed: $0) } ?? .damaged(section: nil)
        default:
            guard number(word) != nil, let name = name() else { return nil }
            return packed().map { .section(name: name, packed: $0) } ?? .damaged(section: name)
        }
    }

    private mutating func piece() -> TranscriptFrame? {
        guard let name = name() else { return nil }
        guard let place = word()?.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false),
            place.count == 2, let index = number(place[0]), let count = number(place[1]),
            (1...Self.mostPieces).contains(count), (1...count).contains(index),
            let length = word().flatMap(number), let size = word().flatMap(number),
            let fingerprint = word(), fingerprint.count == 16, let text = base64(), text.count == length
        else { return .damaged(section: name) }
        return .piece(
            .init(
                section: name, number: index, count: count, bytes: size,
                fingerprint: String(decoding: fingerprint, as: UTF8.self), text: text))
    }

    /// 16 MB in pieces of the smallest size are fewer.
    private static let mostPieces = 20_000

    /// `<bytes> <base64> ;`
    private mutating func packed() -> [UInt8]? {
        guard let stated = word().flatMap(number), let text = base64(), let packed = Base64.decode(text),
            packed.count == stated
        else { return nil }
        return packed
    }

    // MARK: Words

    private enum Kind { case blank, digit, semicolon, other }

    /// What stands at a place: a byte, or an escape of JSON for one, as cloud consoles print output inside JSON.
    private func unit(_ index: Int) -> (byte: UInt8, kind: Kind, length: Int)? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        guard byte == UInt8(ascii: "\\") else { return (byte, Self.kind(byte), 1) }
        guard index + 1 < bytes.count else { return (byte, .other, 1) }
        switch bytes[index + 1] {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): return (0x20, .blank, 2)
        case UInt8(ascii: "/"): return (UInt8(ascii: "/"), .digit, 2)
        case UInt8(ascii: "u"):
            guard index + 6 <= bytes.count, let code = Hex.decode(bytes[index + 2..<index + 6]), code[0] == 0 else {
                return (byte, .other, 1)
            }
            return (code[1], Self.kind(code[1]), 6)
        default: return (byte, .other, 1)
        }
    }

    private static func kind(_ byte: UInt8) -> Kind {
        switch byte {
        case 0x20, 0x09, 0x0a, 0x0d: .blank
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            .digit
        default: .other
        }
    }

    private mutating func skipBlanks() {
        while let unit = unit(at), unit.kind == .blank { at += unit.length }
    }

    /// Letters, digits, `+/=-`; at most 64. A word never reaches into the next frame.
    private mutating func word() -> [UInt8]? {
        skipBlanks()
        var word: [UInt8] = []
        while let unit = unit(at), unit.kind == .digit || unit.byte == UInt8(ascii: "-"), word.count < 64, !isMarker(at)
        {
            word.append(unit.byte)
            at += unit.length
        }
        return word.isEmpty ? nil : word
    }

    /// A section's name as the contract writes it.
    private mutating func name() -> String? {
        guard let word = word(), let first = word.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
            return nil
        }
        return String(decoding: word, as: UTF8.self)
    }

    private func number(_ word: some Collection<UInt8>) -> Int? { UInt32(digits: word).map(Int.init) }

    /// Up to the semicolon, over line ends that were put in between; `nil` when anything else stands there.
    private mutating func base64() -> [UInt8]? {
        var text: [UInt8] = []
        while let unit = unit(at) {
            switch unit.kind {
            case .blank: break
            case .digit:
                if isMarker(at) { return nil }
                text.append(unit.byte)
            case .semicolon:
                at += unit.length
                return text
            case .other: return nil
            }
            at += unit.length
        }
        return nil
    }
}
