import Console
import Testing

/// 412 parcels of which `done` have ended.
private func state(_ done: Int, total: Int? = 412) -> ProgressState {
    var state = ProgressState(unit: "parcels", total: total, ends: ["arrived", "lost", "refused"])
    for number in 0..<done { state.end(as: number % 40 == 3 ? "lost" : number % 100 == 7 ? "refused" : "arrived") }
    return state
}

@Suite struct `The state of progress` {
    @Test func `what ends is counted, in declared order and then as it comes`() {
        var state = ProgressState(unit: "x", total: 5, ends: ["good", "bad"])
        for word in ["ugly", "bad", "good", "bad"] { state.end(as: word) }
        #expect(state.ends.map(\.word) == ["good", "bad", "ugly"])
        #expect(state.ends.map(\.count) == [1, 2, 1])
        #expect(state.done == 4)
    }

    @Test func `the oldest is the one that began first, in the stage it is in now`() {
        var state = ProgressState(unit: "x", total: 5)
        #expect(state.oldest(at: .seconds(9)) == nil)
        state.enter("open", of: "a", at: .seconds(1))
        state.enter("open", of: "b", at: .seconds(2))
        state.enter("read", of: "a", at: .seconds(5))
        #expect(state.oldest(at: .seconds(9))! == ("a", "read", .seconds(8)))
        state.end("a", as: "done")
        #expect(state.oldest(at: .seconds(9))! == ("b", "open", .seconds(7)))
        state.end("b", as: "done")
        state.end("never seen", as: "done")
        #expect(state.oldest(at: .seconds(9)) == nil)
        #expect(state.done == 3)
    }

    @Test(
        arguments: [
            (0, 412, nil), (19, 412, nil), (20, 412, Duration.seconds(196)), (206, 412, .seconds(10)), (412, 412, nil),
            (500, 412, nil), (50, nil, nil),
        ] as [(Int, Int?, Duration?)])
    func `the rest is estimated after 20 ends`(_ done: Int, _ total: Int?, _ remaining: Duration?) {
        #expect(state(done, total: total).remaining(at: .seconds(10)) == remaining)
    }
}

@Suite struct `Progress as text` {
    @Test func `on a terminal`() {
        var state = state(287)
        state.enter("knock", of: "4711", at: .seconds(22))
        #expect(
            state.lines(width: 80, elapsed: .seconds(48)) == [
                "  287/412 parcels  [################........]  0:48  about 0:21 left",
                "  arrived 276  lost 8  refused 3   oldest 4711: knock 26 s",
            ])
    }

    @Test(arguments: [
        (100, "  287/412 parcels  [################........]  0:48  about 0:21 left"),
        (70, "  287/412 parcels  [################........]  0:48  about 0:21 left"),
        (60, "  287/412 parcels  [###########.....]  0:48  about 0:21 left"),
        (51, "  287/412 parcels  0:48  about 0:21 left"),
        (30, "  287/412 parcels  0:48  abou…"), (10, "  287/412…"), (0, ""), (-5, ""),
    ])
    func `the bar gives way to a narrow terminal`(_ width: Int, _ line: String) {
        #expect(state(287).lines(width: width, elapsed: .seconds(48)).first == line)
    }

    @Test(arguments: Array(0...120))
    func `no line is wider than the terminal`(_ width: Int) {
        var state = state(287)
        state.enter(
            "漢字\u{1B}[2J", of: "a very long name\n that \u{202E}goes on and on \(String(repeating: "漢", count: 90))",
            at: .zero)
        for line in state.lines(width: width, elapsed: .seconds(48)) {
            #expect(Text.width(line) <= width)
            #expect(Text.printable(line) == line)
        }
    }

    @Test(arguments: [(0, 0), (4, 0), (5, 1), (50, 12), (99, 23), (100, 24), (150, 24)])
    func `the bar is full only at the end`(_ done: Int, _ cells: Int) {
        let line = state(done, total: 100).lines(width: 80, elapsed: .zero)[0]
        #expect(line.count { $0 == "#" } == cells)
        #expect(line.count { $0 == "." } == 24 - cells)
    }

    @Test func `without a total there is no bar and no estimate`() {
        #expect(state(50, total: nil).lines(width: 80, elapsed: .seconds(3_725))[0] == "  50 parcels  1:02:05")
        #expect(
            state(0, total: 0).lines(width: 80, elapsed: .zero)[0] == "  0/0 parcels  [########################]  0:00")
    }

    @Test func `what happened to nobody is not told`() {
        #expect(
            state(1).lines(width: 80, elapsed: .zero) == [
                "  1/412 parcels  [........................]  0:00", "  arrived 1",
            ])
        #expect(state(0).lines(width: 80, elapsed: .zero).count == 1)
    }

    @Test func `in a file`() {
        #expect(
            state(287).line(elapsed: .seconds(48))
                == "287 of 412 parcels after 48 s, 276 arrived, 8 lost, 3 refused, about 21 s left")
        #expect(state(3, total: nil).line(elapsed: .seconds(200)) == "3 parcels after 3 min 20 s, 3 arrived")
    }

    @Test func `for a program`() {
        var state = state(21)
        state.enter("knock", of: "a\"b\\c\n\u{1}", at: .seconds(22))
        #expect(
            state.json(elapsed: .seconds(48)) == """
                {"unit":"parcels","done":21,"total":412,"elapsed_seconds":48,"remaining_seconds":894,\
                "ends":{"arrived":19,"lost":1,"refused":1},\
                "oldest":{"name":"a\\"b\\\\c\\u000a\\u0001","stage":"knock","seconds":26}}
                """)
        #expect(
            ProgressState(unit: "x", total: nil).json(elapsed: .zero) == """
                {"unit":"x","done":0,"total":null,"elapsed_seconds":0,"remaining_seconds":null,"ends":{},"oldest":null}
                """)
    }

    @Test(arguments: [
        (Duration.zero, "0:00", "0 s"), (.milliseconds(59_999), "0:59", "59 s"), (.seconds(60), "1:00", "1 min"),
        (.seconds(725), "12:05", "12 min 5 s"), (.seconds(3_600), "1:00:00", "1 h"),
        (.seconds(3_725), "1:02:05", "1 h 2 min"),
        (.seconds(-5), "0:00", "0 s"),
    ])
    func `durations`(_ duration: Duration, _ clock: String, _ spoken: String) {
        #expect(duration.clock == clock)
        #expect(duration.spoken == spoken)
    }
}

