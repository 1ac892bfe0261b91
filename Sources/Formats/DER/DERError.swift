/// Why bytes are not the DER that was asked for, and where.
package struct DERError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes from the start of the outermost value.
    package var offset: Int
    package var message: String

    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    package var description: String { "\(message) at byte \(offset)" }
}
