// OpenSSL as the lab's servers need it: certificates made at start, and TLS on memory BIOs.
#ifndef FLEETAUDIT_COPENSSL_SERVER_H
#define FLEETAUDIT_COPENSSL_SERVER_H
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros, which Swift does not import.
static inline EVP_PKEY *tls_server_new_key(void) { return EVP_EC_gen("P-256"); }
static inline int tls_server_set_lowest_version(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}
static inline void tls_server_forbid_renegotiation(SSL_CTX *context) { SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION); }
static inline void tls_server_bio_is_never_at_end(BIO *bio) { BIO_set_mem_eof_return(bio, -1); }
static inline long tls_server_bio_pending(BIO *bio) { return BIO_pending(bio); }
static inline int tls_server_error_reason(unsigned long error) { return ERR_GET_REASON(error); }
#endif
