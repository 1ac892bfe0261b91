// libcurl's easy and multi interface. Its options are varargs and type-checking macros: one inline function per type.
#ifndef FLEETAUDIT_CCURL_H
#define FLEETAUDIT_CCURL_H
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline void ccurl_on_body(CURL *easy, curl_write_callback callback, void *user) {
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, user);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
}
static inline void ccurl_on_header(CURL *easy, curl_write_callback callback, void *user) {
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, user);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
}
static inline void ccurl_before_request(CURL *easy, curl_prereq_callback callback, void *user) {
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, user);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}
static inline void ccurl_on_open_socket(CURL *easy, curl_opensocket_callback callback, void *user) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, user);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}
static inline void ccurl_on_tls_context(CURL *easy, curl_ssl_ctx_callback callback, void *user) {
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, user);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, callback);
}

// -1 where curl does not know.
static inline long ccurl_get_long(CURL *easy, CURLINFO info) {
    long value = -1;
    curl_easy_getinfo(easy, info, &value);
    return value;
}
static inline curl_off_t ccurl_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = -1;
    curl_easy_getinfo(easy, info, &value);
    return value;
}
static inline curl_socket_t ccurl_get_socket(CURL *easy) {
    curl_socket_t value = -1;
    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &value);
    return value;
}
// The SSL * of the connection in use; NULL when there is none.
static inline void *ccurl_get_tls(CURL *easy) {
    struct curl_tlssessioninfo *session = 0;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) || !session) return 0;
    return session->internals;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline void ccurl_multi_on_socket(CURLM *multi, curl_socket_callback callback, void *user) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
static inline void ccurl_multi_on_timer(CURLM *multi, curl_multi_timer_callback callback, void *user) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}
// The next finished transfer and its result; NULL when there is none.
static inline CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left)))
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    return 0;
}

// The library that runs, which may be newer than the one that we were built against.
static inline const char *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }
static inline const char *ccurl_tls(void) { return curl_version_info(CURLVERSION_NOW)->ssl_version; }

#endif
