import Foundation

/// What this process has cost so far.
struct Usage: CustomStringConvertible {
    /// Microseconds of CPU.
    var processor: Int
    /// KB in memory now and at most.
    var resident: Int
    var peak: Int

    static var now: Usage {
        var usage = rusage()
        getrusage(0, &usage)
        let processor =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + Int(usage.ru_utime.tv_usec)
            + Int(usage.ru_stime.tv_usec)
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return Usage(
            processor: processor, resident: pages.count > 1 ? (Int(pages[1]) ?? 0) * 4 : 0, peak: usage.ru_maxrss)
    }

    var description: String { "cpu-us=\(processor) rss-kb=\(resident) peak-kb=\(peak)" }
}
