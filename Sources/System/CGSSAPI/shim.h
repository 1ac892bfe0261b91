// MIT krb5's GSSAPI. Its object identifiers are extern variables and its status tests are casting macros, neither of
// which Swift 6 imports.
#ifndef FLEETAUDIT_CGSSAPI_H
#define FLEETAUDIT_CGSSAPI_H
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

// NTLMSSP, 1.3.6.1.4.1.311.2.2.10; provided by the plug-in gss-ntlmssp.
static gss_OID_desc cgss_ntlm_descriptor = {10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static inline gss_OID cgss_ntlm(void) { return &cgss_ntlm_descriptor; }
static inline gss_OID cgss_user_name(void) { return GSS_C_NT_USER_NAME; }
static inline gss_OID cgss_host_based_service(void) { return GSS_C_NT_HOSTBASED_SERVICE; }

static inline int cgss_has_failed(OM_uint32 major) { return GSS_ERROR(major) != 0; }
static inline int cgss_is_bad_mechanism(OM_uint32 major) { return GSS_ROUTINE_ERROR(major) == GSS_S_BAD_MECH; }
static inline int cgss_continues(OM_uint32 major) { return (major & GSS_S_CONTINUE_NEEDED) != 0; }

// Confidentiality without integrity would sign in and then fail every message.
static inline OM_uint32 cgss_flags(void) {
    return GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
}

// Whether a mechanism is there: built in, or a plug-in that could be loaded.
static inline int cgss_has_mechanism(gss_OID mechanism) {
    OM_uint32 minor;
    gss_OID_set all = GSS_C_NO_OID_SET;
    int is_there = 0;
    if (GSS_ERROR(gss_indicate_mechs(&minor, &all))) return 0;
    gss_test_oid_set_member(&minor, mechanism, all, &is_there);
    gss_release_oid_set(&minor, &all);
    return is_there;
}

#endif
