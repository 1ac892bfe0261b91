import Collection
import EventLoop
import Formats
import HostFacts
import TestSupport
import Testing
import Transport

/// Runs the test body as the program runs: on the loop, with it as the task's preferred executor.
func onLoop<T: Sendable>(_ body: @escaping @Reactor @Sendable () async throws -> T) async throws -> T {
    let task = Task(executorPreference: Reactor.shared.executor) { try await body() }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        task.cancel()
    }
}

/// Lines as the probe prints them.
enum ProbeLines {
    static func line(_ number: Int, _ section: String, _ json: String) -> [UInt8] {
        let packed = Gzip.compress(Array(json.utf8))
        return Array("FLEETAUDIT1 \(number) \(section) \(packed.count) \(Base64.encode(packed)) ;\n".utf8)
    }

    static func end(_ count: Int) -> [UInt8] { Array("FLEETAUDIT1 END \(count)\n".utf8) }

    /// Every section with empty data, and the closing line.
    static func whole(_ data: [SectionName: JSON] = [:]) -> [UInt8] {
        let lines = SectionName.allCases.enumerated().map { index, section in
            let json: JSON = ["ms": 1, "data": data[section] ?? [:]]
            return line(index + 1, section.rawValue, String(decoding: JSON.write(json), as: UTF8.self))
        }
        return lines.flatMap { $0 } + end(lines.count)
    }

    /// All sections of a host that says it is called so.
    static func whole(named name: String) -> [UInt8] {
        whole([.os: ["keys": .object([.init(Keys.computerName, ["ComputerName": [1, .string(name)]])])]])
    }
}

extension ProbeReply {
    init(text: String) { self.init(Array(text.utf8)) }

    /// `os`, or `os!` for a damaged one, in their order.
    var summary: [String] {
        sections.map { section in
            if case .json = section.content { section.name.rawValue } else { section.name.rawValue + "!" }
        }
    }
}

extension RemoteOutput {
    init(_ bytes: [UInt8], error: String = "", end: End = .exited(code: 0)) {
        self.init(standardOutput: bytes, standardError: Array(error.utf8), end: end, roundTrips: 1, connections: 1)
    }
}
