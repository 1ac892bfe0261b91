// libssh2, and what Swift cannot import of it: callbacks that are set through an untyped pointer.
#ifndef FLEETAUDIT_CLIBSSH2_H
#define FLEETAUDIT_CLIBSSH2_H
#include <libssh2.h>

typedef ssize_t (*cssh2_receive)(libssh2_socket_t socket, void *buffer, size_t length, int flags, void **abstract);
typedef ssize_t (*cssh2_send)(libssh2_socket_t socket, const void *buffer, size_t length, int flags, void **abstract);
typedef void (*cssh2_disconnect)(LIBSSH2_SESSION *session, int reason, const char *message, int message_length,
                                 const char *language, int language_length, void **abstract);

static inline void cssh2_set_callbacks(LIBSSH2_SESSION *session, cssh2_receive receive, cssh2_send send,
                                       cssh2_disconnect disconnect) {
// 1.11.1 gave the call a type and deprecated the old one.
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV, (libssh2_cb_generic *)receive);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND, (libssh2_cb_generic *)send);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_DISCONNECT, (libssh2_cb_generic *)disconnect);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnect);
#endif
}

#endif
