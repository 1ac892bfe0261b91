import Formats
import Foundation
import Testing

@Suite struct CSVTests {
    private func row(_ cells: CSVWriter.Cell...) -> String {
        var writer = CSVWriter()
        writer.row(cells)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    @Test func `records end with CR LF, cells are quoted where they must be`() {
        var writer = CSVWriter(byteOrderMark: true)
        writer.row(["host", "seen", "note"])
        writer.row(["web01", CSVWriter.Cell(5), "a,b \"c\"\nd"])
        let text = "\u{feff}host,seen,note\r\nweb01,5,\"a,b \"\"c\"\"\nd\"\r\n"
        #expect(writer.takeBytes() == Array(text.utf8))
        writer.row(["x"])
        #expect(writer.takeBytes() == Array("x\r\n".utf8))
    }

    @Test func `numbers and times of our own stay what they are`() {
        #expect(row(CSVWriter.Cell(-5), .integer(.min)) == "-5,-9223372036854775808\r\n")
        #expect(row(.decimal(-1.005, digits: 2), .decimal(2, digits: 0)) == "-1.00,2\r\n")
        #expect(
            row(.decimal(0.05, digits: 1), .decimal(-0.04, digits: 1), .decimal(1e-9, digits: 3)) == "0.1,0.0,0.000\r\n"
        )
        #expect(
            row(.decimal(12345.678, digits: 2), .decimal(.nan, digits: 2), .decimal(-.infinity, digits: 2))
                == "12345.68,,\r\n")
        #expect(row(.decimal(1e300, digits: 2), .decimal(1, digits: 99)) == "1e+300,1.000000000000000\r\n")
        #expect(
            row(.instant(Date(timeIntervalSince1970: 0)), .empty, CSVWriter.Cell(nil)) == "1970-01-01T00:00:00Z,,\r\n")
    }

    @Test func `a record of one empty cell is no empty line`() {
        #expect(row(.empty) == "\"\"\r\n" && row("") == "\"\"\r\n" && row("", "") == ",\r\n" && row() == "\r\n")
    }

    @Test func `cells that were made safe once are those of a row`() {
        let texts = ["host", "", "=1", "a,b", " x", "it's", "x;=1", "\u{1b}", "end"]
        for count in 0...texts.count {
            var whole = CSVWriter(), parts = CSVWriter()
            whole.row(texts.prefix(count).map { .text($0) } + [.integer(7)])
            parts.add(CSVWriter.Cells(texts.prefix(count / 2).map { .text($0) }))
            parts.add(CSVWriter.Cells(texts[(count / 2)..<count].map { .text($0) }))
            parts.add(.integer(7))
            parts.endRecord()
            #expect(parts.takeBytes() == whole.takeBytes())
        }
        var alone = CSVWriter()
        alone.add(CSVWriter.Cells([.empty]))
        alone.endRecord()
        #expect(alone.takeBytes() == Array("\"\"\r\n".utf8))
    }

    @Test func `what was flushed is gone, and the next record begins afresh`() {
        var writer = CSVWriter(byteOrderMark: true)
        var pieces: [[UInt8]] = []
        writer.row(["host"])
        writer.flush(above: 100) { pieces.append($0) }
        #expect(pieces.isEmpty)
        writer.flush { pieces.append($0) }
        writer.row([.empty])
        writer.flush { pieces.append($0) }
        writer.flush { pieces.append($0) }
        #expect(pieces == [Array("\u{feff}host\r\n".utf8), Array("\"\"\r\n".utf8)])
    }

    @Test(arguments: [
        ("plain", "plain"), ("a=b", "a=b"), ("a-b +c @d", "a-b +c @d"), ("S-1-5-21", "S-1-5-21"), ("ä€😀", "ä€😀"),
        ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("-", "\"'-\""),
        ("\t=1", "\"'\t'=1\""), ("\tx", "\"'\tx\""), ("\r=1", "\"\n'=1\""), ("\n=1", "\"\n'=1\""),
        ("  =1", "\"  '=1\""),
        ("\"=1", "\"\"\"'=1\""), ("'=1", "\"''=1\""), ("\"\" '=1", "\"\"\"\"\" ''=1\""), ("\u{a0}=1", "\"\u{a0}'=1\""),
        ("\u{feff}=1", "\"\u{feff}'=1\""), ("\u{200b}=1", "\"\u{200b}'=1\""), ("\u{ad}-1", "\"\u{ad}'-1\""),
        ("＝1", "\"'＝1\""), ("＋1", "\"'＋1\""), ("－1", "\"'－1\""), ("＠x", "\"'＠x\""), ("\0=1", "\"\u{fffd}'=1\""),
        ("x;=1", "\"x;'=1\""), ("x; \"=1", "\"x; \"\"'=1\""), ("x\n-1", "\"x\n'-1\""), ("x\t@1", "\"x\t'@1\""),
        ("x\r\n+1", "\"x\n'+1\""),
        ("x;y=1", "\"x;y=1\""), ("x,-1", "\"x,-1\""), ("a\rb\r\nc\n", "\"a\nb\nc\n\""), ("a\0b", "a\u{fffd}b"),
        ("\u{1b}[31m\u{7f}\u{9b}", "\u{fffd}[31m\u{fffd}\u{fffd}"), (" x", "\" x\""), ("x ", "\"x \""),
        ("it's", "\"it's\""),
        ("\u{fe0f}=1", "\"\u{fe0f}'=1\""), ("\u{3000}=1", "\"\u{3000}'=1\""), ("\u{2003}@1", "\"\u{2003}'@1\""),
    ]) func `text never becomes a formula`(_ text: String, _ cell: String) {
        #expect(row(.text(text), "end") == "\(cell),end\r\n")
    }
}
