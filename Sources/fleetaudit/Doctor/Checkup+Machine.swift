import EventLoop
import Formats
import FoundationEssentials
import Glibc

extension Checkup {
    /// What an unattended run needs of the machine. The network is not touched.
    ///
    /// - Parameters:
    ///   - concurrency: `--concurrency`
    ///   - knownSince: a day that has surely passed, such as the catalogue's.
    mutating func checkMachine(environment: [String: String], concurrency: Int, knownSince: Date?) {
        checkClock(environment, knownSince)
        // A connection, its name's lookup and the library's own wake-up, and what the program has open anyway.
        let needed = concurrency * 3 + 64
        let limit = SystemState.descriptorLimit
        if limit < needed {
            fail(
                .machine, "descriptors", "\(limit) are allowed, and \(concurrency) hosts at once may need \(needed)",
                "raise the hard limit (LimitNOFILE= of the unit, ulimit -Hn), or lower --concurrency")
        } else {
            ok(.machine, "descriptors", "\(limit) allowed, up to \(needed) needed for \(concurrency) hosts at once")
        }
        checkCores()
        checkNames()
        let proxies = ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"].filter {
            environment[$0].map { !$0.isEmpty } ?? false
        }
        if !proxies.isEmpty {
            ok(
                .machine, "proxies",
                "\(proxies.joined(separator: ", ")) set, and not used: hosts are asked without a proxy")
        }
    }

    private mutating func checkClock(_ environment: [String: String], _ knownSince: Date?) {
        let now = Date()
        let zone = Self.zone(environment)
        let says = "\(ISO8601.text(now)); timers and cron run in \(zone), reports are in UTC"
        if let knownSince, now < knownSince {
            fail(
                .machine, "clock", "\(ISO8601.text(now)) is before the policies' own date",
                "set the clock: certificates are judged by it")
        } else if SystemState.isClockSynchronised == false {
            warn(
                .machine, "clock", "\(says); nothing keeps it right",
                "let systemd-timesyncd or chrony do it: certificates are judged by it, and Kerberos allows 5 min")
        } else {
            ok(.machine, "clock", says)
        }
    }

    private static func zone(_ environment: [String: String]) -> String {
        if let zone = environment["TZ"], !zone.isEmpty { return zone }
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/etc/localtime")) ?? ""
        guard let folder = link.firstRange(of: "zoneinfo/") else { return "UTC" }
        return String(link[folder.upperBound...])
    }

    /// The program switches core files off; what the kernel hands to another program is that one's matter.
    private mutating func checkCores() {
        let pattern =
            FileManager.default.contents(atPath: "/proc/sys/kernel/core_pattern")
            .map { String(decoding: $0, as: UTF8.self).trimmingWhitespace } ?? ""
        guard pattern.hasPrefix("|"), !pattern.contains("systemd-coredump") else {
            ok(.machine, "core dumps", "off while fleetaudit runs")
            return
        }
        let program = pattern.dropFirst().split(separator: " ").first.map { String($0) } ?? ""
        warn(
            .machine, "core dumps", "a crash would be handed to \(program), with the passwords in memory",
            "see that \(program) heeds a limit of 0, or set kernel.core_pattern=core")
    }

    private mutating func checkNames() {
        let text = FileManager.default.contents(atPath: "/etc/resolv.conf").map { String(decoding: $0, as: UTF8.self) }
        let servers = (text ?? "").split(separator: "\n").filter { $0.hasPrefix("nameserver") }
            .compactMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.map { String($0) } }
        if servers.isEmpty {
            warn(
                .machine, "name servers", "/etc/resolv.conf names none",
                "hosts of the inventory need addresses (ansible_host), or lines in /etc/hosts")
        } else {
            ok(.machine, "name servers", "\(servers.joined(separator: ", ")) (not asked)")
        }
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
