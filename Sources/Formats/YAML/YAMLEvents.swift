import CYAML

/// libyaml's parser over bytes that outlive it. It must not move in memory and is freed exactly once.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: UnsafeBufferPointer<UInt8>

    init(_ input: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        self.input = input
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError("no memory to read the file", at: SourcePosition(line: 1, column: 1))
        }
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_event_delete(event)
        event.deallocate()
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Goes on to the next event; ``current`` is gone with it.
    borrowing func advance() throws(YAMLError) {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) == 1 else { throw error() }
    }

    /// What the parser stands at. Its pointers live until ``advance()``.
    var current: yaml_event_t { event.pointee }

    /// Where the current event starts.
    var position: SourcePosition { SourcePosition(event.pointee.start_mark) }

    /// Characters of the current event when it ends on its first line, else 1.
    var length: Int {
        let (start, end) = (event.pointee.start_mark, event.pointee.end_mark)
        return start.line == end.line ? max(1, Int(end.column) - Int(start.column)) : 1
    }

    private func error() -> YAMLError {
        let state = parser.pointee
        // libyaml counts a line that does not exist behind a last line without an end.
        let end = SourcePosition(byteOffset: input.count, in: Array(input))
        let problem = YAMLProblem(
            message: state.problem.map { String(cString: $0) } ?? "the file can't be read",
            context: state.context.map { String(cString: $0) } ?? "",
            position: min(end, SourcePosition(state.problem_mark)), contextPosition: SourcePosition(state.context_mark))
        guard state.error == YAML_READER_ERROR else {
            return problem.explained(by: input, at: Int(state.problem_mark.index))
        }
        // The reader knows only the byte.
        let before = Array(input.prefix(state.problem_offset))
        return problem.unreadable(at: SourcePosition(byteOffset: before.count, in: before))
    }
}

extension SourcePosition {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
