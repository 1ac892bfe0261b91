package import Drift
package import FoundationEssentials

/// A run as the history lists it.
package struct StoredRun: Sendable, Hashable {
    /// Name, times, baseline and figures.
    package let past: PastRun
    /// Which hosts were asked for, as `--limit` took it; empty: all.
    package let selection: String
    package let programVersion: String
    /// SHA-256 of the probe.
    package let probe: String
    /// Its row.
    let number: Int64
    /// Its place among all runs.
    let moment: Int64
    /// The row of its set of hosts.
    let members: Int64

    /// `20261120-020000`
    package var name: String { past.run }
    package var started: Date { past.started }
}
