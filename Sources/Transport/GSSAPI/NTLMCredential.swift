import CGSSAPI
package import Formats

/// An account and its password for NTLM: one for all hosts of a run. Nothing is checked before a host is asked.
@GSSAPI package final class NTLMCredential {
    /// The Debian package with the mechanism.
    nonisolated static let package = "gss-ntlmssp"

    /// `DOMAIN\user`, `user@domain`, `.\user` or `user`.
    package nonisolated let user: String
    private nonisolated let password: Secret
    private var handle: gss_cred_id_t?

    package nonisolated init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }

    isolated deinit {
        var minor: OM_uint32 = 0
        gss_release_cred(&minor, &handle)
    }

    /// GSSAPI's credential, made at the first call.
    func acquired() throws(TransportError) -> gss_cred_id_t? {
        if let handle { return handle }
        var minor: OM_uint32 = 0
        var name = try GSSAPIBuffer.name(user, cgss_user_name())
        defer {
            var ignored: OM_uint32 = 0
            gss_release_name(&ignored, &name)
        }
        // gss-ntlmssp 1.2 reads on until a NUL, which a Secret has behind its last byte.
        let major = password.withBytes { bytes in
            var buffer = gss_buffer_desc(
                length: bytes.count, value: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            var mechanisms = gss_OID_set_desc(count: 1, elements: cgss_ntlm())
            return gss_acquire_cred_with_password(
                &minor, name, &buffer, 0xFFFF_FFFF, &mechanisms, GSS_C_INITIATE, &handle, nil, nil)
        }
        if cgss_has_failed(major) != 0 {
            handle = nil
            throw GSSAPIFailure(call: "gss_acquire_cred_with_password", major: major, minor: minor)
                .error(.signIn, package: Self.package)
        }
        return handle
    }
}
