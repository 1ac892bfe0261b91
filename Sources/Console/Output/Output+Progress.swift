internal import Synchronization

/// The progress that an ``Output`` shows at the moment.
struct ShownProgress {
    var state: ProgressState
    var screen: ProgressScreen
    let start = ContinuousClock.now

    var elapsed: Duration { start.duration(to: .now) }
}

extension Output {
    /// Shows the progress of `body` on standard error until it ends, in the way that the options want: nothing is left
    /// of it on a terminal. One at a time: inside another one's body this one is not shown.
    package func withProgress<Result>(
        _ progress: ProgressState, _ body: (LiveProgress) async throws -> Result
    ) async rethrows -> Result {
        let screen = ProgressScreen(form: progressForm, program: program)
        let isShown = state.withLock { state in
            guard state.progress == nil else { return false }
            state.progress = ShownProgress(state: progress, screen: screen)
            return true
        }
        guard isShown else { return try await body(LiveProgress(output: nil)) }
        defer { endProgress() }
        async let _ = keepShowing(every: screen.form == .redrawn ? .milliseconds(200) : .seconds(1))
        return try await body(LiveProgress(output: self))
    }

    /// What was asked for by name is shown even with `--quiet`.
    private var progressForm: ProgressScreen.Form {
        switch options.progress {
        case .none: .none
        case .plain: .plain
        case .json: .json
        case .auto where options.isQuiet: .none
        case .auto: standardError.canRedraw ? .redrawn : .plain
        }
    }

    /// Time passes on the screen even when nothing else happens.
    private func keepShowing(every interval: Duration) async {
        while (try? await Task.sleep(for: interval)) != nil {
            state.withLock { showProgressIfDue(&$0) }
        }
    }

    func updateProgress(_ change: (inout ProgressState, _ elapsed: Duration) -> Void) {
        state.withLock { state in
            guard let elapsed = state.progress?.elapsed else { return }
            if var progress = state.progress.take() {
                change(&progress.state, elapsed)
                state.progress = progress
            }
            showProgressIfDue(&state)
        }
    }

    func reportProgress() {
        state.withLock { state in
            guard let progress = state.progress else { return }
            eraseProgress(&state)
            send("\(program): \(progress.state.line(elapsed: progress.elapsed))\n", &state)
            showProgressIfDue(&state)
        }
    }

    private func endProgress() {
        state.withLock { state in
            eraseProgress(&state)
            // A program that reads along gets the final figures.
            if let progress = state.progress, progress.screen.form == .json {
                send(progress.state.json(elapsed: progress.elapsed) + "\n", &state)
            }
            state.progress = nil
        }
    }

    func eraseProgress(_ state: inout State) {
        guard let text = state.progress?.screen.erase(width: standardError.columns ?? 80) else { return }
        send(text, &state)
    }

    func showProgressIfDue(_ state: inout State) {
        guard var progress = state.progress else { return }
        let elapsed = progress.elapsed
        guard progress.screen.isDue(at: elapsed) else { return }
        if progress.screen.form == .redrawn {
            // A redraw that would have to wait, or would land in somebody else's line, is left out: another one comes.
            guard !state.isLineOpen, standardError.isForeground, standardError.isReadyForOutput else { return }
        }
        let text = progress.screen.show(progress.state, at: elapsed, width: standardError.columns ?? 80)
        state.progress = progress
        send(text, &state)
    }
}
