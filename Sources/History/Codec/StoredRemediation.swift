import HostFacts
import Policy

/// How changes that were proposed are kept.
enum StoredRemediation {
    static func put(_ action: RemediationAction, into writer: inout ByteWriter) {
        writer.put(action.summary)
        writer.put(action.place.rawValue)
        writer.put(optional: action.policyPath)
        writer.put(optional: action.policyObject)
        writer.put(list: action.steps) { put($1, into: &$0) }
        writer.put(optional: action.guardCondition)
        writer.put(action.apply)
        writer.put(optional: action.verify)
        writer.put(action.rollback)
        writer.put(optional: action.whyNoRollback)
        writer.put(action.effect.rawValue)
        writer.put(action.risk)
    }

    static func action(_ reader: inout ByteReader) throws(CodecError) -> RemediationAction {
        RemediationAction(
            summary: try reader.text(), place: try reader.choice(RemediationAction.Place.self),
            policyPath: try reader.optionalText(), policyObject: try reader.optionalText(),
            steps: try reader.list { reader throws(CodecError) in try step(&reader) },
            guardCondition: try reader.optionalText(), apply: try reader.texts(), verify: try reader.optionalText(),
            rollback: try reader.texts(), whyNoRollback: try reader.optionalText(),
            effect: try reader.choice(RemediationTemplate.Effect.self), risk: try reader.text())
    }

    /// Numbers of the kinds of steps; a new kind takes the next one.
    private enum Kind: UInt8 {
        case service = 1, firewallRule, firewallGroup, keyFile, registry, certificate
    }

    static func put(_ step: RemediationStep, into writer: inout ByteWriter) {
        switch step {
        case .service(let step):
            writer.put(byte: Kind.service.rawValue)
            writer.put(step.service.rawValue)
            writer.put(UInt64(step.observedStart.rawValue))
            writer.put(UInt64(step.wantedStart.rawValue))
            writer.put(optional: step.wasRunning) { $0.put($1) }
        case .firewallRule(let step):
            writer.put(byte: Kind.firewallRule.rawValue)
            put(step, into: &writer)
        case .firewallGroup(let step):
            writer.put(byte: Kind.firewallGroup.rawValue)
            writer.put(step.group)
            writer.put(list: step.members) { put($1, into: &$0) }
        case .keyFile(let step):
            writer.put(byte: Kind.keyFile.rawValue)
            writer.put(step.path)
            writer.put(step.descriptor)
            writer.put(step.refused)
            writer.put(optional: step.owner)
            writer.put(step.hasOwner)
        case .registry(let step):
            writer.put(byte: Kind.registry.rawValue)
            put(step.location, into: &writer)
            writer.put(optional: step.observed) { put($1, into: &$0) }
            writer.put(optional: step.wanted) { put($1, into: &$0) }
            writer.put(step.missingKeys)
        case .certificate(let step):
            writer.put(byte: Kind.certificate.rawValue)
            writer.put(step.thumbprint)
            put(step.entry, into: &writer)
            put(step.blob, into: &writer)
            put(step.current, into: &writer)
            writer.put(optional: step.observedCurrent) { put($1, into: &$0) }
        }
    }

    static func step(_ reader: inout ByteReader) throws(CodecError) -> RemediationStep {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw CodecError("a kind of step is unknown here") }
        switch kind {
        case .service:
            return .service(
                .init(
                    service: try reader.choice(AuditedService.self), observedStart: try start(&reader),
                    wantedStart: try start(&reader),
                    wasRunning: try reader.optional { reader throws(CodecError) in try reader.flag() }))
        case .firewallRule: return .firewallRule(try rule(&reader))
        case .firewallGroup:
            return .firewallGroup(
                .init(
                    group: try reader.text(),
                    members: try reader.list { reader throws(CodecError) in try rule(&reader) }))
        case .keyFile:
            return .keyFile(
                .init(
                    path: try reader.text(), descriptor: try reader.text(), refused: try reader.texts(),
                    owner: try reader.optionalText(), hasOwner: try reader.flag()))
        case .registry:
            return .registry(
                .init(
                    location: try location(&reader), observed: try optionalValue(&reader),
                    wanted: try optionalValue(&reader), missingKeys: try reader.texts()))
        case .certificate:
            return .certificate(
                .init(
                    thumbprint: try reader.text(), entry: try location(&reader), blob: try value(&reader),
                    current: try location(&reader), observedCurrent: try optionalValue(&reader)))
        }
    }

    private static func put(_ rule: RemediationStep.FirewallRule, into writer: inout ByteWriter) {
        writer.put(rule.id)
        writer.put(rule.observed)
        writer.put(rule.isSwitchedOn)
    }

    private static func rule(_ reader: inout ByteReader) throws(CodecError) -> RemediationStep.FirewallRule {
        .init(id: try reader.text(), observed: try reader.text(), isSwitchedOn: try reader.flag())
    }

    private static func start(_ reader: inout ByteReader) throws(CodecError) -> ServiceStart {
        guard let start = UInt32(exactly: try reader.number()).flatMap(ServiceStart.init) else {
            throw CodecError("a way to start a service is unknown here")
        }
        return start
    }
}

// MARK: Registry

extension StoredRemediation {
    static func put(_ location: RegistryLocation, into writer: inout ByteWriter) {
        writer.put(location.key)
        writer.put(location.name)
    }

    static func location(_ reader: inout ByteReader) throws(CodecError) -> RegistryLocation {
        RegistryLocation(try reader.text(), try reader.text())
    }

    /// The numbers that .NET gives to the types; `other` carries its own behind a number that none has.
    private static let otherKind: Int64 = 1_000

    static func put(_ value: RegistryValue, into writer: inout ByteWriter) {
        if case .other = value {
            writer.put(signed: otherKind)
        }
        writer.put(signed: Int64(value.kind))
        switch value {
        case .string(let text), .expandString(let text): writer.put(text)
        case .binary(let bytes), .none(let bytes), .other(_, let bytes): writer.put(bytes: bytes)
        case .dword(let number): writer.put(UInt64(number))
        case .qword(let number): writer.put(number)
        case .multiString(let texts): writer.put(texts)
        }
    }

    static func value(_ reader: inout ByteReader) throws(CodecError) -> RegistryValue {
        let kind = try reader.signed()
        switch kind {
        case otherKind:
            guard let own = Int32(exactly: try reader.signed()) else {
                throw CodecError("a registry type is too large")
            }
            return .other(kind: own, Array(try reader.slice()))
        case -1: return .none(Array(try reader.slice()))
        case 1: return .string(try reader.text())
        case 2: return .expandString(try reader.text())
        case 3: return .binary(Array(try reader.slice()))
        case 4:
            guard let number = UInt32(exactly: try reader.number()) else { throw CodecError("a DWORD is too large") }
            return .dword(number)
        case 7: return .multiString(try reader.texts())
        case 11: return .qword(try reader.number())
        default: throw CodecError("a registry type is unknown here")
        }
    }

    private static func optionalValue(_ reader: inout ByteReader) throws(CodecError) -> RegistryValue? {
        try reader.optional { reader throws(CodecError) in try value(&reader) }
    }
}
