// Linux' own calls about files that the headers show to GNU programs only.
#ifndef FLEETAUDIT_CFILES_SHIM_H
#define FLEETAUDIT_CFILES_SHIM_H

#include <sys/syscall.h>
#include <unistd.h>

// Declared here: whatever header has `struct stat` would make it this module's, and not Glibc's.
ssize_t fgetxattr(int descriptor, const char *name, void *value, size_t size);

#define FLEETAUDIT_AT_FDCWD (-100)

// Two names change places in one step: renameat2(2) with RENAME_EXCHANGE.
static inline int fleetaudit_exchange(const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, FLEETAUDIT_AT_FDCWD, one, FLEETAUDIT_AT_FDCWD, other, 1u << 1);
}

// Everything written to the file system that a descriptor stands on: syncfs(2).
static inline int fleetaudit_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

// The POSIX access list of an open file, as the kernel keeps it; -1 without one.
static inline ssize_t fleetaudit_access_list(int descriptor, void *bytes, size_t capacity) {
    return fgetxattr(descriptor, "system.posix_acl_access", bytes, capacity);
}

#endif
