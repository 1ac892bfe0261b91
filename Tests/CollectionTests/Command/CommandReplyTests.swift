import Formats
import HostFacts
import Testing
import Transport

@testable import Collection

@Suite struct CommandReplyTests {
    private typealias Console = SimulatedConsole

    private static let rdpTcp = Keys.winStations + "\\RDP-Tcp"

    // MARK: The transcript

    @Test func `a whole answer is complete, and one that breaks off keeps what came`() {
        #expect(Console().reply.isComplete)
        let cut = CommandReply([Console().output(commands: 20)])
        #expect(cut.hasStarted && !cut.isComplete)
        #expect(cut.unanswered.contains(.updates))
        #expect(!cut.sections.contains { $0.name == .updates })
    }

    @Test func `a cmd exe that does one line at a time is asked line by line`() {
        let whole = Console().output()
        let first = CommandProgram.lines[0].steps.count
        let head = Console().output(commands: first)
        #expect(CommandTranscript([head]).openLines == Array(CommandProgram.lines.indices.dropFirst()))
        let text = String(decoding: whole, as: UTF8.self)
        let lastMark = "FLEETAUDIT1-CMD 12345678 \(first - 1) "
        let rest = text.split(separator: lastMark, maxSplits: 1)[1].drop { $0 != "\r\n" }.dropFirst()
        let tail = Array(("FLEETAUDIT1-CMD 777 START\r\n" + rest.replacing("12345678", with: "777")).utf8)
        let joined = CommandTranscript([head, tail])
        #expect(joined.isComplete)
        #expect(joined.openLines.isEmpty)
    }

    @Test(arguments: ["", "Der Befehl wurde vom Administrator deaktiviert.\r\n", "FLEETAUDIT1-CMD x START\r\n"])
    func `what is no answer is none`(_ text: String) {
        let reply = CommandReply([Array(text.utf8)])
        #expect(!reply.hasStarted && reply.sections.isEmpty)
        let answer = HostAnswer(command: [RemoteOutput(Array(text.utf8))])
        #expect(answer.state == .failed)
    }

    @Test func `a text in the registry cannot pass for a mark`() {
        let key = Keys.fipsPolicy
        var console = Console([
            .key(key): (Console.listing(key, ["Enabled    REG_SZ    x\r\nFLEETAUDIT1-CMD 1 9 0"]), 0)
        ])
        #expect(console.reply.isComplete)
        console.answers[.key(key)] = (Console.listing(key, ["Enabled    REG_SZ    x\r\nFLEETAUDIT1-CMD 1 START"]), 0)
        #expect(console.reply.isComplete)
        #expect(console.reading.registry.value(key, "Enabled").value == nil)
    }

