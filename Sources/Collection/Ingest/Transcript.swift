import Formats
package import FoundationEssentials
package import HostFacts

/// What exported probes printed, machine by machine: the lines of any number of runs, in any order.
///
/// Runs announce which machine they are from. Whole sections and pieces of one machine are put together; a section's
/// pieces only when they carry one fingerprint, so that what changed between two runs is never mixed.
package struct Transcript: Sendable {
    /// Every machine that said who it is, in the order in which they came.
    package let machines: [Machine]
    /// Lines of ours that belong to no machine: the line that names it is missing.
    package let strayLines: Int
    /// Sections that this release does not know (a newer probe's), by name.
    package let unknownSections: Set<String>
    /// What kept PowerShell from running the program on a machine that could not even say its name.
    package let blocked: String?
    /// More machines than ``mostMachines`` came: the further ones are not there.
    package let isCut: Bool

    package static let mostMachines = 2_000

    /// One machine's answers.
    package struct Machine: Sendable {
        /// The NetBIOS name; `nil` when only the MachineGuid is known.
        package let computerName: String?
        package let machineGuid: String?
        /// When the first of its runs was, by its own clock.
        package fileprivate(set) var clock: Date?
        /// SHA-256 of the exported program that answered first.
        package fileprivate(set) var probe: String?
        /// The sections that its runs were to ask; `nil` when one of them did not say, so that it may be any.
        package fileprivate(set) var asked: Set<SectionName>? = []
        /// The parts that came, by the program that printed them and how many it counted.
        fileprivate var layouts: [PartLayout: Set<Int>] = [:]
        /// The language mode, or another word, of a PowerShell that ran no probe.
        package fileprivate(set) var blocked: String?
        fileprivate var sections: [SectionName: Candidates] = [:]
    }

    /// How one exported program dealt out its answer.
    fileprivate struct PartLayout: Sendable, Hashable {
        let probe: String?
        let count: Int
    }

    /// What came for one section.
    fileprivate struct Candidates: Sendable {
        /// Whole answers, with the clock of their run and in the order in which they came.
        var whole: [(packed: [UInt8], clock: Date?)] = []
        var pieces: [String: PieceSet] = [:]
        var isDamaged = false
        /// More answers than anybody needs; what is kept is bounded.
        var isTooMuch = false
        static let most = 64
    }

    /// The pieces of one answer to one section.
    fileprivate struct PieceSet: Sendable {
        let count: Int
        let bytes: Int
        var texts: [Int: [UInt8]] = [:]
        var clock: Date?
        /// One number came with two texts, or the pieces disagree about their number.
        var isContradictory = false
    }

    /// - Parameter texts: the files, each in its own encoding; a run does not go on from one file to the next.
    package init(_ texts: [[UInt8]]) {
        var builder = TranscriptBuilder()
        for text in texts {
            var scanner = TranscriptScanner(text)
            while let frame = scanner.next() { builder.add(frame) }
            builder.finishRun()
        }
        machines = builder.machines
        strayLines = builder.strayLines
        unknownSections = builder.unknownSections
        blocked = builder.blocked
        isCut = builder.isCut
    }
}

/// Sorts frames by run, and runs by machine.
private struct TranscriptBuilder {
    private(set) var machines: [Transcript.Machine] = []
    private(set) var strayLines = 0
    private(set) var unknownSections: Set<String> = []
    private(set) var blocked: String?
    private(set) var isCut = false
    /// Bytes that sections may unpack to while it is looked up who answered.
    private var room = 128 << 20
    private var places: [String: Int] = [:]
    private var announcement: RunAnnouncement?
    private var frames: [TranscriptFrame] = []

    mutating func add(_ frame: TranscriptFrame) {
        switch frame {
        case .run(let packed):
            finishRun()
            announcement = RunAnnouncement(packed: packed)
            if announcement == nil { strayLines += 1 }
        case .end: finishRun()
        case .blocked:
            frames.append(frame)
            finishRun()
        case .section(let name, _), .damaged(let name?):
            if SectionName(rawValue: name) != nil { frames.append(frame) } else { pass(over: name) }
        case .piece(let piece):
            if SectionName(rawValue: piece.section) != nil { frames.append(frame) } else { pass(over: piece.section) }
        case .damaged(nil): strayLines += 1
        }
    }

    private mutating func pass(over name: String) {
        if unknownSections.count < 64 { unknownSections.insert(name) }
    }

    /// Hands the lines of a run to the machine that they are from.
    mutating func finishRun() {
        defer { (announcement, frames) = (nil, []) }
        guard announcement != nil || !frames.isEmpty else { return }
        guard let announcement = announcement ?? RunAnnouncement(os: frames, &room) else {
            for case .blocked(let word) in frames { blocked = word }
            strayLines += frames.count
            return
        }
        let key = "\(announcement.computerName?.lowercased() ?? "")\n\(announcement.machineGuid?.lowercased() ?? "")"
        let place = places[key] ?? machines.count
        guard place < Transcript.mostMachines else {
            isCut = true
            return
        }
        if place == machines.count {
            places[key] = place
            machines.append(
                Transcript.Machine(
                    computerName: announcement.computerName, machineGuid: announcement.machineGuid))
        }
        machines[place].add(announcement)
        for frame in frames { machines[place].add(frame, clock: announcement.clock) }
    }
}

extension Transcript.Machine {
    fileprivate init(computerName: String?, machineGuid: String?) {
        self.computerName = computerName
        self.machineGuid = machineGuid
    }

