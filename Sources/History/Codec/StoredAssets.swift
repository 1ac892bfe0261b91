import FoundationEssentials
import HostFacts

/// How the certificates and updates of a host are kept.
enum StoredAssets {
    static func bytes(of assets: HostAssets) -> [UInt8] {
        var writer = ByteWriter()
        StoredCollected.put(assets.certificates, into: &writer) { writer, certificates in
            writer.put(list: certificates) { put($1, into: &$0) }
        }
        StoredCollected.put(assets.updates, into: &writer) { writer, updates in
            writer.put(list: updates) { writer, update in
                writer.put(UInt64(update.number))
                writer.put(UInt64(update.state.rawValue))
            }
        }
        StoredCollected.put(assets.isRestartPending, into: &writer) { $0.put($1) }
        return writer.bytes
    }

    static func assets(_ bytes: [UInt8]) throws(CodecError) -> HostAssets {
        var reader = ByteReader(bytes)
        let assets = HostAssets(
            certificates: try StoredCollected.read(&reader) { reader throws(CodecError) in
                try reader.list { reader throws(CodecError) in try certificate(&reader) }
            },
            updates: try StoredCollected.read(&reader) { reader throws(CodecError) in
                try reader.list { reader throws(CodecError) in try update(&reader) }
            },
            isRestartPending: try StoredCollected.read(&reader) { reader throws(CodecError) in try reader.flag() })
        try reader.finish()
        return assets
    }

    private static func put(_ certificate: HostAssets.Certificate, into writer: inout ByteWriter) {
        writer.put(certificate.store.rawValue)
        writer.put(certificate.thumbprint)
        writer.put(certificate.subject)
        writer.put(certificate.issuer)
        for date in [certificate.notBefore, certificate.notAfter] {
            writer.put(optional: date) { $0.put($1.timeIntervalSinceReferenceDate) }
        }
        for flag in [certificate.isServed, certificate.isMadeForRemoteDesktop, certificate.isSelfIssued] {
            writer.put(flag)
        }
        writer.put(certificate.key)
    }

    private static func certificate(_ reader: inout ByteReader) throws(CodecError) -> HostAssets.Certificate {
        func date(_ reader: inout ByteReader) throws(CodecError) -> Date? {
            try reader.optional { reader throws(CodecError) in
                Date(timeIntervalSinceReferenceDate: try reader.double())
            }
        }
        return HostAssets.Certificate(
            store: try reader.choice(CertificateStores.Store.self), thumbprint: try reader.text(),
            subject: try reader.text(), issuer: try reader.text(), notBefore: try date(&reader),
            notAfter: try date(&reader), isServed: try reader.flag(), isMadeForRemoteDesktop: try reader.flag(),
            isSelfIssued: try reader.flag(), key: try reader.text())
    }

    private static func update(_ reader: inout ByteReader) throws(CodecError) -> HostAssets.Update {
        guard let number = UInt32(exactly: try reader.number()), let raw = UInt32(exactly: try reader.number()),
            let state = InstalledUpdates.State(rawValue: raw)
        else { throw CodecError("an update is in a state unknown here") }
        return HostAssets.Update(number: number, state: state)
    }
}

/// How it was come by is kept with every value.
enum StoredCollected {
    /// Numbers of the ways; they stay what they are.
    private enum Way: UInt8 {
        case value, absent, accessDenied, unsupported, failed
    }

    static func put<Value>(
        _ collected: Collected<Value>, into writer: inout ByteWriter, _ body: (inout ByteWriter, Value) -> Void
    ) {
        switch collected {
        case .value(let value):
            writer.put(byte: Way.value.rawValue)
            body(&writer, value)
        case .absent: writer.put(byte: Way.absent.rawValue)
        case .accessDenied: writer.put(byte: Way.accessDenied.rawValue)
        case .unsupported(let reason):
            writer.put(byte: Way.unsupported.rawValue)
            writer.put(reason)
        case .failed(let reason):
            writer.put(byte: Way.failed.rawValue)
            writer.put(reason)
        }
    }

    static func read<Value>(
        _ reader: inout ByteReader, _ body: (inout ByteReader) throws(CodecError) -> Value
    ) throws(CodecError) -> Collected<Value> {
        switch Way(rawValue: try reader.byte()) {
        case .value?: .value(try body(&reader))
        case .absent?: .absent
        case .accessDenied?: .accessDenied
        case .unsupported?: .unsupported(try reader.text())
        case .failed?: .failed(try reader.text())
        case nil: throw CodecError("how a fact was come by is unknown here")
        }
    }
}
