import HostFacts
import Testing

@testable import Collection

@Suite struct CommandProgramTests {
    @Test func `every line is plain ASCII and short enough for cmd exe`() {
        #expect(CommandProgram.text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a })
        #expect(CommandProgram.lines.allSatisfy { $0.text.utf8.count < 8_191 - 2 })
        // A variable is put in when its command runs.
        for step in CommandProgram.steps {
            let filled = step.text.replacing("!SYS!", with: #"C:\Windows\System32"#)
                .replacing("!ProgramData!", with: #"C:\ProgramData"#)
            #expect(filled.utf8.count < 1_000)
        }
        #expect(CommandProgram.lines.flatMap { Array($0.steps) } == Array(CommandProgram.steps.indices))
    }

    @Test func `only programs that read are run, and nothing is written but to nul`() {
        let allowed: Set<String> = [
            #"!SYS!\chcp.com"#, #"!SYS!\net.exe helpmsg"#, #"!SYS!\reg.exe query"#, #"!SYS!\sc.exe query"#,
            #"!SYS!\cacls.exe"#, #"!SYS!\netstat.exe"#, #"!SYS!\whoami.exe"#, #"!SYS!\find.exe"#,
            #"!SYS!\findstr.exe"#, "dir /b", "dir /a:d", "ver", "echo !FLEETAUDIT!", "echo !ProgramData!",
        ]
        for step in CommandProgram.steps {
            for command in step.text.replacing("2>&1", with: "").split(whereSeparator: { "&|".contains($0) }) {
                let words = command.drop { $0 == "(" }.replacing("if errorlevel 1 ", with: "")
                #expect(allowed.contains { words.hasPrefix($0) }, "\(words)")
                let targets = words.split(separator: ">", omittingEmptySubsequences: false).dropFirst()
                #expect(targets.allSatisfy { $0.hasPrefix("nul") }, "\(words)")
            }
            if case .accessList = step { #expect(step.text.contains("\" /S 2>&1")) }
        }
    }

    @Test(arguments: RegistryQuestion.secretValues)
    func `no command shows what may hold a secret`(_ path: String) {
        let secret = path.lowercased()
        let parent = secret.lastIndex(of: "\\").map { String(secret[..<$0]) } ?? ""
        for step in CommandProgram.steps {
            switch step {
            case .key(let key):
                #expect(key.lowercased() != parent && !(key.lowercased() + "\\").hasPrefix(secret + "\\"))
            case .below(let key): #expect(!(secret + "\\").hasPrefix(key.lowercased() + "\\"))
            case .value(let key, let name), .found(let key, let name):
                #expect(key.lowercased() + "\\" + name.lowercased() != secret)
                #expect(!secret.hasSuffix("\\" + name.lowercased()))
            default: break
            }
        }
    }

    @Test func `every registry question has its commands`() {
        for section in SectionName.allCases {
            for question in section.registryQuestions {
                #expect(!question.commandSteps.isEmpty)
                #expect(question.commandSteps.allSatisfy { CommandProgram.steps.contains($0) })
            }
        }
    }
}
