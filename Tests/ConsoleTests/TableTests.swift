import Console
import Testing

@Suite struct `Tables` {
    static let parcels: Table = {
        var table = Table(
            indent: 2,
            [
                .init("STATE"), .init("TO", overflow: .truncate, priority: 1, minimum: 12), .init("KG", .right),
                .init("REASON", overflow: .wrap, priority: 1, minimum: 16), .init("SINCE"),
            ])
        table.add(["arrived", "Ann O'Hara, 12 Harbour Road, Old Town", "2.5", "", "02 Nov"])
        table.add([
            .init("LOST", .color(.red, isBold: true)), "漢字 Publishing House, Number One, Far Away Street", "12",
            "The cart lost a wheel on the way down, and the parcel fell into the river together with the horse.",
            "14 Aug",
        ])
        table.add(["waiting", "Bob", "100.25"])
        return table
    }()

    @Test(arguments: [40, 80, 120, 200])
    func `on a terminal`(_ columns: Int) throws {
        try expect(Self.parcels.text(columns: columns), isGolden: "table.\(columns).txt")
    }

    @Test func `in a pipe nothing is cut or wrapped`() throws {
        try expect(Self.parcels.text(columns: nil), isGolden: "table.piped.txt")
        #expect(Self.parcels.text(columns: nil).split(separator: "\n").count == 4)
    }

    @Test(arguments: Array(1...220))
    func `lines fit, unless even the least does not`(_ columns: Int) {
        let lines = Self.parcels.text(columns: columns).split(separator: "\n")
        let widest = lines.map { Text.width(String($0)) }.max() ?? 0
        #expect(widest <= max(columns, 2 + 7 + 2 + 12 + 2 + 6 + 2 + 16 + 2 + 6))
        #expect(!lines.contains { $0.hasSuffix(" ") })
    }

    @Test func `a column of lower priority gives way first`() {
        var table = Table([
            .init("A", overflow: .truncate, priority: 2, minimum: 3), .init("B", overflow: .truncate, minimum: 3),
            .init("C", overflow: .truncate, priority: 1, minimum: 3),
        ])
        table.add(["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"])
        #expect(table.text(columns: 34) == "A           B           C\naaaaaaaaaa  bbbbbbbbbb  cccccccccc\n")
        #expect(table.text(columns: 27) == "A           B    C\naaaaaaaaaa  bb…  cccccccccc\n")
        #expect(table.text(columns: 21) == "A           B    C\naaaaaaaaaa  bb…  ccc…\n")
        #expect(table.text(columns: 15) == "A      B    C\naaaa…  bb…  cc…\n")
        #expect(table.text(columns: 1) == "A    B    C\naa…  bb…  cc…\n")
    }

    @Test func `only text is coloured, and colours change no layout`() {
        let colored = Self.parcels.text(columns: 80, paint: Paint(isColored: true))
        #expect(colored.contains("\u{1B}[1;31mLOST\u{1B}[0m   "))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == Self.parcels.text(columns: 80))
    }

    @Test func `a cell from elsewhere cannot break out`() {
        var table = Table([.init("A", overflow: .wrap), .init("B")])
        table.add(["\u{1B}[2J\nrow\r", "\u{202E}x\u{9B}"])
        table.add([.init("\(7)\u{7}"), "b"])
        for columns in [nil, 10, 80] {
            let text = table.text(columns: columns)
            #expect(Text.printable(text, keepingNewlines: true) == text)
        }
        #expect(table.text(columns: nil).split(separator: "\n").count == 3)
    }

    @Test func `a cell of a megabyte pads no other line`() {
        var table = Table([.init("A", overflow: .truncate), .init("B")])
        table.add([.init(String(repeating: "x", count: 1_000_000)), "1"])
        for _ in 0..<100 { table.add(["y", "2"]) }
        #expect(table.text(columns: nil).utf8.count < 1_010_000)
        #expect(table.text(columns: 80).utf8.count < 10_000)
    }

    @Test func `without titles there is no heading`() {
        var table = Table([.init(""), .init("", .right)])
        table.add(["a", "1"])
        table.add(["bb", "22"])
        #expect(table.text(columns: 80) == "a    1\nbb  22\n")
    }

    @Test func `no rows, no columns`() {
        #expect(Table([.init("A"), .init("B")]).text(columns: 80) == "A  B\n")
        #expect(Table([]).text(columns: 80) == "")
    }

    @Test func `columns that keep their width keep it`() {
        var table = Table([.init("KEY"), .init("TEXT", overflow: .wrap, minimum: 4)])
        table.add(["0123456789ABCDEF", "one two three"])
        #expect(
            table.text(columns: 10) == """
                KEY               TEXT
                0123456789ABCDEF  one
                                  two
                                  thre
                                  e

                """)
    }
}