    @Test func `arbitrary output never traps`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            var output = Console().output()
            for _ in 0..<20 {
                let place = Int.random(in: 0..<output.count, using: &generator)
                let end = min(output.count, place + Int.random(in: 0...200, using: &generator))
                if Bool.random() {
                    output.removeSubrange(place..<end)
                } else {
                    output[place] = .random(in: 0...255, using: &generator)
                }
            }
            _ = HostAnswer(command: [RemoteOutput(output)])
        }
    }

    // MARK: Absent, denied, failed

    @Test func `absent is what reg exe says of a key that cannot be there`() {
        let reading = Console().reading.registry
        #expect(reading.exists(Keys.servicingRebootPending) == .value(false))
        #expect(reading.value(Keys.fipsPolicy, "Enabled") == .absent)
        #expect(reading.value(Keys.currentVersion, "UBR") == .absent)
        #expect(reading.values(Keys.firewall + "\\FirewallRules") == .absent)
        #expect(reading.subkeys(of: Keys.winStations) == .absent)
    }

    @Test func `a value that a key was shown without is absent`() {
        let reading = Console([
            .key(Keys.fipsPolicy): (Console.listing(Keys.fipsPolicy, ["MDMEnabled    REG_DWORD    0x0"]), 0)
        ])
        .reading.registry
        #expect(reading.value(Keys.fipsPolicy, "Enabled") == .absent)
        #expect(reading.value(Keys.fipsPolicy, "MDMEnabled").value == nil)
    }

    @Test func `access denied is known by Windows' own words for it, in any language`() {
        let denied = ("FEHLER: Zugriff verweigert\r\n", Int32(1))
        let console = Console([
            .key(Keys.fipsPolicy): denied, .presence(Keys.servicingRebootPending): denied,
            .value(Keys.currentVersion, name: "UBR"): denied, .presence(Keys.currentVersion): ("", 0),
            .key(Keys.firewall + "\\FirewallRules"): denied, .key(Keys.winStations): denied,
        ])
        let reading = console.reading.registry
        #expect(reading.value(Keys.fipsPolicy, "Enabled") == .accessDenied)
        #expect(reading.exists(Keys.servicingRebootPending) == .accessDenied)
        #expect(reading.value(Keys.currentVersion, "UBR") == .accessDenied)
        #expect(reading.values(Keys.firewall + "\\FirewallRules").isDenied)
        #expect(reading.subkeys(of: Keys.winStations).isDenied)
    }

    @Test(arguments: ["FEHLER: Irgendetwas anderes.\r\n", "", "FEHLER: Zugriff\r\n"])
    func `any other failure is failed, never absent`(_ words: String) {
        let console = Console([.key(Keys.fipsPolicy): (words, 1), .presence(Keys.servicingRebootPending): (words, 1)])
        #expect(console.reading.registry.value(Keys.fipsPolicy, "Enabled").isFailed)
        #expect(console.reading.registry.exists(Keys.servicingRebootPending).isFailed)
    }

    /// With one word for everything, as DisableRegistryTools or application control have it, nothing is absent.
    @Test(arguments: ["Das Bearbeiten der Registrierung wurde deaktiviert.\r\n", ""])
    func `a reg exe that never answers makes nothing absent`(_ words: String) {
        var console = Console([.presentValue: (words, 1)])
        console.notFound = words
        let reading = console.reading.registry
        #expect(reading.value(Keys.fipsPolicy, "Enabled").isFailed)
        #expect(reading.exists(Keys.servicingRebootPending).isFailed)
        #expect(reading.subkeys(of: Keys.winStations).isFailed)
        #expect(console.reply.unanswered.contains(.rdp))
    }

    // MARK: Keys below keys

    @Test func `a listener's values are asked by name, and what it lacks is absent`() {
        let station = Keys.winStations
        let shown = Console.listing(Self.rdpTcp, ["PortNumber    REG_DWORD    0xd3d"]) + "\r\nEnde der Suche: 1\r\n"
        let console = Console([
            .key(station): (
                Console.listing(station, ["SelfSignedCertStore    REG_SZ    x"], subkeys: ["Console", "RDP-Tcp"]), 0
            ),
            .found(station, name: "PortNumber"): (shown, 0),
        ])
        let reading = console.reading.registry
        #expect(reading.subkeys(of: station) == .value(["Console", "RDP-Tcp"]))
        #expect(reading.value(Self.rdpTcp, "PortNumber") == .value(.dword(3389)))
        #expect(reading.value(Self.rdpTcp, "SSLCertificateSHA1Hash") == .absent)
        // Nothing of this key was shown: it may be one that must not be read.
        #expect(reading.value(station + "\\Console", "PortNumber").isFailed)
    }

    @Test func `a tree is walked as the probe walks it`() {
        let root = Keys.schannelProtocols
        let below =
            Console.listing(root) + Console.listing(root + "\\TLS 1.0\\Server", ["Enabled    REG_DWORD    0x0"])
            + Console.listing(root + "\\TLS 1.1")
            + Console.listing(root + "\\a\\b\\c\\d\\e\\f", ["Enabled    REG_DWORD    0x0"])
        let console = Console([
            .key(root): (Console.listing(root, subkeys: ["TLS 1.0", "TLS 1.1", "TLS 1.2"]), 0),
            .below(root): (below, 0),
        ])
        let reading = console.reading.registry
        #expect(reading.value(root + "\\TLS 1.0\\Server", "Enabled") == .value(.dword(0)))
        #expect(reading.value(root + "\\TLS 1.0\\Server", "DisabledByDefault") == .absent)
        #expect(reading.value(root + "\\TLS 1.0\\Client", "Enabled") == .absent)
        #expect(reading.value(root + "\\TLS 1.1", "Enabled") == .absent)
        #expect(reading.value(root + "\\TLS 1.2", "Enabled").isFailed)
        #expect(reading.value(root + "\\SSL 3.0\\Server", "Enabled") == .absent)
    }

    @Test func `one odd line spoils a list, and one odd character does not`() {
        let key = Keys.firewall + "\\FirewallRules"
        let good = Console.listing(key, ["r1    REG_SZ    v2.10|Name=Gr\u{fffd}ße|", "r2    REG_SZ    v2.10|"])
        #expect(Console([.key(key): (good, 0)]).reading.registry.values(key).value?.count == 2)
        for lines in [
            ["r1    REG_SZ    a    REG_SZ    b"], ["r1    REG_SZ    a", "R1    REG_SZ    b"],
            ["r1    REG_SZ    a\r\nb"],
        ] {
            let console = Console([.key(key): (Console.listing(key, lines), 0)])
            #expect(console.reading.registry.values(key).isFailed, "\(lines)")
        }
    }

    @Test func `the default value's name is the host's own`() {
        let key = Keys.firewall + "\\FirewallRules"
        let console = Console([.key(key): (Console.listing(key, ["(Standard)    REG_SZ    x"]), 0)])
        #expect(console.reading.registry.values(key).value?.map(\.name) == [""])
    }

    // MARK: Beside the registry

    @Test(arguments: [0, 5, 1060, 1] as [Int32])
    func `sc exe that says nothing is failed, whatever its exit code`(_ code: Int32) {
        let console = Console([.service("TermService"): ("\r\n", code)])
        #expect(console.reading.serviceStates[.termService]?.isFailed == true)
    }

    @Test func `a service's state is a number in every language`() {
        let german = """
            \r\nSERVICE_NAME: TermService\r\n        TYP                : 20  WIN32_SHARE_PROCESS  \r
                    STATUS             : 4  RUNNING \r\n                                (STOPPABLE, NOT_PAUSABLE)\r
                    WIN32_EXIT_CODE    : 0  (0x0)\r\n
            """
        let console = Console([
            .service("TermService"): (german, 0), .service("BFE"): ("[SC] OpenService FEHLER 1060:\r\n", 1060),
            .service("MpsSvc"): ("[SC] OpenService FEHLER 5:\r\n", 5),
            .service("RpcSs"): ("    a : x\r\n    b : 9\r\n", 0),
        ])
        let states = console.reading.serviceStates
        #expect(states[.termService] == .value(.running))
        #expect(states[.bfe] == .absent)
        #expect(states[.mpsSvc] == .accessDenied)
        #expect(states[.rpcSs]?.isFailed == true)
    }

    private static func keys(_ folder: (String, Int32), _ file: (String, Int32)) -> Console {
        Console([
            .programData: ("C:\\ProgramData\r\n", 0), .folders("RSA"): ("MachineKeys\r\nMachineKeys_old\r\n", 0),
            .folders(""): ("Keys\r\nRSA\r\n", 0), .listable("RSA\\MachineKeys"): ("", 0),
            .files("RSA\\MachineKeys"): ("f686aace6942fb7f7ceb231212eef4a4_x\r\nother\r\n", 0),
            .accessList("RSA\\MachineKeys"): folder, .accessList(KeyFolder.remoteDesktopFiles): file,
        ])
    }

    @Test func `access lists come as SDDL, and what was not asked is unsupported`() throws {
        let path = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
        let console = Self.keys(
            ("\(path) \"D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)\" \r\n\r\n", 0),
            ("\(path)\\f686aace6942fb7f7ceb231212eef4a4_x \"D:P(A;;FR;;;NS)\"\r\n\r\n", 0))
        let folder = try #require(console.reading.machineKeys.value?.rsa.value)
        #expect(folder.path == path)
        #expect(folder.count == 2)
        #expect(folder.descriptor == .value("D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"))
        #expect(folder.files[0].descriptor == .value("D:P(A;;FR;;;NS)"))
        guard case .unsupported? = folder.files[1].descriptor else {
            Issue.record("\(folder.files[1])")
            return
        }
        #expect(console.reading.machineKeys.value?.siblings == .value(["MachineKeys", "MachineKeys_old"]))
        #expect(console.reading.machineKeys.value?.cng.isFailed == true)
    }

    @Test(arguments: ["", "\r\n", "Zugriff verweigert\r\n", "C:\\x \"O:BAG:BA\"\r\n"])
    func `cacls exe that shows no list is failed, never absent`(_ words: String) throws {
        let folder = try #require(Self.keys((words, 0), (words, 0)).reading.machineKeys.value?.rsa.value)
        #expect(folder.descriptor.isFailed)
        #expect(folder.files[0].descriptor?.isFailed == true)
    }

    @Test func `a folder that is empty, missing, or closed to us is three things`() {
        var console = Self.keys(("", 0), ("", 0))
        console.answers[.files("RSA\\MachineKeys")] = ("Datei nicht gefunden\r\n", 1)
        #expect(console.reading.machineKeys.value?.rsa.value?.count == 0)
        console.answers[.listable("RSA\\MachineKeys")] = ("", 1)
        #expect(console.reading.machineKeys.value?.rsa.isFailed == true)
        console.answers[.folders("RSA")] = ("S-1-5-18\r\n", 0)
        #expect(console.reading.machineKeys.value?.rsa.isAbsent == true)
    }

    @Test func `listeners are known by the other side's port`() {
        let german = """
            \r\nAktive Verbindungen\r\n\r\n  Proto  Lokale Adresse         Remoteadresse          Status\r
              TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN\r\n  TCP    10.0.0.1:50000         10.0.0.2:3389          HERGESTELLT\r
              TCP    [::]:3389              [::]:0                 ABHÖREN\r\n  UDP    0.0.0.0:123            *:*                    \r\n
            """
        #expect(Console([.listeners: (german, 0)]).reading.listeningPorts == .value([135, 3389]))
        for words in ["", "\r\n", "  UDP    0.0.0.0:123            *:*\r\n"] {
            #expect(Console([.listeners: (words, 0)]).reading.listeningPorts.isFailed)
        }
    }

    @Test(
        arguments: [
            ("\"srv01\\admin\",\"S-1-5-21-1-2-3-500\"", "S-1-5-21-1-2-3"),
            ("\"corp\\admin\",\"S-1-5-21-1-2-3-500\"", nil),
            ("\"nt authority\\system\",\"S-1-5-18\"", nil), ("\"srv01\\x\",\"S-1-5-18\"", nil),
        ] as [(String, String?)])
    func `the machine's SID is shown to its own accounts only`(_ words: String, _ sid: String?) {
        let reading = Console([.account: (words + "\r\n", 0)]).reading.machineSID
        #expect(reading.value?.text == sid)
        if sid == nil, case .unsupported = reading {} else if sid == nil { Issue.record("\(reading)") }
    }

    @Test func `what only PowerShell tells is unsupported, with the reason`() {
        let reading = Console().reading
        for missing in [
            reading.engine.whyMissing, reading.activeProfiles.whyMissing, reading.credSSPPackage.whyMissing,
        ] {
            #expect(missing == CommandReply.whyUnsupported)
        }
        let answer = HostAnswer(command: [RemoteOutput(Console().output())], because: "PowerShell is not there")
        #expect(answer.state == .partial)
        #expect(answer.reason.contains("because PowerShell is not there"))
        #expect(answer.reason.contains("active-profiles"))
    }
}

extension Collected {
    fileprivate var isFailed: Bool { if case .failed = self { true } else { false } }
    fileprivate var isDenied: Bool { if case .accessDenied = self { true } else { false } }
}
