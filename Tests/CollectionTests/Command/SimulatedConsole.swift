import HostFacts

@testable import Collection

/// What a cmd.exe would write: for each command of the program the words that a test gives, and for the others what
/// reg.exe says of a key that is not there.
struct SimulatedConsole {
    var answers: [CommandStep: (String, Int32)] = [:]
    var notFound = "FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden."
    var banner = "Microsoft Windows [Version 10.0.17763.6414]\r\n(c) 2018 Microsoft Corporation.\r\n\r\n"
    var mark = "FLEETAUDIT1-CMD 12345678"
    var codePage = "Aktive Codepage: 65001.\r\n"

    init(_ answers: [CommandStep: (String, Int32)] = [:]) { self.answers = answers }

    func answer(_ step: CommandStep) -> (String, Int32) {
        if let answer = answers[step] { return answer }
        switch step {
        case .codePage: return (codePage, 0)
        case .accessDeniedText: return ("\r\nZugriff verweigert\r\n\r\n", 0)
        case .defaultValueName:
            return ("\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\r\n    (Standard)    REG_SZ    (Wert nicht gesetzt)\r\n\r\n", 0)
        case .presentValue:
            return (Self.listing(CommandStep.presentKey, ["ComputerName    REG_SZ    SRV01"]), 0)
        default: return (notFound + "\r\n", 1)
        }
    }

    static func listing(_ key: String, _ values: [String] = [], subkeys: [String] = []) -> String {
        let lines =
            ["", "HKEY_LOCAL_MACHINE\\\(key)"] + values.map { "    " + $0 } + [""]
            + subkeys.map { "HKEY_LOCAL_MACHINE\\\(key)\\\($0)" }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// - Parameter count: only so many commands came to their end.
    func output(commands count: Int = .max) -> [UInt8] {
        var text = banner + "\(mark) START\r\n"
        for (number, step) in CommandProgram.steps.enumerated().prefix(count) {
            let (words, code) = answer(step)
            text += words + "\(mark) \(number) \(code)\r\n"
        }
        if count >= CommandProgram.steps.count { text += "\(mark) END\r\n" }
        return Array(text.utf8)
    }

    var reply: CommandReply { CommandReply([output()]) }

    /// As the rest of the program sees it.
    var reading: HostReading {
        var answers: [SectionName: SectionAnswer] = [:]
        for section in reply.sections { answers[section.name] = SectionAnswer(.json(section.json)) }
        return HostReading(sections: answers)
    }
}
