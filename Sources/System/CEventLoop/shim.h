// epoll, eventfd, signalfd and what Swift cannot import of sockets: macros, unions and errno-returning calls.
#ifndef FLEETAUDIT_CEVENTLOOP_H
#define FLEETAUDIT_CEVENTLOOP_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Not declared under the feature macros that Swift's importer uses; _GNU_SOURCE would change types that Glibc's module
// has already seen.
long syscall(long number, ...);
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

static inline int loop_epoll_control(int epoll, int operation, int fd, uint32_t events) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = (uint32_t)fd;
    return epoll_ctl(epoll, operation, fd, &event);
}
static inline int loop_event_fd(const struct epoll_event *event) { return (int)event->data.u64; }
static inline uint32_t loop_event_mask(const struct epoll_event *event) { return event->events; }

// Monotonic nanoseconds.
static inline uint64_t loop_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}
// pthread_self is `const` in glibc and folded over suspension points; the kernel's id is not.
static inline uintptr_t loop_thread_id(void) { return (uintptr_t)syscall(SYS_gettid); }
static inline int loop_errno(void) { return errno; }

// A non-blocking TCP socket, for a connect. (Which of C's modules owns SOCK_STREAM, and so whether Swift sees it, changes
// with the order of imports.)
static inline int loop_tcp_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}

static inline int loop_listen(const char *ipv4, uint16_t port, int backlog) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int one = 1;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (inet_pton(AF_INET, ipv4, &address.sin_addr) != 1) { close(fd); errno = EINVAL; return -1; }
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, backlog)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}
static inline int loop_local_port(int fd) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length)) return -1;
    return ntohs(address.sin_port);
}
static inline int loop_accept(int listener) {
    int fd = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
    if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}
static inline ssize_t loop_send(int fd, const void *bytes, size_t count) { return send(fd, bytes, count, MSG_NOSIGNAL); }
static inline int loop_socket_pair(int *pair) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
}

// A descriptor that becomes readable when one of the signals arrives; they are blocked in the calling thread and in
// every thread that it starts later.
static inline int loop_signal_fd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (pthread_sigmask(SIG_BLOCK, &set, 0)) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}
static inline int loop_read_signal(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

static inline int loop_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
static inline int loop_exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : -1;
}
// A descriptor above the standard ones that exec closes; the child gets copies of it.
static inline int loop_duplicate_above(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

// Starts a program in a process group of its own, without our blocked signals, with the three descriptors (all above 2)
// as its standard ones. The kernel sends it `death_signal` when the calling thread ends, so that kill -9 of this program
// leaves nothing behind; posix_spawn cannot ask for that. Returns the process id, or -1 with errno.
//
// vfork: the child borrows our memory until it execs, so it makes nothing but system calls, and no signal handler of ours
// may run in it.
static inline pid_t loop_spawn(const char *path, int input, int output, int error, int death_signal,
                               char *const *arguments, char *const *environment) {
    sigset_t all, old, none;
    pid_t parent = getpid();
    volatile int failure = 0;
    sigfillset(&all);
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = vfork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, death_signal);
        if (getppid() != parent) _exit(127);
        setpgid(0, 0);
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
        if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(error, 2) >= 0) {
            sigprocmask(SIG_SETMASK, &none, 0);
            // Whatever a library forgot to mark for it (kernels before 5.9 lack the call).
            syscall(SYS_close_range, 3, ~0u, 0);
            execve(path, arguments, environment);
        }
        failure = errno;
        _exit(127);
    }
    int saved = pid < 0 ? errno : failure;
    pthread_sigmask(SIG_SETMASK, &old, 0);
    if (pid > 0 && failure) {
        waitpid(pid, 0, 0);
        pid = -1;
    }
    errno = saved;
    return pid;
}

// A pipe that exec closes; only its reading end does not block. 0, or -1 with errno.
static inline int loop_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe(ends)) return -1;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reading = ends[0], *writing = ends[1];
    return 0;
}
// A file in memory, without a name in any folder; -1 with errno.
static inline int loop_memory_file(const char *label) {
    return (int)syscall(SYS_memfd_create, label, 1u /* MFD_CLOEXEC */);
}

// Unix sockets; -1 with errno, ENAMETOOLONG above 107 bytes of path.
static inline int loop_unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) { errno = ENAMETOOLONG; return -1; }
    strcpy(address->sun_path, path);
    return 0;
}
static inline int loop_listen_unix(const char *path, int backlog) {
    struct sockaddr_un address;
    if (loop_unix_address(path, &address)) return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, backlog)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}
static inline int loop_connect_unix(const char *path) {
    struct sockaddr_un address;
    if (loop_unix_address(path, &address)) return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}
static inline int loop_accept_unix(int listener) { return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }
static inline int loop_peer_port(int fd) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &length) || address.sin_family != AF_INET) return -1;
    return ntohs(address.sin_port);
}
// 1 for an address of 127.0.0.0/8 in dotted form.
static inline int loop_is_loopback(const char *ipv4) {
    struct in_addr address;
    return inet_pton(AF_INET, ipv4, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static inline int loop_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return -1;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

// Whether something keeps the system's clock right (NTP): 1, 0, or -1 where the kernel does not say.
static inline int loop_clock_is_synchronised(void) {
    struct timex state;
    memset(&state, 0, sizeof state);
    int clock = adjtimex(&state);
    return clock < 0 ? -1 : clock != TIME_ERROR && !(state.status & STA_UNSYNC);
}

// ThreadSanitizer does not see Synchronization.Mutex (a futex, not instrumented): build with -Xcc -DLOOP_TSAN.
#ifdef LOOP_TSAN
void __tsan_acquire(void *);
void __tsan_release(void *);
static inline void loop_tsan_acquire(void *p) { __tsan_acquire(p); }
static inline void loop_tsan_release(void *p) { __tsan_release(p); }
#else
static inline void loop_tsan_acquire(void *p) { (void)p; }
static inline void loop_tsan_release(void *p) { (void)p; }
#endif

#endif
