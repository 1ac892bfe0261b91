import Formats
import Foundation
import Testing

@Suite struct ISO8601Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-20T02:00:00Z", 1_795_140_000), ("2000-02-29T12:34:56Z", 951_827_696),
        ("1969-12-31T23:59:59Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("1900-03-01T00:00:00Z", -2_203_891_200), ("1600-02-29T00:00:00Z", -11_670_998_400),
    ]) func `instants go there and back`(_ text: String, _ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(ISO8601.text(date) == text)
        #expect(ISO8601.date(text) == date)
        #expect(
            ISO8601.day(String(text.prefix(10)))?.timeIntervalSince1970 == (seconds / 86_400).rounded(.down) * 86_400)
    }

    @Test func `every day of four hundred years follows the one before`() {
        var (year, month, day) = (1800, 1, 1)
        for number in 0..<146_097 {
            let date = Date(timeIntervalSince1970: Double(number - 62_091) * 86_400)
            let text = ISO8601.text(date)
            let isRight =
                text == String(format: "%04d-%02d-%02dT00:00:00Z", year, month, day) && ISO8601.date(text) == date
            if !isRight { Issue.record("\(text) is not \(year)-\(month)-\(day)") }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2200, 1, 1))
    }

    @Test(arguments: [
        ("2026-11-20T02:00:00+01:30", "2026-11-20T00:30:00Z"), ("2026-11-20T02:00:00-11:00", "2026-11-20T13:00:00Z"),
        ("2026-11-20T02:00:00+00:00", "2026-11-20T02:00:00Z"), ("2026-11-20T02:00:00.999Z", "2026-11-20T02:00:00Z"),
        ("1969-12-31T23:59:59.999999999999999999999999Z", "1969-12-31T23:59:59Z"),
    ]) func `offsets and fractions are read`(_ text: String, _ same: String) {
        #expect(ISO8601.date(text).map { ISO8601.text($0) } == same)
    }

    @Test func `a fraction is kept`() throws {
        let date = try #require(ISO8601.date("2026-11-20T02:00:00.125Z"))
        #expect(date.timeIntervalSince1970 == 1_795_140_000.125)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T02:00:00", "2026-11-20 02:00:00Z", "2026-11-20t02:00:00Z", "2026-11-20T02:00:00z",
        "2026-11-20T02:00Z", "20261120T020000Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-20T24:00:00Z",
        "2026-11-20T23:60:00Z",
        "2026-11-20T23:59:60Z", "0000-01-01T00:00:00Z", "2026-11-20T02:00:00.Z", "2026-11-20T02:00:00+1:00",
        "2026-11-20T02:00:00+24:00", "2026-11-20T02:00:00+01:60", "2026-11-20T02:00:00+0100", "2026-11-20T02:00:00Zx",
        " 2026-11-20T02:00:00Z", "+2026-11-20T02:00:00Z", "-026-11-20T02:00:00Z", "2026-11-2٠T02:00:00Z",
    ]) func `what is no instant is refused`(_ text: String) {
        #expect(ISO8601.date(text) == nil)
    }

    @Test(arguments: ["", "2026-2-3", "2026-02-29", "2026-02-03T", "0000-01-01", "2026-02-03 ", "20260203"])
    func `what is no day is refused`(_ text: String) {
        #expect(ISO8601.day(text) == nil)
    }

    @Test func `what ISO 8601 can't say in four digits stops at the border`() {
        for huge in [Double.infinity, 1e300, 253_402_300_800] {
            #expect(ISO8601.text(Date(timeIntervalSince1970: huge)) == "9999-12-31T23:59:59Z")
            #expect(ISO8601.text(Date(timeIntervalSince1970: -huge)) == "0001-01-01T00:00:00Z")
        }
        #expect(ISO8601.text(Date(timeIntervalSince1970: .nan)) == "0001-01-01T00:00:00Z")
    }
}
