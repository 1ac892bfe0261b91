import Foundation
import TestSupport
import Testing

/// The style sheet's colours, by the formulas of WCAG 2 for contrast.
@Suite struct HTMLContrastTests {
    private static let sheet = Fixture.repository + "/Sources/Reports/HTML/report.css"
    private static let grounds = ["page", "surface", "raised", "chosen"]
    private static let inks = [
        "ink", "quiet", "accent", "critical", "high", "medium", "low", "good", "waived",
    ]
    private static let marks = [
        "edge", "mark-good", "mark-waived", "mark-bad", "mark-high", "mark-medium", "mark-low", "mark-quiet",
    ]
    /// A line that only parts what stands apart anyway.
    private static let decoration = ["line"]

    /// By name: the colour in the light and in the dark theme.
    private static func colours() throws -> [String: [String]] {
        let text = try String(contentsOfFile: sheet, encoding: .utf8)
        var colours: [String: [String]] = [:]
        for match in text.matches(of: #/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/#) {
            colours[String(match.1)] = [String(match.2), String(match.3)]
        }
        // Every other colour would escape this test; paper's ground is as light as the screen's.
        let others = text.matches(of: #/#[0-9a-fA-F]{3,8}\b(?!.*light-dark)/#).map { String($0.0) }
            .filter { $0.count == 7 && $0.wholeMatch(of: #/#[0-9a-f]{6}/#) != nil }
        let named = Set(colours.values.flatMap(\.self))
        #expect(others.allSatisfy { named.contains($0) || ["#ffffff", "#f2f4f6"].contains($0) }, "\(others)")
        return colours
    }

    private static func luminance(_ colour: String) -> Double {
        let parts = [1, 3, 5].map { offset -> Double in
            let start = colour.index(colour.startIndex, offsetBy: offset)
            let value = Double(Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private static func contrast(_ a: String, _ b: String) -> Double {
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    @Test func `every colour of the style sheet is known here`() throws {
        #expect(Set(try Self.colours().keys) == Set(Self.grounds + Self.inks + Self.marks + Self.decoration))
    }

    @Test(arguments: [0, 1])
    func `every ink can be read on every ground, in both themes`(_ theme: Int) throws {
        let colours = try Self.colours()
        for ink in Self.inks {
            for ground in Self.grounds {
                let contrast = Self.contrast(
                    try #require(colours[ink])[theme], try #require(colours[ground])[theme])
                #expect(contrast >= 4.5, "\(ink) on \(ground): \(contrast)")
            }
        }
    }

    @Test(arguments: [0, 1])
    func `every mark of a chart and every edge of a control stands out`(_ theme: Int) throws {
        let colours = try Self.colours()
        for mark in Self.marks {
            let contrast = Self.contrast(try #require(colours[mark])[theme], try #require(colours["surface"])[theme])
            #expect(contrast >= 3, "\(mark): \(contrast)")
        }
    }

    @Test func `the formula is that of WCAG`() {
        #expect(abs(Self.contrast("#000000", "#ffffff") - 21) < 0.001)
        #expect(abs(Self.contrast("#777777", "#ffffff") - 4.478) < 0.001)
    }
}
