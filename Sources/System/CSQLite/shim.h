// SQLite. Its destructor constants are casts, which Swift does not import.
#ifndef FLEETAUDIT_CSQLITE_SHIM_H
#define FLEETAUDIT_CSQLITE_SHIM_H
#include <sqlite3.h>

// The bytes are copied before the call returns (SQLITE_TRANSIENT).
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, place, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, sqlite3_uint64 count) {
    // A null pointer would bind NULL, and no bytes are not the same as nothing.
    return count == 0 ? sqlite3_bind_zeroblob(statement, place, 0)
                      : sqlite3_bind_blob64(statement, place, bytes, count, SQLITE_TRANSIENT);
}
#endif
