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
        /// Bytes of one section, unpacked.
        package var sectionBytes = 32 << 20
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
        for line in output.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            guard let start = Self.markerEnd(in: line) else { continue }
            let words = line[start...].split(separator: 0x20)
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
            sections.append(Section(name: section, content: Self.content(words, limits)))
        }
        self.sections = sections
        self.ending = ending
        unknownSections = unknown
    }

    /// `<number> <section> <bytes> <base64> ;`
    private static func content(_ words: [ArraySlice<UInt8>], _ limits: Limits) -> Content {
        guard words.count == 5, words[4].elementsEqual(";".utf8), let stated = UInt32(digits: words[2]) else {
            return .damaged("its line is cut")
        }
        guard let packed = Base64.decode(words[3]) else { return .damaged("its line is no base64") }
        guard packed.count == Int(stated) else {
            return .damaged("its line holds \(packed.count) bytes of \(stated)")
        }
        do throws(GzipError) {
            let bytes = try Gzip.decompress(packed, limit: limits.sectionBytes, ratioLimit: limits.ratio)
            do throws(JSONError) {
                var jsonLimits = JSON.Limits()
                jsonLimits.depth = limits.depth
                return .json(try JSON.parse(bytes, limits: jsonLimits))
            } catch {
                return .damaged("its JSON is wrong: \(error)")
            }
        } catch {
            return .damaged("it does not unpack: \(error)")
        }
    }

    /// The index behind the marker and its blank; the marker may stand behind a BOM, a prompt or other noise.
    private static func markerEnd(in line: ArraySlice<UInt8>) -> Int? {
        let marker = Array((ProbeProgram.marker + " ").utf8)
        guard line.count >= marker.count else { return nil }
        for start in line.startIndex...(line.endIndex - marker.count) where line[start] == marker[0] {
            if line[start..<start + marker.count].elementsEqual(marker) { return start + marker.count }
        }
        return nil
    }
}
