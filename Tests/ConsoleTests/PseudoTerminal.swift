import Foundation
import Testing

/// A terminal that a test holds the other end of.
final class PseudoTerminal {
    private let controller: Int32
    /// The end that a program writes to.
    let descriptor: Int32
    /// All bytes that arrived so far.
    private(set) var received: [UInt8] = []

    init(columns: Int, rows: Int = 40) throws {
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which Swift does not import: posix_openpt and its kin neither.
        var isLocked: Int32 = 0, number: Int32 = 0
        try #require(ioctl(controller, 0x4004_5431, &isLocked) == 0 && ioctl(controller, 0x8004_5430, &number) == 0)
        descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(descriptor >= 0)
        _ = fcntl(controller, F_SETFL, O_NONBLOCK)
        for descriptor in [controller, descriptor] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(controller)
        close(descriptor)
    }

    func resize(columns: Int, rows: Int = 40) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(write(controller, bytes, bytes.count) == bytes.count)
    }

    /// What has been written to the terminal until now, as text.
    @discardableResult
    func drain() -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(controller, &buffer, buffer.count)
            guard count > 0 else { break }
            received += buffer.prefix(count)
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Waits until the condition holds for all that was written.
    func wait(seconds: TimeInterval = 20, for condition: (String) -> Bool) async throws {
        let end = Date().addingTimeInterval(seconds)
        while !condition(drain()) {
            try #require(Date() < end, "the terminal shows \(String(reflecting: drain()))")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What the terminal shows.
    func screen(columns: Int) -> [String] {
        var screen = VirtualScreen(columns: columns)
        screen.write(drain())
        return screen.lines
    }
}

/// As much of a terminal as our output makes use of. An unknown sequence is an issue.
struct VirtualScreen {
    private let columns: Int
    private var rows: [[Character]] = [[]]
    private var row = 0, column = 0
    /// How often a redraw began.
    private(set) var erasures = 0

    init(columns: Int) {
        self.columns = columns
    }

    /// Without empty lines at the end.
    var lines: [String] {
        var lines = rows.map { row -> String in
            var text = String(row)
            while text.last == " " { text.removeLast() }
            return text
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\r\n": (row, column) = (row + 1, 0)
            case "\n": row += 1
            case "\r": column = 0
            case "\u{1B}":
                guard let match = rest.prefixMatch(of: /\[([0-9;]*)([AJm])/) else {
                    Issue.record("an unknown sequence before \(String(reflecting: rest.prefix(10)))")
                    return
                }
                rest = rest[match.range.upperBound...]
                switch match.2 {
                case "A": row = max(0, row - (Int(match.1) ?? 1))
                case "J":
                    erasures += 1
                    rows = Array(rows.prefix(row + 1))
                    if row < rows.count { rows[row] = Array(rows[row].prefix(column)) }
                default: break
                }
            default:
                if column == columns { (row, column) = (row + 1, 0) }
                while rows.count <= row { rows.append([]) }
                while rows[row].count <= column { rows[row].append(" ") }
                rows[row][column] = character
                column += 1
            }
            while rows.count <= row { rows.append([]) }
        }
    }
}
