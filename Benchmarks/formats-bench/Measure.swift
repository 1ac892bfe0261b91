import Glibc

/// Seconds of CPU time that the process has used: what stays the same on a machine that others use too.
private func processorTime() -> Double {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, which is imported as another type
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Only what has this in its name is measured: the second argument of the program.
private let wanted = CommandLine.arguments.dropFirst(2).first ?? ""

/// Runs `body` for about half a second, after a warm-up, and prints the CPU time of one run: the least of five parts.
/// What the body returns is added up and looked at, so that no work can be left out.
func measure<Failure: Error>(
    _ name: String, bytes: Int?, _ body: () throws(Failure) -> Int
) throws(Failure) {
    guard wanted.isEmpty || name.contains(wanted) else { return }
    var sum = try body(), runs = 1
    while true {
        let start = processorTime()
        for _ in 0..<runs { sum &+= try body() }
        if processorTime() - start > 0.05 { break }
        runs *= 2
    }
    var least = Double.infinity
    for _ in 0..<5 {
        let start = processorTime()
        for _ in 0..<runs { sum &+= try body() }
        least = min(least, (processorTime() - start) / Double(runs))
    }
    precondition(sum != 0, "our own bug: nothing was measured")
    let size = bytes.map { $0 < 10_000 ? "\($0) B" : "\($0 / 1_024) KB" } ?? ""
    let rate = bytes.map { "\(Int(Double($0) / least / 1e6)) MB/s" } ?? ""
    print(padded(name, 46), padded(size, -9), padded(time(least), -12), padded(rate, -10))
}

private func time(_ seconds: Double) -> String {
    func rounded(_ value: Double, _ unit: String) -> String {
        let tenths = Int((value * 10).rounded())
        return value >= 100 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return seconds >= 1e-3
        ? rounded(seconds * 1e3, "ms") : seconds >= 1e-6 ? rounded(seconds * 1e6, "us") : rounded(seconds * 1e9, "ns")
}

/// A positive width fills at the right, a negative one at the left.
private func padded(_ text: String, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? blanks + text : text + blanks
}