    fileprivate mutating func add(_ run: RunAnnouncement) {
        if let clock = run.clock { self.clock = min(self.clock ?? clock, clock) }
        probe = probe ?? run.probe
        asked = run.sections.flatMap { sections in asked.map { $0.union(sections) } }
        let layout = Transcript.PartLayout(probe: run.probe, count: run.parts)
        guard layouts[layout] != nil || layouts.count < Transcript.Candidates.most else { return }
        layouts[layout, default: []].formUnion((1...run.parts).contains(run.part) ? [run.part] : [])
    }

    fileprivate mutating func add(_ frame: TranscriptFrame, clock: Date?) {
        switch frame {
        case .blocked(let word): blocked = word
        case .section(let name, let packed):
            guard let section = SectionName(rawValue: name) else { return }
            sections[section, default: Transcript.Candidates()].add(packed, clock)
        case .piece(let piece):
            guard let section = SectionName(rawValue: piece.section) else { return }
            sections[section, default: Transcript.Candidates()].add(piece, clock)
        case .damaged(let name?):
            guard let section = SectionName(rawValue: name) else { return }
            sections[section, default: Transcript.Candidates()].isDamaged = true
        case .damaged(nil), .run, .end: break
        }
    }

    // MARK: What came

    /// The answer to each section, whole or with what is wrong with it, in the order of the contract; a section of which
    /// nothing came is missing.
    package func answers() -> [(section: SectionName, content: ProbeReply.Content)] {
        var room = ProbeReply.Limits().bytes
        return SectionName.allCases.compactMap { name in
            sections[name].map { (name, $0.content(&room)) }
        }
    }

    /// The parts that did not come, of the deal of which most came: where missing pieces are to be looked for.
    package var missingParts: [Int] {
        let most = layouts.max { ($0.value.count, $0.key.count) < ($1.value.count, $1.key.count) }
        return most.map { layout in (1...layout.key.count).filter { !layout.value.contains($0) } } ?? []
    }
}

extension Transcript.Candidates {
    mutating func add(_ packed: [UInt8], _ clock: Date?) {
        // The same answer twice is one, of the later moment.
        if let known = whole.firstIndex(where: { $0.packed == packed }) {
            if let clock { whole[known].clock = max(whole[known].clock ?? clock, clock) }
        } else if whole.count < Self.most {
            whole.append((packed, clock))
        } else {
            isTooMuch = true
        }
    }

    mutating func add(_ piece: TranscriptFrame.Piece, _ clock: Date?) {
        guard pieces[piece.fingerprint] != nil || pieces.count < Self.most else {
            isTooMuch = true
            return
        }
        var set = pieces[piece.fingerprint] ?? Transcript.PieceSet(count: piece.count, bytes: piece.bytes)
        if set.count != piece.count || set.bytes != piece.bytes { set.isContradictory = true }
        if let known = set.texts[piece.number], known != piece.text { set.isContradictory = true }
        set.texts[piece.number] = piece.text
        if let clock { set.clock = max(set.clock ?? clock, clock) }
        pieces[piece.fingerprint] = set
    }

    /// The newest answer that is whole; else what is wrong.
    func content(_ room: inout Int) -> ProbeReply.Content {
        guard !isTooMuch else { return .damaged("it was answered more than \(Self.most) times") }
        var candidates = whole
        var problem: String?
        for (fingerprint, set) in pieces.sorted(by: { $0.key < $1.key }) {
            switch set.joined(fingerprint) {
            case .success(let packed): candidates.append((packed, set.clock))
            case .failure(let incomplete): problem = problem ?? incomplete.reason
            }
        }
        if pieces.count > 1, candidates.isEmpty {
            problem =
                "its pieces are of \(pieces.count) different answers, and none is whole: it changed between the runs"
        }
        guard let newest = candidates.max(by: { ($0.clock ?? .distantPast) < ($1.clock ?? .distantPast) }) else {
            return .damaged(problem ?? (isDamaged ? "its line is cut" : "nothing of it came"))
        }
        // Two answers of one moment contradict each other: which one is true cannot be told.
        if candidates.contains(where: { $0.clock == newest.clock && $0.packed != newest.packed }) {
            return .damaged("it was answered twice, differently")
        }
        return ProbeReply.unpacked(newest.packed, ProbeReply.Limits(), &room)
    }
}

extension Transcript.PieceSet {
    struct Incomplete: Error { let reason: String }

    /// The packed section, once every piece is there and the whole fits its fingerprint.
    func joined(_ fingerprint: String) -> Result<[UInt8], Incomplete> {
        guard !isContradictory else {
            return .failure(Incomplete(reason: "one of its pieces came twice, differently"))
        }
        guard texts.count == count else {
            let missing = (1...count).filter { texts[$0] == nil }
            let shown = missing.prefix(8).map(String.init).joined(separator: ", ")
            let more = missing.count > 8 ? " and \(missing.count - 8) more" : ""
            return .failure(
                Incomplete(
                    reason: "\(missing.count == 1 ? "piece" : "pieces") \(shown)\(more) of \(count) did not come"))
        }
        let text = (1...count).flatMap { texts[$0] ?? [] }
        guard let packed = Base64.decode(text), packed.count == bytes,
            Hex.encode(Digest.sha1(packed).bytes.prefix(8)) == fingerprint
        else { return .failure(Incomplete(reason: "its pieces do not fit together")) }
        return .success(packed)
    }
}
