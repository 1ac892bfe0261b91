import CMalloc
import Glibc

/// Seconds of CPU time that the process has used: what stays the same on a machine that others use too.
package func processorTime() -> Double {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, which is imported as another type
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Only what has this in its name is measured: the second argument of the program.
private let wanted = CommandLine.arguments.dropFirst(2).first ?? ""

/// The CPU seconds of one run of `body`: the least of five parts of about 0.1 s each, after a warm-up.
/// What the body returns is added up and looked at, so that no work can be left out.
package func leastTime<Failure: Error>(_ body: () throws(Failure) -> Int) throws(Failure) -> Double {
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
    return least
}

/// Bytes that the program holds on the heap.
package func heapBytes() -> Int {
    let state = mallinfo2()
    return Int(state.uordblks + state.hblkhd)
}

/// Bytes of memory that `body` needed at its peak beyond what stood there before; 0 where the kernel does not tell.
package func peakBytes<Failure: Error>(of body: () throws(Failure) -> Void) throws(Failure) -> Int {
    // 5: forget the peak up to now.
    if let file = fopen("/proc/self/clear_refs", "w") {
        fputs("5", file)
        fclose(file)
    }
    let before = statusBytes("VmRSS:")
    try body()
    return max(0, statusBytes("VmHWM:") - before)
}

/// A line of /proc/self/status that is in kB.
private func statusBytes(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix(name) { return (Int(text.filter(\.isNumber)) ?? 0) * 1_024 }
    }
    return 0
}

/// Prints the CPU time of one run of `body`, and the rate at which it goes through `bytes`.
package func measure<Failure: Error>(
    _ name: String, bytes: Int?, _ body: () throws(Failure) -> Int
) throws(Failure) {
    guard wanted.isEmpty || name.contains(wanted) else { return }
    let least = try leastTime(body)
    let size = bytes.map { $0 < 10_000 ? "\($0) B" : "\($0 / 1_024) KB" } ?? ""
    let rate = bytes.map { "\(Int(Double($0) / least / 1e6)) MB/s" } ?? ""
    print(padded(name, 46), padded(size, -9), padded(timeText(least), -12), padded(rate, -10))
}

package func timeText(_ seconds: Double) -> String {
    func rounded(_ value: Double, _ unit: String) -> String {
        let tenths = Int((value * 10).rounded())
        return value >= 100 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return seconds >= 1e-2
        ? rounded(seconds * 1e3, "ms") : seconds >= 1e-6 ? rounded(seconds * 1e6, "us") : rounded(seconds * 1e9, "ns")
}

/// A positive width fills at the right, a negative one at the left.
package func padded(_ text: String, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? blanks + text : text + blanks
}
