package import Formats
package import HostFacts

/// What came back from a host, line by line, whatever noise stood around the lines.
///
/// A line counts only whole: its number of bytes and the gzip checksum must fit. A damaged line costs its own section,
/// never a half-read fact; without the closing line the sections that came stay valid, and the reply is incomplete.
package struct ProbeReply: Sendable {
    /// One section as it came.
    package struct Section: Sendable {
        package let name: SectionName
        package let content: Content
    }

    package enum Content: Sendable {
        /// The JSON of the section, `{"ms": …, "data": …}` or `{"ms": …, "failed": …}`.
        case json(JSON)
        case damaged(String)
    }

    /// How the reply ended.
    package enum Ending: Sendable, Hashable {
        /// The closing line came and names as many lines as there were.
        case complete
        /// No closing line.
        case missing
        /// The closing line names another number of lines.
        case miscounted(stated: Int, received: Int)
        /// PowerShell there is restricted to this language mode and runs no probe.
        case blocked(languageMode: String)
    }

    package let sections: [Section]
    package let ending: Ending
    /// Sections of this contract that we do not know (a newer probe's), by name.
    package let unknownSections: [String]

    /// Limits that no host can pass (design 3).
    package struct Limits: Sendable {
        /// Bytes of all sections together, unpacked: what a snapshot can hold of one host.
        package var bytes = 32 << 20
        /// Values in the JSON of one section.
        package var values = 500_000
        /// Unpacked bytes per packed byte. Firewall rules reach 14, all-zero test data 1,000.
        package var ratio = 200
        package var depth = 16
        package init() {}
    }

    package init(_ output: [UInt8], limits: Limits = Limits()) {
        var sections: [Section] = []
        var unknown: [String] = []
        var seen: Set<SectionName> = []
        var ending = Ending.missing
        var count = 0
        var room = limits.bytes
        var rest = output[...]
        // One line at a time: a list of all lines, or of all words of one, would be many times the size of the output.
        while let line = Self.nextLine(&rest) {
            guard let start = Self.markerEnd(in: line) else { continue }
            let words = line[start...].split(separator: 0x20, maxSplits: 5)
            guard let first = words.first else { continue }
            if first.elementsEqual("END".utf8) {
                guard words.count == 2, let stated = UInt32(digits: words[1]) else { continue }
                ending = Int(stated) == count ? .complete : .miscounted(stated: Int(stated), received: count)
                break
            }
            if first.elementsEqual("BLOCKED".utf8) {
                let mode = words.dropFirst().first.map { String(decoding: $0.prefix(40), as: UTF8.self) } ?? "unknown"
                ending = .blocked(languageMode: mode)
                break
            }
            // A word that is no number is noise that happens to name the contract.
            guard UInt32(digits: first) != nil else { continue }
            count += 1
            guard words.count >= 2, let name = String(validating: words[1].prefix(64), as: UTF8.self) else { continue }
            guard let section = SectionName(rawValue: name) else {
                if unknown.count < 64 { unknown.append(name) }
                continue
            }
            // The same section twice: which one is true cannot be told, so neither counts.
            guard seen.insert(section).inserted else {
                sections.removeAll { $0.name == section }
                sections.append(Section(name: section, content: .damaged("it was answered twice")))
                continue
            }
            sections.append(Section(name: section, content: Self.content(words, limits, &room)))
        }
        self.sections = sections
        self.ending = ending
        unknownSections = unknown
    }

    /// `<number> <section> <bytes> <base64> ;`
    private static func content(_ words: [ArraySlice<UInt8>], _ limits: Limits, _ room: inout Int) -> Content {
        guard words.count == 5, words[4].elementsEqual(";".utf8), let stated = UInt32(digits: words[2]) else {
            return .damaged("its line is cut")
        }
        guard let packed = Base64.decode(words[3]) else { return .damaged("its line is no base64") }
        guard packed.count == Int(stated) else {
            return .damaged("its line holds \(packed.count) bytes of \(stated)")
        }
        return unpacked(packed, limits, &room)
    }

    /// - Parameter room: bytes that all sections of a host may still have; what this one took is taken away.
    static func unpacked(_ packed: [UInt8], _ limits: Limits, _ room: inout Int) -> Content {
        do throws(GzipError) {
            let bytes = try Gzip.decompress(packed, limit: room, ratioLimit: limits.ratio)
            room -= bytes.count
            do throws(JSONError) {
                var jsonLimits = JSON.Limits()
                jsonLimits.depth = limits.depth
                jsonLimits.values = limits.values
                return .json(try JSON.parse(bytes, limits: jsonLimits))
            } catch {
                return .damaged("its JSON is wrong: \(error)")
            }
        } catch {
            return .damaged("it does not unpack: \(error)")
        }
    }

    /// Up to the next line end, which is taken along; `nil` when there is nothing left.
    private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.span.firstLineEnd(in: 0..<rest.count).map { rest.startIndex + $0 } ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        // Blanks at the end are none of ours: a terminal may pad its lines.
        var last = end
        while last > rest.startIndex, rest[last - 1] == 0x20 { last -= 1 }
        return rest[..<last]
    }

    private static let markerBytes = Array((ProbeProgram.marker + " ").utf8)

    /// The index behind the last marker and its blank. The marker may stand behind a BOM, a prompt or other noise, and
    /// behind a line that was cut off: no line holds it twice by itself.
    private static func markerEnd(in line: ArraySlice<UInt8>) -> Int? {
        let marker = markerBytes
        guard line.count >= marker.count else { return nil }
        for start in (line.startIndex...(line.endIndex - marker.count)).reversed() where line[start] == marker[0] {
            if line[start..<start + marker.count].elementsEqual(marker) { return start + marker.count }
        }
        return nil
    }
}
