import Formats
import HostFacts

/// What console programs tell beside the registry, as members of a section's data.
///
/// A program that says nothing has told nothing: that is failed, whatever its exit code, and never absent.
struct CommandItems {
    let transcript: CommandTranscript
    let registry: CommandRegistry

    func members(_ section: SectionName) -> [JSON.Member] {
        switch section {
        case .services: [.init("states", .object(AuditedService.allCases.map(state)))]
        case .machineKeys: machineKeys()
        case .network: [.init("listeners", listeners)]
        case .identity: [.init("machineSID", machineSID)]
        default: []
        }
    }

    static func failed(_ reason: String) -> JSON { ["error": .string(HostProblem.failed(reason))] }
    static func unsupported(_ reason: String) -> JSON { ["error": .string(HostProblem.unsupported(reason))] }
    static let notAsked = "the answer broke off before this was asked"

    // MARK: Services

    private func state(_ service: AuditedService) -> JSON.Member {
        .init(service.rawValue, state(transcript[.service(service.rawValue)]))
    }

    /// sc.exe's exit code is the error of Windows; the names of states and their labels are words, the numbers are not.
    private func state(_ block: CommandTranscript.Block?) -> JSON {
        guard let block else { return .string(HostProblem.failed(Self.notAsked)) }
        guard !block.isEmpty else {
            return .string(HostProblem.failed("sc.exe said nothing (exit code \(block.exitCode))"))
        }
        switch block.exitCode {
        case 0: break
        case 5: return .string(HostProblem.accessDenied)
        case 1060: return .string(HostProblem.notFound)
        case let code: return .string(HostProblem.failed("sc.exe ended with exit code \(code)"))
        }
        // Indented lines `label : number words`: the type first, in hexadecimal, then the state.
        let numbers = ConsoleLines(block.output).filter { $0.first == 0x20 }.compactMap { line -> ArraySlice<UInt8>? in
            guard let colon = line.firstRange(of: Array(" : ".utf8)) else { return nil }
            return line[colon.upperBound...].trimmed.prefix { $0 != 0x20 }
        }
        guard numbers.count >= 2, let state = Int64(ascii: numbers[1]), ServiceState(rawValue: state) != nil else {
            return .string(HostProblem.failed("sc.exe's words hold no state"))
        }
        return .int(state)
    }

    // MARK: Network

    /// In the lines of TCP, only a listener has port 0 on the other side; the word for its state is in the host's language.
    private var listeners: JSON {
        guard let block = transcript[.listeners] else { return Self.failed(Self.notAsked) }
        guard block.exitCode == 0, !block.isEmpty else {
            return Self.failed(
                block.isEmpty
                    ? "netstat.exe said nothing (exit code \(block.exitCode))"
                    : "netstat.exe ended with exit code \(block.exitCode)")
        }
        var ports: Set<UInt16> = []
        var rows = 0
        for line in ConsoleLines(block.output) {
            let words = line.split(separator: 0x20)
            guard words.count >= 3, words[0].elementsEqual("TCP".utf8), let local = Self.port(words[1]),
                let remote = Self.port(words[2])
            else { continue }
            rows += 1
            if remote == 0 { ports.insert(local) }
        }
        guard rows > 0 else { return Self.failed("netstat.exe shows no line of TCP") }
        return .array(ports.sorted().map { JSON($0) })
    }

    /// Behind the last colon: an IPv6 address has others.
    private static func port(_ word: ArraySlice<UInt8>) -> UInt16? {
        word.lastIndex(of: 0x3a).flatMap { UInt16(ascii: word[($0 + 1)...]) }
    }

    // MARK: Identity

    /// The SID of an account of this machine is the machine's SID and a number.
    private var machineSID: JSON {
        guard let block = transcript[.account] else { return Self.failed(Self.notAsked) }
        // "DOMAIN\user","S-1-5-…"
        let line = block.output.trimmed
        let fields = line.split(separator: 0x22).filter { !$0.elementsEqual(",".utf8) }
        guard block.exitCode == 0, fields.count == 2, let backslash = fields[0].lastIndex(of: 0x5c),
            let sid = SID(String(decoding: fields[1], as: UTF8.self))
        else {
            return Self.failed(
                block.isEmpty
                    ? "whoami.exe said nothing (exit code \(block.exitCode))" : "whoami.exe did not name a SID")
        }
        let parts = sid.text.split(separator: "-")
        guard let name = computerName, fields[0][..<backslash].isCaseInsensitive(equalTo: name.utf8),
            parts.count == 8, sid.text.hasPrefix("S-1-5-21-")
        else {
            return Self.unsupported(
                "cmd.exe's programs show the machine's SID only to an account of the machine itself")
        }
        return .string(parts.dropLast().joined(separator: "-"))
    }

    private var computerName: String? {
        guard case .output(let output) = registry.outcome(.presentValue) else { return nil }
        return registry.value(CommandStep.presentName, in: output.keys.flatMap(\.values))[1]?.string
    }
}
