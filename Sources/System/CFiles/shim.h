// Linux' own calls about files that the headers show to GNU programs only.
#ifndef FLEETAUDIT_CFILES_SHIM_H
#define FLEETAUDIT_CFILES_SHIM_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Two names change places in one step: renameat2(2) with RENAME_EXCHANGE.
static inline int fleetaudit_exchange(const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 1u << 1);
}

// Everything written to the file system that a descriptor stands on: syncfs(2).
static inline int fleetaudit_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

#endif
