/// Writes metrics in Prometheus' text exposition format, version 0.0.4.
struct PrometheusText {
    private var bytes: [UInt8] = []

    /// Hands over what was written so far and goes on behind it.
    mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    /// One value of a metric, with the labels that tell it from the others.
    struct Sample {
        let labels: [(name: String, value: String)]
        let value: String

        init(_ labels: [(name: String, value: String)] = [], _ value: Int) {
            self.labels = labels
            self.value = String(value)
        }

        /// Seconds to the millisecond.
        init(_ labels: [(name: String, value: String)] = [], seconds: Double) {
            self.labels = labels
            self.value = "\((seconds * 1000).rounded() / 1000)"
        }
    }

    /// A gauge: everything that a run counts may fall as well as rise. Nothing is written when there is no sample, so that
    /// no metric stands there without a value.
    ///
    /// - Parameter help: one sentence without a full stop.
    mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        line("# HELP \(name) \(Self.escapedHelp(help))")
        line("# TYPE \(name) gauge")
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            line(labels.isEmpty ? "\(name) \(sample.value)" : "\(name){\(labels)} \(sample.value)")
        }
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A label's value: backslash, double quote and line feed are escaped, all else may stand there.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\"": escaped += #"\""#
            case "\n": escaped += #"\n"#
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    /// In a help text a double quote needs no escape.
    private static func escapedHelp(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\n": escaped += #"\n"#
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
