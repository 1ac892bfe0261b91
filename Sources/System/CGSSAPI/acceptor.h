// GSSAPI as the lab's WinRM server needs it: the acceptor's side of NTLM, raw and inside SPNEGO.
#ifndef FLEETAUDIT_CGSSAPI_ACCEPTOR_H
#define FLEETAUDIT_CGSSAPI_ACCEPTOR_H
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

// Extern variables are mutable globals to Swift, and casts inside macros are not imported.
static gss_OID_desc gss_acceptor_ntlm_oid = {10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc gss_acceptor_spnego_oid = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
static inline int gss_acceptor_failed(OM_uint32 major) { return GSS_ERROR(major) != 0; }
static inline int gss_acceptor_continues(OM_uint32 major) { return (major & GSS_S_CONTINUE_NEEDED) != 0; }

// A credential that accepts `mechanism` under the name @host, with no service: so the challenge names the host and no target
// (Windows names none either, and gss-ntlmssp's initiator refuses one that it did not ask for). It knows the accounts of
// `user_file` (DOMAIN:user:password lines); gss-ntlmssp takes the file from the credential, so that no environment
// variable is needed.
static inline OM_uint32 gss_acceptor_acquire(OM_uint32 *minor, const char *name, const char *user_file, gss_OID mechanism,
                                             gss_cred_id_t *credential) {
    gss_buffer_desc text = {__builtin_strlen(name), (void *)name};
    gss_key_value_element_desc element = {"ntlmssp_keyfile", user_file};
    gss_key_value_set_desc store = {1, &element};
    gss_OID_set_desc mechanisms = {1, mechanism};
    gss_name_t acceptor = GSS_C_NO_NAME;
    OM_uint32 ignored, major = gss_import_name(minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &acceptor);
    if (GSS_ERROR(major)) return major;
    major = gss_acquire_cred_from(minor, acceptor, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &store, credential, 0, 0);
    gss_release_name(&ignored, &acceptor);
    return major;
}
static inline OM_uint32 gss_acceptor_acquire_ntlm(OM_uint32 *minor, const char *name, const char *user_file,
                                                  gss_cred_id_t *credential) {
    return gss_acceptor_acquire(minor, name, user_file, &gss_acceptor_ntlm_oid, credential);
}
// Acquiring SPNEGO asks Kerberos too, which looks the host up in DNS (5 s where none answers); localhost is in every hosts
// file. So the challenge says LOCALHOST here.
static inline OM_uint32 gss_acceptor_acquire_spnego(OM_uint32 *minor, const char *user_file, gss_cred_id_t *credential) {
    gss_OID_set_desc ntlm_only = {1, &gss_acceptor_ntlm_oid};
    OM_uint32 major = gss_acceptor_acquire(minor, "@localhost", user_file, &gss_acceptor_spnego_oid, credential);
    return GSS_ERROR(major) ? major : gss_set_neg_mechs(minor, *credential, &ntlm_only);
}
#endif
