/// One command of the second way of asking. Its place in the program is the number under which its output comes back.
///
/// Keys and names are our own constants: nothing that a host said gets into a command.
package enum CommandStep: Sendable, Hashable {
    /// The console's code page, after UTF-8 was asked for.
    case codePage
    /// Windows' own text for "access denied", in the host's language.
    case accessDeniedText
    /// What reg.exe calls the default value of a key, in the host's language.
    case defaultValueName
    /// A value that every Windows has: whether reg.exe works at all.
    case presentValue
    /// What reg.exe says of a key that cannot be there.
    case missingKey
    /// What it says of a value that cannot be there.
    case missingValue
    /// What it says of such a value that it was to look for in many keys.
    case missingEverywhere

    /// The values of a key and the names of its subkeys.
    case key(String)
    /// One value of a key.
    case value(String, name: String)
    /// Whether a key is there; nothing of it is sent.
    case presence(String)
    /// The names of the subkeys of a key whose own values must not be read.
    case subkeys(String)
    /// The values of a key and of every key below it.
    case below(String)
    /// A named value wherever it stands below a key.
    case found(String, name: String)
    /// How many values a key has.
    case count(String)

    case service(String)
    /// `%ProgramData%`
    case programData
    /// The files of a folder below `%ProgramData%\Microsoft\Crypto`.
    case files(String)
    /// The folders in a folder there.
    case folders(String)
    /// Whether a folder there can be listed, be it empty.
    case listable(String)
    /// The access list of a file or folder there, as SDDL; `*` and `?` stand for many.
    case accessList(String)
    case listeners
    /// The account that asks, with its SID.
    case account
}

extension CommandStep {
    /// What cmd.exe reads. Every program is named by its path: the current folder may hold another of that name. `!NAME!` is
    /// put in when a command runs, not when its line is read.
    var text: String {
        switch self {
        case .codePage: #"!SYS!\chcp.com 65001 >nul 2>&1 <nul&!SYS!\chcp.com <nul"#
        case .accessDeniedText: #"!SYS!\net.exe helpmsg 5 2>&1 <nul"#
        case .defaultValueName: Self.query(#""HKLM\SOFTWARE" /ve"#)
        case .presentValue: Self.query(Self.quoted(Self.presentKey), Self.presentName)
        case .missingKey: Self.query(Self.quoted(#"SOFTWARE\FleetAudit asks for a key that is not there"#))
        case .missingValue: Self.query(Self.quoted(Self.presentKey), Self.missingName)
        case .missingEverywhere: Self.query(Self.quoted(Self.presentKey) + " /s", Self.missingName)
        case .key(let key): Self.query(Self.quoted(key))
        case .value(let key, let name): Self.query(Self.quoted(key), name)
        // Only what goes wrong is shown: the second command runs where the first failed.
        case .presence(let key):
            #"!SYS!\reg.exe query \#(Self.quoted(key)) /reg:64 >nul 2>&1 <nul"#
                + "&(if errorlevel 1 \(Self.query(Self.quoted(key))))"
        case .subkeys(let key): Self.query(Self.quoted(key)) + #"|!SYS!\findstr.exe /b HKEY_LOCAL_MACHINE"#
        case .below(let key): Self.query(Self.quoted(key) + " /s")
        case .found(let key, let name): Self.query(Self.quoted(key) + " /s", name)
        case .count(let key): Self.query(Self.quoted(key)) + #"|!SYS!\find.exe /c "    REG_""#
        case .service(let name): #"!SYS!\sc.exe query "\#(Self.plain(name))" 2>&1 <nul"#
        case .programData: "echo !ProgramData!"
        // Of cmd.exe's own commands not all set the exit code when they succeed; ver does.
        case .files(let path): "ver >nul&dir /b /a:-d \"\(Self.crypto(path))\" 2>&1"
        case .folders(let path): "ver >nul&dir /b /a:d \"\(Self.crypto(path))\" 2>&1"
        case .listable(let path): "ver >nul&dir /a:d \"\(Self.crypto(path))\" >nul 2>&1"
        case .accessList(let path): #"!SYS!\cacls.exe "\#(Self.crypto(path))" /S 2>&1 <nul"#
        case .listeners: #"!SYS!\netstat.exe -an 2>&1 <nul"#
        case .account: #"!SYS!\whoami.exe /user /fo csv /nh 2>&1 <nul"#
        }
    }

    /// reg.exe answers it.
    var isQuery: Bool {
        switch self {
        case .key, .value, .presence, .below, .found: true
        default: false
        }
    }

    static let presentKey = #"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"#
    static let presentName = "ComputerName"
    private static let missingName = "FleetAudit asks for a value that is not there"

    /// The 64-bit view, also when a 32-bit program asks.
    private static func query(_ words: String, _ name: String? = nil) -> String {
        let name = name.map { " /v \"\(plain($0))\"" } ?? ""
        return #"!SYS!\reg.exe query \#(words)\#(name) /reg:64 2>&1 <nul"#
    }

    private static func quoted(_ key: String) -> String { #""HKLM\\#(plain(key))""# }

    private static func crypto(_ path: String) -> String {
        let folder = #"!ProgramData!\Microsoft\Crypto"#
        return path.isEmpty ? folder : folder + "\\" + plain(path)
    }

    /// Our own constants: printable ASCII, and nothing that cmd.exe reads inside quotes.
    private static func plain(_ text: String) -> String {
        precondition(
            text.utf8.allSatisfy { (0x20...0x7e).contains($0) && ![0x21, 0x22, 0x25, 0x5e].contains($0) },
            "not a plain constant: \(text)")
        return text
    }
}
