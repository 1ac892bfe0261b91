import Formats
import TestSupport
import Testing

@Suite(.enabled(if: Peers.hasPython)) struct CSVPeerTests {
    @Test func `tables are read as they were written, but for what was made safe`() async throws {
        var generator = SeededGenerator(seed: 4180)
        let alphabet = Array("ab ,;\"'\n\r\t=+-@ä日\u{a0}\u{feff}\u{0}1|")
        var tables: [[UInt8]] = [], rows: [[[String]]] = []
        for index in 0..<200 {
            var writer = CSVWriter(byteOrderMark: index.isMultiple(of: 2)), table: [[String]] = []
            for _ in 0..<20 {
                let row = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    String(
                        (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
                            alphabet.randomElement(using: &generator)
                        })
                }
                writer.row(row.map(CSVWriter.Cell.text))
                table.append(row)
            }
            tables.append(writer.takeBytes())
            rows.append(table)
        }
        let answers = try await Peer(script: "csv_peer.py").answers(to: tables.map { .string(Base64.encode($0)) })
        for (table, answer) in zip(rows, answers) {
            let read = (answer.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
            #expect(read.map { $0.map(plain) } == table.map { $0.map(plain) })
            for cell in read.joined() {
                let first = cell.drop { " \"\n\t\u{a0}\u{feff}".contains($0) }.first
                #expect(!(first.map { "=+-@".contains($0) } ?? false) && cell.first != "\t", "\(cell)")
            }
        }
    }

    /// Without the apostrophes that were put in, and with the line ends and characters that were replaced.
    private func plain(_ cell: String) -> [UInt8] {
        var text: [UInt8] = []
        var previous: UInt8 = 0
        for byte in cell.replacing("\0", with: "\u{fffd}").utf8 {
            switch byte {
            case 0x0d: text.append(0x0a)
            case 0x0a where previous == 0x0d, UInt8(ascii: "'"): break
            default: text.append(byte)
            }
            previous = byte
        }
        return text
    }
}
