import Glibc

/// A password, passphrase or key that can't be printed by mistake.
///
/// It has no text of its own in descriptions, dumps and string interpolation; the bytes are reached only inside
/// ``withBytes(_:)``. The memory is overwritten when the last copy is gone. What it was made from (a file's bytes, an
/// environment variable) is the maker's to forget.
package struct Secret: Sendable {
    private let memory: SecretMemory

    package init(_ text: String) {
        memory = SecretMemory(text.utf8)
    }

    package init(bytes: [UInt8]) {
        memory = SecretMemory(bytes)
    }

    package var isEmpty: Bool { memory.count == 0 }

    /// The bytes for the time of the call, UTF-8 when the secret was made from text. Behind the last one, outside of the
    /// count, stands a NUL: libraries that take a length and then call `strlen` all the same are safe with it.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(memory.bytes)
    }

    /// The secret as text that no longer protects itself, for a user who asked to see it.
    package func revealed() -> String {
        withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension Secret: Equatable {
    /// Takes the same time whatever the bytes are; only a different length ends it early.
    package static func == (left: Secret, right: Secret) -> Bool {
        guard left.memory.count == right.memory.count else { return false }
        return left.withBytes { left in
            right.withBytes { right in
                var difference: UInt8 = 0
                for index in 0..<left.count { difference |= left[index] ^ right[index] }
                return difference == 0
            }
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Heap memory that is written once, never moves, and is overwritten before it is freed.
private final class SecretMemory: Sendable {
    /// The address: pointers are not Sendable, and nothing writes here between `init` and `deinit`.
    private let address: UInt
    let count: Int

    init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 1, alignment: 1)
        memory.copyBytes(from: bytes)
        memory[count] = 0
        address = UInt(bitPattern: memory.baseAddress)
    }

    deinit {
        guard let start = UnsafeMutableRawPointer(bitPattern: address) else { return }
        explicit_bzero(start, count)
        start.deallocate()
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }
}
