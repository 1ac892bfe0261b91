/// Why bytes are not the gzip data that was asked for.
package enum GzipError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The data ends inside of a member that starts at that byte.
    case truncated(memberAt: Int)
    /// A member that starts at that byte has a wrong header, broken contents, a wrong checksum or a wrong length.
    case damaged(memberAt: Int)
    /// So many bytes stand behind the one member that was expected.
    case trailingBytes(Int)
    /// A member holds more than so many bytes.
    case tooLarge(limit: Int)
    /// A member holds more than so many times its own size.
    case tooDense(ratioLimit: Int)
    /// The source of the data failed, with the system's error number.
    case unreadable(errno: Int32)
    /// There was no memory to work in.
    case outOfMemory

    package var description: String {
        switch self {
        case .truncated(let offset): "the gzip data that starts at byte \(offset) ends too early"
        case .damaged(let offset): "the gzip data that starts at byte \(offset) is damaged"
        case .trailingBytes(let count): "\(count) bytes stand behind the gzip data"
        case .tooLarge(let limit): "the gzip data holds more than \(limit) bytes"
        case .tooDense(let limit): "the gzip data holds more than \(limit) times its own size"
        case .unreadable(let errno): "the gzip data can't be read (error \(errno))"
        case .outOfMemory: "there is no memory to read the gzip data"
        }
    }
}
