import Formats

extension FactDictionary {
    /// All are volatile: time alone changes them.
    static let eventFacts: [Fact] =
        EventSource.allCases.flatMap { source -> [Fact] in
            source.ids.map { id in
                Fact(
                    "events.\(source.rawValue).\(id)",
                    "Events \(id) of \(source.provider) in the last 14 days, as far as the log reaches back",
                    stability: .volatile
                ) { $0.live.events.count(id, of: source) }
            } + [
                Fact(
                    "events.\(source.rawValue).newest",
                    "The newest event of each id of \(source.provider) in the last 14 days, UTC", stability: .volatile
                ) { facts in
                    facts.live.events[source].map { _ in
                        source.ids.compactMap { id in
                            facts.live.events.newest(id, of: source).value.map { "\(id) \(ISO8601.text($0))" }
                        }
                    }
                }
            ]
        } + [
            Fact(
                "events.schannel.codes",
                "Numbers in Schannel's newest event of each id and process: error code and state",
                stability: .volatile
            ) { facts in
                facts.live.events[.schannel].map { counts in
                    counts.entries.filter { !$0.numbers.isEmpty }.map {
                        "\($0.id): \($0.numbers.joined(separator: " "))"
                    }
                    .sorted()
                }
            },
            Fact(
                "events.cut", "Sources with so many events that only the newest were counted", stability: .volatile
            ) { facts in
                let cut = EventSource.allCases.filter { facts.live.events[$0].value?.isCut == true }
                let isKnown = EventSource.allCases.contains { facts.live.events[$0].value != nil }
                return isKnown ? .value(cut.map(\.rawValue)) : facts.live.events[.rcm].map { _ in [] }
            },
            logs("switchedOff", "Event logs of Remote Desktop that are switched off", .stable) { log, state in
                state.isEnabled ? nil : log.rawValue
            },
            logs("reach", "The oldest event in each event log of Remote Desktop, UTC", .volatile) { log, state in
                state.oldest.map { "\(log.rawValue) \(ISO8601.text($0))" }
            },
        ]

    /// Made of all logs that exist; unknown when one could not be asked.
    private static func logs(
        _ name: String, _ meaning: String, _ stability: Fact.Stability,
        _ text: @escaping @Sendable (EventLog, EventLogState) -> String?
    ) -> Fact {
        Fact("events.logs.\(name)", meaning, stability: stability) { facts -> Collected<[String]> in
            var found: [String] = []
            for log in EventLog.allCases {
                switch facts.live.events[log] {
                case .value(let state): if let text = text(log, state) { found.append(text) }
                case .absent: continue
                case let missing: return missing.map { _ in [] }
                }
            }
            return .value(found)
        }
    }

    static let servedKeyFacts: [Fact] = [
        Fact(
            "machineKeys.servedKey.present",
            "The served certificate's key is there: its file, or a connection that worked",
            stability: .volatile
        ) { $0.servedKeyUse.isPresent },
        Fact(
            "machineKeys.servedKey.readable",
            "TermService may read that key: by the file's descriptor, else by events since TermService started",
            stability: .volatile
        ) { $0.servedKeyUse.isReadable },
        Fact(
            "machineKeys.servedKey.usable", "TermService can use the key of the served certificate",
            stability: .volatile
        ) {
            $0.servedKeyUse.isUsable
        },
        Fact("machineKeys.servedKey.evidence", "What says whether that key can be used", stability: .volatile) {
            $0.servedKeyUse.evidence
        },
    ]
}
