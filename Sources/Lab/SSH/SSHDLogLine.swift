/// What a line of sshd's log says about a sign-in. Pure.
struct SSHDLogLine: Sendable, Hashable {
    var user: String
    var accepted: Bool

    /// nil for the lines about other things. "Failed none" is a question, not an attempt.
    init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count > 4, words[2] == "for", words[1] != "none" else { return nil }
        switch words[0] {
        case "Accepted": accepted = true
        case "Failed": accepted = false
        default: return nil
        }
        let index = words[3] == "invalid" && words[4] == "user" ? 5 : 3
        guard words.count > index + 1, words[index + 1] == "from" else { return nil }
        user = String(words[index])
    }
}
