import Formats
import HostFacts

/// Answers the registry questions from a transcript, in the JSON in which the probe answers them.
///
/// reg.exe has one exit code for all that goes wrong, and its words are in the host's language. What they mean was found
/// out on the host itself: what it says of a key that cannot be there means absent, what holds Windows' own words for
/// error 5 means access denied, and anything else means that we could not tell.
struct CommandRegistry {
    private let transcript: CommandTranscript
    let text: ConsoleText
    private let absentTexts: Set<ArraySlice<UInt8>>
    private let deniedText: ArraySlice<UInt8>
    /// What the default value is called in listings.
    private let defaultName: ArraySlice<UInt8>
    /// Why nothing that reg.exe says can be relied on; `nil` when it works.
    let whyUseless: String?

    init(_ transcript: CommandTranscript) {
        self.transcript = transcript
        text = ConsoleText(codePage: transcript[.codePage]?.output)
        deniedText = transcript[.accessDeniedText].flatMap { $0.exitCode == 0 ? $0.output.trimmed : nil } ?? []
        let defaultValue = transcript[.defaultValueName].map { RegOutput($0.output) }?.keys.first?.values.first
        defaultName = defaultValue?.name ?? Array("(Default)".utf8)[...]
        let missing = [CommandStep.missingKey, .missingValue, .missingEverywhere].compactMap { transcript[$0] }
        absentTexts = Set(missing.filter { $0.exitCode != 0 }.map { $0.output.trimmed }).filter { !$0.isEmpty }
        whyUseless = Self.whyUseless(transcript[.presentValue], hasAbsentText: !absentTexts.isEmpty)
    }

    private static func whyUseless(_ present: CommandTranscript.Block?, hasAbsentText: Bool) -> String? {
        guard let present else { return "the answer broke off before the registry was asked" }
        let values = RegOutput(present.output).keys.flatMap(\.values)
        guard present.exitCode == 0, values.count == 1,
            values[0].name.isCaseInsensitive(equalTo: CommandStep.presentName.utf8)
        else {
            return "reg.exe does not answer here (exit code \(present.exitCode)): \(ConsoleText.shown(present.output))"
        }
        return hasAbsentText ? nil : "reg.exe does not say what is not there"
    }

    // MARK: One command

    /// What one command of reg.exe came to.
    enum Outcome {
        case output(RegOutput)
        case absent
        /// In the form of ``HostProblem``.
        case problem(String)
    }

    func outcome(_ step: CommandStep) -> Outcome {
        if let whyUseless { return .problem(HostProblem.failed(whyUseless)) }
        guard let block = transcript[step] else {
            return .problem(HostProblem.failed("the answer broke off before this was asked"))
        }
        guard block.exitCode != 0 else { return .output(RegOutput(block.output)) }
        let words = block.output.trimmed
        return absentTexts.contains(words) ? .absent : .problem(problem(words, exitCode: block.exitCode))
    }

    /// What reg.exe's words mean, other than that something is not there.
    private func problem(_ words: ArraySlice<UInt8>, exitCode: Int32) -> String {
        if !deniedText.isEmpty, words.firstRange(of: Array(deniedText)) != nil { return HostProblem.accessDenied }
        let shown = ConsoleText.shown(words)
        return HostProblem.failed(
            "reg.exe ended with exit code \(exitCode)" + (shown.isEmpty ? " and no words" : ": \(shown)"))
    }

    /// Why a command that was to show many keys may not have shown all; `nil` when nothing went wrong.
    func problem(_ remarks: [ArraySlice<UInt8>]) -> String? {
        let problems = remarks.map { problem($0, exitCode: 0) }
        return problems.first { $0 != HostProblem.accessDenied } ?? problems.first
    }

    func block(_ step: CommandStep) -> CommandTranscript.Block? { transcript[step] }

    // MARK: Values

    /// The asked values of a key, each `[kind, value]`, null, or a text that says why it cannot be told.
    func named(_ names: [String], in values: [RegOutput.Value], otherwise: JSON = .null) -> JSON {
        .object(names.map { JSON.Member($0, value($0, in: values, otherwise: otherwise)) })
    }

    func value(_ name: String, in values: [RegOutput.Value], otherwise: JSON = .null) -> JSON {
        let wanted = name.isEmpty ? defaultName : Array(name.utf8)[...]
        let found = values.filter { $0.name.isCaseInsensitive(equalTo: wanted) }
        guard let first = found.first else { return otherwise }
        guard found.count == 1 else { return .string(HostProblem.failed("reg.exe shows it more than once")) }
        return pair(first)
    }

    private func pair(_ value: RegOutput.Value) -> JSON {
        switch value.read(text) {
        case .success(let value): RegistryJSON.pair(value)
        case .failure(let unreadable): .string(HostProblem.failed(unreadable.reason))
        }
    }

    /// Every value of a key, in the host's order. The list is the fact: a line that can be read in two ways spoils it. A
    /// character that the console could not carry does not: it stands as `?` or U+FFFD, and one odd name hides no rule.
    func every(_ values: [RegOutput.Value]) -> Result<[JSON.Member], RegOutput.Value.Unreadable> {
        var members: [JSON.Member] = []
        var names: Set<String> = []
        for value in values {
            let name = value.name.elementsEqual(defaultName) ? "" : String(decoding: value.name, as: UTF8.self)
            guard case .success(let read) = value.read(.lossy), names.insert(name.lowercased()).inserted else {
                let shown = ConsoleText.shown(value.name)
                return .failure(.init(reason: "reg.exe's text does not tell the value \(shown) of this list"))
            }
            members.append(.init(name, RegistryJSON.pair(read)))
        }
        return .success(members)
    }
}
