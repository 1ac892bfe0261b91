import CGSSAPI
import EventLoop

/// The actor for the system's GSSAPI, on a thread of its own: its calls may block (plug-ins are loaded, and Kerberos
/// talks to a KDC), and its handles must not be used by two threads at a time.
@globalActor package actor GSSAPI {
    package static let shared = GSSAPI()
    private nonisolated let thread = DedicatedThread()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
}

/// A failed call: which, and the two codes that GSSAPI answers with.
package struct GSSAPIFailure: Sendable, Hashable {
    package var call: String
    package var major: UInt32
    package var minor: UInt32

    package init(call: String, major: UInt32, minor: UInt32) {
        self.call = call
        self.major = major
        self.minor = minor
    }

    /// `package`: what has the mechanism that was asked for.
    package func error(_ stage: TransportError.Stage, package: String) -> TransportError {
        let codes = "\(call): GSSAPI error \(Self.hex(major)), \(Self.hex(minor))"
        if cgss_is_bad_mechanism(major) != 0 {
            return TransportError(stage, .missingMechanism(package: package), codes)
        }
        return TransportError(stage, .protocolViolation, codes)
    }

    private static func hex(_ code: UInt32) -> String { "0x" + String(code, radix: 16) }
}

/// Bytes in and out of GSSAPI's buffers.
@GSSAPI enum GSSAPIBuffer {
    /// Copies a buffer that GSSAPI made, and frees it. After a failure gss-ntlmssp leaves a length without bytes.
    static func take(_ buffer: inout gss_buffer_desc) -> [UInt8] {
        let bytes = buffer.value.map { Array(UnsafeRawBufferPointer(start: $0, count: buffer.length)) } ?? []
        var minor: OM_uint32 = 0
        gss_release_buffer(&minor, &buffer)
        return bytes
    }

    /// Lends bytes to a call that does not change them.
    static func lend<R>(_ bytes: [UInt8], _ body: (inout gss_buffer_desc) -> R) -> R {
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { memory in
            var buffer = gss_buffer_desc(length: memory.count, value: memory.baseAddress)
            return body(&buffer)
        }
    }

    static func name(_ text: String, _ type: gss_OID) throws(TransportError) -> gss_name_t? {
        var minor: OM_uint32 = 0
        var name: gss_name_t?
        let major = lend(Array(text.utf8)) { gss_import_name(&minor, &$0, type, &name) }
        if cgss_has_failed(major) != 0 {
            throw GSSAPIFailure(call: "gss_import_name", major: major, minor: minor)
                .error(.signIn, package: NTLMCredential.package)
        }
        return name
    }
}
