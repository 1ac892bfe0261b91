// OpenSSL 3: what is a macro, deprecated with no successor, or takes varargs.
#ifndef FLEETAUDIT_COPENSSL_H
#define FLEETAUDIT_COPENSSL_H
#include <openssl/blowfish.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>

// MARK: SHA-256 of some bytes. EVP looks its algorithm up by name in each call, which takes ten times as long.
static inline void cssl_sha256(const unsigned char *bytes, size_t length, unsigned char digest[32]) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, length);
    SHA256_Final(digest, &context);
}

// MARK: HMAC-SHA-1 with a key that is prepared once: the two hash states after the padded key's block.
typedef struct {
    uint32_t inner[5], outer[5];
} cssl_hmac_sha1_key;

static inline void cssl_sha1_after_block(uint32_t state[5], const unsigned char block[64]) {
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Transform(&context, block);
    state[0] = context.h0, state[1] = context.h1, state[2] = context.h2, state[3] = context.h3, state[4] = context.h4;
}
// `length` is at most 64.
static inline cssl_hmac_sha1_key cssl_hmac_sha1_prepare(const unsigned char *key, size_t length) {
    cssl_hmac_sha1_key prepared;
    unsigned char inner[64], outer[64];
    memset(inner, 0x36, 64);
    memset(outer, 0x5c, 64);
    for (size_t i = 0; i < length && i < 64; i++) inner[i] ^= key[i], outer[i] ^= key[i];
    cssl_sha1_after_block(prepared.inner, inner);
    cssl_sha1_after_block(prepared.outer, outer);
    return prepared;
}
static inline void cssl_sha1_from_state(const uint32_t state[5], const void *bytes, size_t length,
                                        unsigned char digest[20]) {
    SHA_CTX context;
    SHA1_Init(&context);
    context.h0 = state[0], context.h1 = state[1], context.h2 = state[2], context.h3 = state[3], context.h4 = state[4];
    context.Nl = 512;  // bits: one block has been hashed
    SHA1_Update(&context, bytes, length);
    SHA1_Final(digest, &context);
}
static inline int cssl_hmac_sha1_matches(const cssl_hmac_sha1_key *key, const void *bytes, size_t length,
                                         const unsigned char *expected) {
    unsigned char digest[20];
    cssl_sha1_from_state(key->inner, bytes, length, digest);
    cssl_sha1_from_state(key->outer, digest, 20, digest);
    return memcmp(digest, expected, 20) == 0;
}

// MARK: Blowfish's round function on a caller's tables: 18 words P, then 1,024 words S (bcrypt fills them its own way).
static inline void cssl_blowfish_encrypt(uint32_t pair[2], const uint32_t *tables) {
    BF_encrypt(pair, (const BF_KEY *)(const void *)tables);
}
static inline void cssl_blowfish_set_key(uint32_t *tables, const unsigned char *key, int length) {
    BF_set_key((BF_KEY *)(void *)tables, length, key);
}

// MARK: Private keys from their numbers. NULL when OpenSSL refuses them.
static inline EVP_PKEY *cssl_key_from_parameters(const char *algorithm, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *key = 0;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(0, algorithm, 0);
    if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
        key = 0;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return key;
}
static inline EVP_PKEY *cssl_ec_key(const char *curve, const unsigned char *point, size_t point_length,
                                    const unsigned char *scalar, size_t scalar_length) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *secret = BN_bin2bn(scalar, (int)scalar_length, 0);
    EVP_PKEY *key = 0;
    if (builder && secret && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, point_length) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1)
        key = cssl_key_from_parameters("EC", builder);
    BN_clear_free(secret);
    OSSL_PARAM_BLD_free(builder);
    return key;
}
static inline EVP_PKEY *cssl_rsa_key(const unsigned char *n, size_t n_length, const unsigned char *e, size_t e_length,
                                     const unsigned char *d, size_t d_length) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_bin2bn(n, (int)n_length, 0), *exponent = BN_bin2bn(e, (int)e_length, 0),
           *secret = BN_bin2bn(d, (int)d_length, 0);
    EVP_PKEY *key = 0;
    if (builder && modulus && exponent && secret && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, secret) == 1)
        key = cssl_key_from_parameters("RSA", builder);
    BN_clear_free(secret);
    BN_free(exponent);
    BN_free(modulus);
    OSSL_PARAM_BLD_free(builder);
    return key;
}
// `ask` is given as `user` to OpenSSL's PEM reader, which calls it when the key is encrypted.
static inline EVP_PKEY *cssl_private_key_from_pem(const void *text, size_t length, pem_password_cb *ask, void *user) {
    BIO *input = BIO_new_mem_buf(text, (int)length);
    EVP_PKEY *key = input ? PEM_read_bio_PrivateKey(input, 0, ask, user) : 0;
    BIO_free(input);
    return key;
}
// Big-endian bytes of one of the key's numbers into `out` (at most `capacity`); the count, or 0.
static inline size_t cssl_key_number(EVP_PKEY *key, const char *name, unsigned char *out, size_t capacity) {
    BIGNUM *number = 0;
    size_t count = 0;
    if (EVP_PKEY_get_bn_param(key, name, &number) == 1 && (size_t)BN_num_bytes(number) <= capacity)
        count = (size_t)BN_bn2bin(number, out);
    BN_free(number);
    return count;
}

// MARK: Watching TLS verification.
typedef int (*cssl_verified)(void *user, int ok, int error, int depth, X509 *certificate);
typedef struct {
    cssl_verified verified;
    void *user;
} cssl_watcher;

static inline int cssl_verify_callback(int ok, X509_STORE_CTX *store) {
    SSL *session = (SSL *)X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    cssl_watcher *watcher = (cssl_watcher *)SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
    return watcher->verified(watcher->user, ok, X509_STORE_CTX_get_error(store), X509_STORE_CTX_get_error_depth(store),
                             X509_STORE_CTX_get_current_cert(store));
}
// Makes `roots` the only trusted certificates of the context, and reports every certificate that is verified.
static inline int cssl_watch(SSL_CTX *context, X509_STORE *roots, cssl_watcher *watcher) {
    SSL_CTX_set1_cert_store(context, roots);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, cssl_verify_callback);
    return SSL_CTX_set_app_data(context, watcher);
}

#endif
