import HostFacts

/// What cmd.exe wrote, cut into the outputs of the single commands.
///
/// Whatever stands before the start (banners, a profile's words) is passed over. A command whose closing mark did not come
/// has no output here: half an output is none.
struct CommandTranscript: Sendable {
    /// The output of one command.
    struct Block: Sendable, Hashable {
        let output: ArraySlice<UInt8>
        let exitCode: Int32

        /// cmd.exe's code for a program that it could not start.
        var isNotStarted: Bool { exitCode == 9009 }
        /// Nothing but white space.
        var isEmpty: Bool { output.isBlank }
    }

    /// The start mark came: cmd.exe runs there and reads what it is sent.
    private(set) var hasStarted = false
    private var blocks: [CommandStep: Block] = [:]

    init(_ outputs: [[UInt8]]) {
        for output in outputs { add(output) }
    }

    /// Adds what one conversation wrote. Numbers only grow in it: one that does not is somebody else's text.
    private mutating func add(_ output: [UInt8]) {
        let steps = CommandProgram.steps
        guard let (mark, start) = Self.start(in: output[...]) else { return }
        hasStarted = true
        var rest = output[start...]
        var last = -1
        var from = start
        while let found = rest.firstRange(of: mark) {
            let (line, end) = Self.restOfLine(output[found.upperBound...])
            rest = output[end...]
            let words = line.split(separator: 0x20)
            if words.count == 1, words[0].isWord("START") {
                from = end
                continue
            }
            guard words.count == 2, let number = Int(ascii: words[0]), let code = Int32(ascii: words[1]),
                number > last, number < steps.count
            else { continue }
            // When a mark before this one was lost, what stands here is nobody's.
            if last < 0 || number == last + 1, blocks[steps[number]].map(\.isNotStarted) ?? true {
                blocks[steps[number]] = Block(output: output[from..<found.lowerBound], exitCode: code)
            }
            last = number
            from = end
        }
    }

    /// Every command came to its end.
    var isComplete: Bool { blocks.count == CommandProgram.steps.count }

    /// The lines of the program that are worth asking again: a command did not come to its end, or one that started before
    /// could not be started this time.
    var openLines: [Int] {
        guard hasStarted else { return [] }
        let canQuery = blocks[.presentValue].map { !$0.isNotStarted } ?? false
        return CommandProgram.lines.indices.filter { index in
            CommandProgram.lines[index].steps.contains { number in
                guard let block = blocks[CommandProgram.steps[number]] else { return true }
                return canQuery && block.isNotStarted && CommandProgram.steps[number].isQuery
            }
        }
    }

    subscript(_ step: CommandStep) -> Block? { blocks[step] }

    /// The mark with the number that this host drew, and where the first output begins.
    private static func start(in output: ArraySlice<UInt8>) -> (mark: [UInt8], end: Int)? {
        let marker = Array((CommandProgram.marker + " ").utf8)
        var rest = output
        while let found = rest.firstRange(of: marker) {
            let (line, end) = restOfLine(output[found.upperBound...])
            rest = output[end...]
            let words = line.split(separator: 0x20)
            if words.count == 2, words[1].isWord("START"), (1...20).contains(words[0].count),
                words[0].allSatisfy({ (0x30...0x39).contains($0) })
            {
                return (marker + words[0] + [0x20], end)
            }
        }
        return nil
    }

    /// Up to the line's end, and the index behind that.
    private static func restOfLine(_ bytes: ArraySlice<UInt8>) -> (line: ArraySlice<UInt8>, end: Int) {
        let end = bytes.firstIndex(of: 0x0a) ?? bytes.endIndex
        var last = end
        while last > bytes.startIndex, bytes[last - 1] == 0x0d || bytes[last - 1] == 0x20 { last -= 1 }
        return (bytes[bytes.startIndex..<last], min(end + 1, bytes.endIndex))
    }
}

extension ArraySlice<UInt8> {
    fileprivate func isWord(_ text: StaticString) -> Bool { elementsEqual(text.description.utf8) }

    /// The first place of some bytes; linear for patterns whose first byte is rare in them.
    func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard let first = pattern.first else { return nil }
        var place = startIndex
        while let found = self[place...].firstIndex(of: first) {
            guard endIndex - found >= pattern.count else { return nil }
            if self[found..<found + pattern.count].elementsEqual(pattern) { return found..<found + pattern.count }
            place = found + 1
        }
        return nil
    }
}

extension FixedWidthInteger {
    /// ASCII digits, with `-` before a negative one.
    init?(ascii bytes: ArraySlice<UInt8>) {
        guard bytes.count <= 20, let text = String(validating: bytes, as: UTF8.self), !text.hasPrefix("+"),
            let number = Self(text)
        else { return nil }
        self = number
    }
}
