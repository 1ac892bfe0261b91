// zlib. The init calls are macros in zlib.h, which Swift does not import.
#ifndef FLEETAUDIT_CZLIB_H
#define FLEETAUDIT_CZLIB_H
#include <zlib.h>

// A gzip stream; 15 window bits, + 16 for the gzip header and its CRC-32.
static inline int zlib_inflate_init_gzip(z_streamp stream) { return inflateInit2(stream, 15 + 16); }
static inline int zlib_deflate_init_gzip(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
#endif
