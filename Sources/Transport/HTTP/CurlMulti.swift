import CCurl
import EventLoop
import Glibc

/// A curl multi handle on the event loop, for one transfer at a time.
///
/// One per host: a shared one keeps only some of the idle connections, and could hand a signed-in connection to another
/// host's request.
@Reactor final class CurlMulti {
    enum Outcome: Sendable { case finished(CURLcode), timedOut, cancelled }

    private struct Transfer {
        var easy: UnsafeMutableRawPointer
        var timer: UInt64
        var beforeRemoval: () -> Void
        var finish: (Outcome) -> Void
    }

    private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let multi: UnsafeMutableRawPointer
    private var transfer: Transfer?
    private var timer: UInt64?
    private var sockets: Set<Int32> = []
    /// Called after each step of the transfer, to see how far it has come.
    var onProgress: () -> Void = {}

    /// Nil when there is no memory.
    init?() {
        guard Self.isInitialised, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        let this = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_on_socket(
            multi,
            { _, descriptor, what, this, _ in
                let this = UInt(bitPattern: this)
                Reactor.assumeIsolated { CurlMulti.at(this)?.socketChanged(descriptor, what) }
                return 0
            }, this)
        ccurl_multi_on_timer(
            multi,
            { _, milliseconds, this in
                let this = UInt(bitPattern: this)
                Reactor.assumeIsolated { CurlMulti.at(this)?.timerChanged(milliseconds) }
                return 0
            }, this)
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1)
    }

    isolated deinit {
        end(.cancelled)
        // curl still wants to report sockets while it closes them; nobody is there to listen.
        ccurl_multi_on_socket(multi, nil, nil)
        ccurl_multi_on_timer(multi, nil, nil)
        for socket in sockets { Loop.shared.unwatch(socket) }
        if let timer { Loop.shared.cancelTimer(timer) }
        curl_multi_cleanup(multi)
    }

    private static func at(_ address: UInt) -> CurlMulti? {
        UnsafeRawPointer(bitPattern: address).map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Runs the transfer to its end. A deadline or a cancellation cuts it, and its connection is closed then.
    ///
    /// `beforeRemoval` is called while the handle still belongs to its connection.
    func perform(
        _ easy: UnsafeMutableRawPointer, until deadline: Deadline, beforeRemoval: @escaping () -> Void = {}
    ) async -> Outcome {
        precondition(transfer == nil, "our own bug: two transfers on one connection")
        if Task.isCancelled { return .cancelled }
        return await Loop.shared.suspend { resume in
            transfer = Transfer(
                easy: easy, timer: timer(at: deadline), beforeRemoval: beforeRemoval, finish: resume)
            guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
                end(.finished(CURLE_OUT_OF_MEMORY))
                return {}
            }
            return { self.end(.cancelled) }
        }
    }

    /// Replaces the deadline of the transfer under way.
    func extend(until deadline: Deadline) {
        guard let current = transfer else { return }
        Loop.shared.cancelTimer(current.timer)
        transfer?.timer = timer(at: deadline)
    }

    private func timer(at deadline: Deadline) -> UInt64 {
        Loop.shared.at(deadline) { [unowned self] in self.end(.timedOut) }
    }

    private func end(_ outcome: Outcome) {
        guard let ended = transfer.take() else { return }
        Loop.shared.cancelTimer(ended.timer)
        ended.beforeRemoval()
        curl_multi_remove_handle(multi, ended.easy)
        ended.finish(outcome)
    }

    // MARK: What curl wants of the loop

    private func socketChanged(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            sockets.remove(descriptor)
            Loop.shared.unwatch(descriptor)
            return
        }
        sockets.insert(descriptor)
        var interest: Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
        Loop.shared.watch(descriptor, interest) { [unowned self] ready in
            var bits: Int32 = 0
            if ready.contains(.read) { bits |= CURL_CSELECT_IN }
            if ready.contains(.write) { bits |= CURL_CSELECT_OUT }
            if !ready.isDisjoint(with: .failure) { bits |= CURL_CSELECT_ERR }
            self.act(descriptor, bits)
        }
    }

    private func timerChanged(_ milliseconds: Int) {
        if let timer { Loop.shared.cancelTimer(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = Loop.shared.at(.after(.milliseconds(milliseconds))) { [unowned self] in
            self.timer = nil
            self.act(CURL_SOCKET_TIMEOUT, 0)
        }
    }

    private func act(_ descriptor: Int32, _ bits: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, bits, &running)
        if transfer != nil { onProgress() }
        var result = CURLE_OK
        while ccurl_multi_next_finished(multi, &result) != nil { end(.finished(result)) }
    }
}