@Suite struct `When and over what progress is drawn` {
    @Test func `a redraw is due every 200 milliseconds, and at once the first time`() {
        var screen = ProgressScreen(form: .redrawn, program: "p")
        #expect(screen.isDue(at: .zero))
        #expect(screen.show(state(0), at: .zero, width: 80) == "  0/412 parcels  [........................]  0:00")
        #expect(!screen.isDue(at: .milliseconds(199)))
        #expect(screen.isDue(at: .milliseconds(200)))
        #expect(
            screen.show(state(1), at: .milliseconds(200), width: 80)
                == "\r\u{1B}[J  1/412 parcels  [........................]  0:00\n  arrived 1")
        #expect(screen.show(state(2), at: .milliseconds(400), width: 80).hasPrefix("\r\u{1B}[1A\u{1B}[J  2/412"))
        #expect(screen.erase(width: 80) == "\r\u{1B}[1A\u{1B}[J")
        #expect(screen.erase(width: 80) == "")
    }

    @Test func `lines that a narrower terminal has broken are erased whole`() {
        var screen = ProgressScreen(form: .redrawn, program: "p")
        _ = screen.show(state(10), at: .zero, width: 81)
        // 50 columns and 30 columns: three rows and two.
        #expect(screen.erase(width: 20) == "\r\u{1B}[4A\u{1B}[J")
    }

    @Test func `a plain line comes once a minute, and none in the first`() {
        var screen = ProgressScreen(form: .plain, program: "p")
        #expect(!screen.isDue(at: .zero))
        #expect(!screen.isDue(at: .milliseconds(59_999)))
        #expect(screen.isDue(at: .seconds(60)))
        #expect(screen.show(state(1), at: .seconds(60), width: 80) == "p: 1 of 412 parcels after 1 min, 1 arrived\n")
        #expect(!screen.isDue(at: .seconds(119)))
        #expect(screen.isDue(at: .seconds(120)))
        #expect(screen.erase(width: 80) == "")
    }

    @Test func `an object comes once a second`() {
        var screen = ProgressScreen(form: .json, program: "p")
        #expect(screen.isDue(at: .zero))
        #expect(screen.show(state(1), at: .zero, width: 80).hasSuffix("}\n"))
        #expect(!screen.isDue(at: .milliseconds(999)))
        #expect(screen.isDue(at: .seconds(1)))
    }

    @Test func `none is never due`() {
        #expect(!ProgressScreen(form: .none, program: "p").isDue(at: .seconds(3_600)))
    }
}
