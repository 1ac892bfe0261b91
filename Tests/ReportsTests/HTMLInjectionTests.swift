import Drift
import Formats
import Foundation
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// What others say stands on the page as text, and nothing else comes of it.
@Suite struct HTMLInjectionTests {
    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `hostile text changes no element and no attribute, and is there as it is`() async throws {
        let texts = HTMLSample.hostile
        let runs = try ["harmless", ""].map(HTMLSample.everywhere) + texts.map(HTMLSample.everywhere)
        let documents = runs.map { HTMLSample.text($0, HTMLSample.trend($0)) }
        let answers = try await Peer(script: "html_peer.py").answers(to: documents.map { .string($0) })
        let trees = answers.map { $0["tree"]?.string }
        #expect(trees[0] != trees[1], "waivers make no difference")
        for (place, text) in texts.enumerated() {
            let seen = answers[place + 2]
            // What cannot stand in a file of waivers is held against a run without any.
            let wanted = trees[runs[place + 2].waivers.isEmpty ? 1 : 0]
            #expect(seen["errors"]?.array == [], "\(text.debugDescription): \(seen["errors"]?.array?.prefix(2) ?? [])")
            #expect(seen["tree"]?.string == wanted, "\(text.debugDescription) made other elements")
            #expect(seen["styles"]?.array == [] && seen["handlers"]?.array == [], "\(text.debugDescription)")
            let links = (seen["links"]?.array ?? []).compactMap(\.string)
            #expect(links.allSatisfy { $0.wholeMatch(of: #/#[A-Za-z0-9._~%&=-]*/#) != nil }, "\(text.debugDescription)")
            let stands = (seen["texts"]?.array ?? []).compactMap(\.string)
            let shown = Self.shown(text)
            for prefix in ["wanted ", "guard ", "subject ", "reason "] {
                #expect(stands.contains(prefix + shown), "\(prefix)\(text.debugDescription) is not there as it is")
            }
            // The script gets the same, and nothing ends its element.
            let data = try JSON.parse(Array((seen["data"]?.string ?? "").utf8))
            let strings = (data["strings"]?.array ?? []).compactMap(\.string)
            for prefix in ["because ", "unknown ", "elsewhere ", "advice ", "rollback ", "risk "] {
                #expect(strings.contains(prefix + shown), "\(prefix)\(text.debugDescription) is not in the data")
            }
            let names = (data["hosts"]?.array ?? []).compactMap { $0[0]?.string }
            #expect(names == [text.isEmpty ? "empty" : shown, "second", "silent " + shown])
        }
    }

    @Test func `a host is found by its own name, however it is shown`() throws {
        for text in ["\u{202e}gpj.exe", "nul\0\u{1b}[31m", "plain"] {
            let result = try HTMLSample.everywhere(text)
            let data = try HTMLSample.data(HTMLSample.text(result))
            let isShownAsItIs = Self.shown(text) == text
            #expect(data["keys"]?["0"]?.string == (isShownAsItIs ? nil : text))
        }
    }

    @Test func `the page holds no control or direction character and no noncharacter`() throws {
        for text in HTMLSample.hostile {
            for scalar in try HTMLSample.own(HTMLSample.text(HTMLSample.everywhere(text))).unicodeScalars {
                let value = scalar.value
                let isHarmless =
                    scalar == "\n"
                    || value >= 0x20 && !(0x7f..<0xa0).contains(value) && !(0x202a...0x202e).contains(value)
                        && !(0x2066...0x2069).contains(value) && value & 0xfffe != 0xfffe
                #expect(isHarmless, "\(text.debugDescription): \(String(value, radix: 16))")
            }
        }
    }

    /// As it is shown, and as HTML's noncharacters are: by the replacement character.
    private static func shown(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in VisibleText.shown(text).unicodeScalars {
            let isNoncharacter = scalar.value & 0xfffe == 0xfffe || (0xfdd0...0xfdef).contains(scalar.value)
            shown.append(isNoncharacter ? "\u{fffd}" : scalar)
        }
        return String(shown)
    }
}
