/// The actor on which all sockets live: one thread, one epoll descriptor.
///
/// Whatever is marked `@Reactor` runs on that thread only, and the compiler holds everybody to it. That makes it safe
/// to keep handles of C libraries that must not be touched by two threads (libssh2 sessions, curl handles) in plain
/// classes, and to write protocol code from top to bottom: `try await Loop.shared.ready(fd, …)` where C would see EAGAIN.
///
/// Start the program's work with ``LoopExecutor`` as its task executor preference
/// (`Task(executorPreference: Reactor.shared.executor)`): resumed tasks then stay on the thread instead of taking a
/// detour over the global pool. The price is that nonisolated async code runs on the loop as well, so work that costs
/// more than some microseconds of CPU goes through ``offLoop(_:)``.
@globalActor package actor Reactor {
    package static let shared = Reactor()
    package nonisolated let executor = LoopExecutor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// For callbacks from C, which run on the loop's thread inside one of its jobs. Traps on any other thread.
    package static nonisolated func assumeIsolated<T: Sendable>(_ body: @Reactor () throws -> T) rethrows -> T {
        Reactor.shared.preconditionIsolated()
        // The same cast as in the standard library's MainActor.assumeIsolated: the isolation was just checked.
        return try withoutActuallyEscaping(body) { try unsafeBitCast($0, to: (() throws -> T).self)() }
    }
}

/// Runs CPU work on the global pool and comes back; cancellation of the caller reaches the work.
///
/// `@concurrent` alone does not leave the loop under an executor preference, and a preference alone does not move a
/// body that inherits its caller's isolation; both together do.
package func offLoop<T: Sendable, E: Error>(
    _ work: sending @escaping @concurrent () async throws(E) -> T
) async throws(E) -> T {
    let result: Result<T, E> = await withTaskExecutorPreference(globalConcurrentExecutor) {
        do throws(E) { return .success(try await work()) } catch { return .failure(error) }
    }
    return try result.get()
}
