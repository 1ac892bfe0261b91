import CLibSSH2
import EventLoop
import Glibc

/// The functions that libssh2 calls; each finds its ``SSHWire`` in the session's abstract pointer.
enum SSHCallbacks {
    static func install(on session: OpaquePointer) {
        cssh2_set_callbacks(
            session,
            { _, buffer, length, _, abstract in
                guard let wire = SSHWire.at(abstract), let buffer else { return -Int(EIO) }
                return wire.pointee.receive(into: buffer, length)
            },
            { _, buffer, length, _, abstract in
                guard let wire = SSHWire.at(abstract), let buffer else { return -Int(EIO) }
                return wire.pointee.send(buffer, length)
            },
            { _, reason, _, _, _, _, abstract in
                SSHWire.at(abstract)?.pointee.hostDisconnected(reason)
            })
    }

    /// Signs with the wire's key; the signed packet is held until the gate is open.
    static let sign:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?,
            UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Int32 = { _, signature, length, data, count, abstract in
            guard let wire = SSHWire.at(abstract), let key = wire.pointee.key, let data, let signature, let length
            else { return -1 }
            let bytes = Array(UnsafeBufferPointer(start: data, count: count))
            let address = UInt(bitPattern: key.toOpaque())
            let made = Reactor.assumeIsolated { () -> [UInt8]? in
                guard let key = UnsafeRawPointer(bitPattern: address) else { return nil }
                return Unmanaged<SSHPrivateKey>.fromOpaque(key).takeUnretainedValue().signature(over: bytes)
            }
            guard let made, !made.isEmpty, let copy = malloc(made.count) else { return -1 }
            made.withUnsafeBytes {
                copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
            }
            signature.pointee = copy.assumingMemoryBound(to: UInt8.self)
            length.pointee = made.count
            wire.pointee.secretIsReady()
            return 0
        }

    /// Offers no new password.
    static let refuseChange:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, UnsafeMutablePointer<Int32>?,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Void = { _, _, _, abstract in SSHWire.at(abstract)?.pointee.passwordMustChange() }

    static let answerPrompts:
        @convention(c) (
            UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?, Int32, Int32,
            UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?, UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Void = { _, _, _, _, count, prompts, responses, abstract in
            let prompts = UnsafeBufferPointer(start: prompts, count: prompts == nil ? 0 : Int(max(0, count)))
            SSHWire.at(abstract)?.pointee.answer(prompts, responses)
        }
}
