#ifndef FLEETAUDIT_COPENSSL_H
#define FLEETAUDIT_COPENSSL_H
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#endif
