internal import Glibc

/// What stands behind a descriptor: a terminal and what it can do, or a file or pipe.
package struct Terminal: Sendable, Hashable {
    /// The descriptor's number: 1 for standard output, 2 for standard error.
    package let descriptor: Int32
    /// False for a file or pipe.
    package let isTerminal: Bool
    /// True when lines can be drawn over: a terminal that is not `dumb`.
    package let canRedraw: Bool
    /// Applies styles where they are wanted.
    package let paint: Paint
    private let fixedColumns: Int?
    /// Columns of a terminal that does not know its size, such as a serial line.
    private let assumedColumns: Int

    /// Asks the system about a descriptor, and the environment about its reader's wishes (``ColorChoice``, COLUMNS).
    package init(descriptor: Int32, color: ColorChoice = .auto, environment: [String: String]) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        canRedraw = isTerminal && !ColorChoice.isDumb(environment)
        paint = Paint(isColored: color.isColored(isTerminal: isTerminal, environment: environment))
        fixedColumns = nil
        assumedColumns = environment["COLUMNS"].flatMap { Int($0) }.map { min(max($0, 1), 1_000) } ?? 80
    }

    /// A descriptor that is to be treated as a terminal of `columns` columns, or with nil as a file or pipe.
    package init(descriptor: Int32, columns: Int?, paint: Paint = .plain) {
        self.descriptor = descriptor
        self.paint = paint
        isTerminal = columns != nil
        canRedraw = columns != nil
        fixedColumns = columns
        assumedColumns = 80
    }

    /// Columns of the terminal at this moment, since a window can be resized; nil for a file or a pipe.
    package var columns: Int? {
        if let fixedColumns { return fixedColumns }
        guard isTerminal else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return assumedColumns }
        return Int(size.ws_col)
    }

    /// False when the program runs in the background of the terminal's shell, whose prompt must not be drawn over.
    var isForeground: Bool {
        let group = tcgetpgrp(descriptor)
        return group < 0 || group == getpgrp()
    }

    /// False when a write would have to wait, as on a terminal that was stopped with control-S.
    var isReadyForOutput: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLOUT) != 0
    }
}
