// libssh2, and what Swift cannot import of it: callbacks that are set through an untyped pointer.
#ifndef FLEETAUDIT_CLIBSSH2_H
#define FLEETAUDIT_CLIBSSH2_H
#include <libssh2.h>
#include <stdlib.h>

// libssh2 believes some lengths that a host sends when it asks for memory (1.10: a prompt's, before it compares it with
// the packet). Nothing that it needs is near this many bytes.
#define CSSH2_LARGEST_BLOCK (1u << 20)

static inline void *cssh2_allocate(size_t count, void **abstract) {
    (void)abstract;
    return count > CSSH2_LARGEST_BLOCK ? 0 : malloc(count);
}
static inline void *cssh2_reallocate(void *block, size_t count, void **abstract) {
    (void)abstract;
    return count > CSSH2_LARGEST_BLOCK ? 0 : realloc(block, count);
}
static inline void cssh2_release(void *block, void **abstract) {
    (void)abstract;
    free(block);
}
static inline LIBSSH2_SESSION *cssh2_session_new(void *abstract) {
    return libssh2_session_init_ex(cssh2_allocate, cssh2_release, cssh2_reallocate, abstract);
}

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
