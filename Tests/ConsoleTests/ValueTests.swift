import Console
import Testing

@Suite struct `Values as words` {
    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("500ms", .milliseconds(500)), ("90s", .seconds(90)),
        ("5m", .seconds(300)), ("2h", .seconds(7_200)), ("7d", .seconds(604_800)), ("1h30m", .seconds(5_400)),
        ("1d2h3m4s5ms", .milliseconds(93_784_005)), ("007s", .seconds(7)), ("36500d", .seconds(3_153_600_000)),
    ])
    func `a duration`(_ word: String, _ duration: Duration) throws {
        #expect(try Duration(argument: word) == duration)
        #expect(try Duration(argument: duration.argument) == duration)
    }

    @Test(arguments: [
        "", " ", "s", "90", "90 s", "-5s", "+5s", "5x", "5S", "5M", "1.5h", "5s3m", "5s5s", "1m2", "1h 30m", "٣s",
        "5m\u{0}",
        "99999999999999999999s", "9223372036854775807d", "36601d", "9223372036854775807ms1ms", "1e3s",
    ])
    func `not a duration`(_ word: String) {
        #expect(throws: InvalidArgument.self) { try Duration(argument: word) }
    }

    @Test(arguments: [
        (Duration.seconds(90), "1m30s"), (.zero, "0"), (.seconds(-5), "0"), (.nanoseconds(1), "0"),
        (.milliseconds(1_500), "1s500ms"), (.seconds(Int64.max), Duration.seconds(Int64.max).argument),
    ])
    func `a duration's word`(_ duration: Duration, _ word: String) {
        #expect(duration.argument == word)
    }

    @Test(arguments: [("0", 0), ("-7", -7), ("+7", 7), ("9223372036854775807", Int.max)])
    func `a whole number`(_ word: String, _ number: Int) throws {
        #expect(try Int(argument: word) == number)
    }

    @Test(arguments: ["", "-", "1.0", "1e3", "0x10", " 1", "1_000", "٣", "9223372036854775808"])
    func `not a whole number`(_ word: String) {
        #expect(throws: InvalidArgument.self) { try Int(argument: word) }
    }
}
