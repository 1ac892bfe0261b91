/// The progress that ``Output/withProgress(_:_:)`` shows while its body runs. May be used from several tasks.
package struct LiveProgress: Sendable {
    /// Nil: inside another one, and not shown.
    let output: Output?

    /// A part begins, or enters its next stage.
    package func enter(_ stage: String, of part: String) {
        output?.updateProgress { $0.enter(stage, of: part, at: $1) }
    }

    /// Something ended in the way that the word names.
    package func end(_ part: String? = nil, as word: String) {
        output?.updateProgress { state, _ in state.end(part, as: word) }
    }

    /// The number of parts has become known, or has changed.
    package func setTotal(_ total: Int?) {
        output?.updateProgress { state, _ in state.total = total }
    }

    /// Prints one plain line now, whatever the mode: the answer to a signal that asks.
    package func report() {
        output?.reportProgress()
    }
}
