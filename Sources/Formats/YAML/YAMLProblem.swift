/// What libyaml says about a file, on its way to words that help the person who wrote it.
struct YAMLProblem {
    var message: String
    var context: String
    var position: SourcePosition
    var contextPosition: SourcePosition

    /// Bytes that are no UTF-8 or no characters that YAML allows.
    func unreadable(at position: SourcePosition) -> YAMLError {
        message.hasPrefix("control")
            ? YAMLError("a control character, which YAML does not allow", at: position)
            : YAMLError("the file is not UTF-8 here", at: position, help: "save the file as UTF-8")
    }

    /// `index` counts the characters of `input` before the place of the problem.
    func explained(by input: UnsafeBufferPointer<UInt8>, at index: Int) -> YAMLError {
        switch message {
        case "found character that cannot start any token": return unexpectedCharacter(input, at: index)
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return tab
        case "found unknown escape character": return unknownEscape(at: position)
        case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
            // libyaml stands behind the two characters that start the sequence.
            return unknownEscape(at: SourcePosition(line: position.line, column: max(1, position.column - 2)))
        case "block sequence entries are not allowed in this context":
            return YAMLError(
                "a list's '-' can't stand here", at: position, help: "start the list on a line of its own below the key"
            )
        case "did not find expected comment or line break":
            return YAMLError("text behind '|' or '>'", at: position, help: "start the text on the next line")
        case "did not find expected node content": return YAMLError("a value is missing", at: position)
        case "did not find expected <document start>":
            return YAMLError("something stands behind the end of the file's value", at: position)
        case "mapping values are not allowed in this context":
            return YAMLError(
                "a second ': ' in one line", at: position,
                help: "put a value that contains ': ' in quotes; a key may have at most 1,024 characters")
        case "found unexpected end of stream" where context.contains("quoted scalar"):
            return YAMLError("this quote is never closed", at: contextPosition)
        case "found unexpected document indicator" where context.contains("quoted scalar"):
            return YAMLError("this quote is not closed before the document ends", at: contextPosition)
        case "did not find expected alphabetic or numeric character":
            return YAMLError(
                "'*' and '&' at the start of a value name an alias or an anchor", at: contextPosition,
                help: "put the value in quotes")
        case "could not find expected ':'":
            return YAMLError("':' is missing after a key", at: position, help: "or the line above is indented less")
        case "did not find expected key" where context.contains("block mapping"):
            return YAMLError(
                "no key of the mapping that starts in line \(contextPosition.line)", at: position,
                help: "check the indentation; text behind a closing quote is not allowed either")
        case "did not find expected '-' indicator":
            return YAMLError(
                "no '-' of the list that starts in line \(contextPosition.line)", at: position,
                help: "check the indentation")
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
            return YAMLError(
                "'{' or '[' in line \(contextPosition.line) is not closed before this", at: position,
                help: "put a value that starts with '{' or '[' in quotes if it is text")
        default:
            return YAMLError(context.isEmpty ? message : "\(context), \(message)", at: position)
        }
    }

    private var tab: YAMLError {
        YAMLError("a tab stands where the line's indentation or a value starts", at: position, help: "use spaces")
    }

    private func unknownEscape(at position: SourcePosition) -> YAMLError {
        YAMLError(
            "no escape sequence in double quotes starts like this", at: position, length: 2,
            help: "use single quotes, in which a backslash is a backslash: 'C:\\Windows'")
    }

    private func unexpectedCharacter(_ input: UnsafeBufferPointer<UInt8>, at index: Int) -> YAMLError {
        switch String(decoding: input, as: UTF8.self).unicodeScalars.dropFirst(index).first {
        case "\t": tab
        case let character?:
            YAMLError(
                "no value can start with '\(character)'", at: position, help: "put the value in quotes")
        case nil: YAMLError(message, at: position)
        }
    }
}
