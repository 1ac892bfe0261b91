/// Why a wait on the loop ended without the thing waited for.
package enum EventLoopError: Error, Sendable, Hashable {
    /// The deadline passed.
    case timedOut
    /// The waiting task was cancelled, or the descriptor was closed under it.
    case cancelled
    /// A system call failed: its name and errno.
    case system(String, Int32)
}
