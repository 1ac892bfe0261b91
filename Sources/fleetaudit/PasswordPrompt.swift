import Console
import Formats
import Glibc

/// Asks on the terminal, without an echo.
enum PasswordPrompt {
    static func ask(_ prompt: String) throws -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw CommandFailure(
                "--ask-password: there is no terminal to ask on",
                help: "name the password in the inventory by lookup('env', …) or fleetaudit_password_file", .usage)
        }
        defer { close(terminal) }
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else {
            throw CommandFailure("--ask-password: the terminal cannot be set up", .usage)
        }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &settings)
            _ = write(terminal, "\n", 1)
        }
        _ = write(terminal, prompt, prompt.utf8.count)
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1024, read(terminal, &byte, 1) == 1, byte != 0x0a { bytes.append(byte) }
        guard !bytes.isEmpty else { throw CommandFailure("--ask-password: the password is empty", .usage) }
        return Secret(bytes: bytes)
    }
}
