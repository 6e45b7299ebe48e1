/* Preloaded into ursa, it lets one call fail: of those that touch files ("io"), or of those
 * that ask for memory ("memory"). As SQLite's tests do: for the 1st, the 2nd ... until the
 * program ends without having met its fault.
 *     INJECT="io N HOW"      HOW: once, full (all that take room fail from then on),
 *                            short (half of the bytes is written, the rest from then on
 *                            is not)
 *     INJECT="memory N HOW"  HOW: once, always
 *     INJECT="probe KIND"    exit status 77 where it can do that
 *     INJECT_LOG=FILE        is made when the fault is met, and says which call it was
 * Calls are counted over the workers of a batch too, of memory in the first process only.
 * Programs that ursa starts are left alone. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(name) *)real(#name))

#ifdef __GLIBC__
enum kind { NONE, IO, MEMORY };
static enum kind kind;
static long nth;
static bool lasting, halved, busy;
static pid_t first;
static const char *log_path;
static atomic_long *count; /* shared by all who fork */

static void *real(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);
    if (!f)
        _exit(99);
    return f;
}

static void say(const char *call, const char *what)
{
    int fd = REAL(open)(log_path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    dprintf(fd, "%s %s\n", call, what);
    REAL(close)(fd);
}

/* Whether this call is to fail; `room` of those that a full disk lets fail. */
static bool hit(const char *call, const char *what, bool room)
{
    if (kind != IO || busy)
        return false;
    long now = atomic_fetch_add(count, 1) + 1;
    if (now != nth && !(now > nth && lasting && room))
        return false;
    busy = true;
    if (now == nth)
        say(call, what);
    busy = false;
    errno = lasting && room ? ENOSPC : EIO;
    return true;
}

/* ---- files */
static bool is_file(int fd)
{
    struct stat st;
    return fd > 2 && !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static ssize_t some(const char *call, int fd, const void *data, size_t n, off_t at)
{
    if (is_file(fd) && hit(call, "", true)) {
        bool half = halved && n > 1 && atomic_load(count) == nth;
        if (!half)
            return -1;
        n /= 2;
    }
    return at < 0 ? REAL(write)(fd, data, n) : REAL(pwrite)(fd, data, n, at);
}

ssize_t write(int fd, const void *data, size_t n) { return some("write", fd, data, n, -1); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return some("pwrite", fd, data, n, at);
}
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    return some("pwrite", fd, data, n, at);
}

static int opened(const char *path, int flags, mode_t mode)
{
    return hit("open", path, flags & O_CREAT) ? -1 : REAL(open)(path, flags, mode);
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & O_CREAT ? va_arg(ap, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    return opened(path, flags | O_LARGEFILE, mode);
}

int close(int fd)
{
    bool fails = is_file(fd) && hit("close", "", false); /* gone it is all the same */
    return REAL(close)(fd) || fails ? -1 : 0;
}
int fsync(int fd) { return hit("fsync", "", true) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return hit("fdatasync", "", true) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t n)
{
    return hit("ftruncate", "", false) ? -1 : REAL(ftruncate)(fd, n);
}
int ftruncate64(int fd, off64_t n) { return ftruncate(fd, n); }
int rename(const char *a, const char *b)
{
    return hit("rename", b, true) ? -1 : REAL(rename)(a, b);
}
int mkdir(const char *path, mode_t mode)
{
    return hit("mkdir", path, true) ? -1 : REAL(mkdir)(path, mode);
}

/* ---- streams: the C library writes them by calls of its own, hence those that are written
 * are made of ours. */
enum { STREAMS = 64 };
struct stream {
    FILE *f;
    int fd;
};
static struct stream stream[STREAMS];

static ssize_t stream_write(void *s, const char *data, size_t n)
{
    ssize_t put, all = 0;
    while ((size_t)all < n) {
        put = write(((struct stream *)s)->fd, data + all, n - (size_t)all);
        if (put <= 0)
            return 0; /* what fopencookie() wants of an error */
        all += put;
    }
    return all;
}

static int stream_seek(void *s, off64_t *at, int whence)
{
    off_t now = lseek(((struct stream *)s)->fd, *at, whence);
    *at = now;
    return now < 0 ? -1 : 0;
}

static int stream_close(void *s)
{
    struct stream *st = s;
    st->f = NULL;
    return close(st->fd);
}

static FILE *stream_open(const char *path, const char *mode)
{
    static const cookie_io_functions_t ours = { .write = stream_write,
                                                .seek = stream_seek,
                                                .close = stream_close };
    struct stream *s = stream;
    while (s->f && s < stream + STREAMS - 1)
        s++;
    int how = *mode == 'a' ? O_APPEND : O_TRUNC;
    s->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
    if (s->fd < 0)
        return NULL;
    s->f = fopencookie(s, mode, ours);
    return s->f;
}

FILE *fopen(const char *path, const char *mode)
{
    struct stat st;
    bool special = !stat(path, &st) && !S_ISREG(st.st_mode);
    if (kind == IO && !busy && !special && *mode != 'r')
        return stream_open(path, mode);
    return hit("fopen", path, false) ? NULL : REAL(fopen)(path, mode);
}
FILE *fopen64(const char *path, const char *mode) { return fopen(path, mode); }

int fileno(FILE *f)
{
    for (struct stream *s = stream; s < stream + STREAMS; s++)
        if (s->f == f)
            return s->fd;
    return REAL(fileno)(f);
}

/* ---- memory: the C library's own names for it, since dlsym() wants some itself */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t unit, size_t n);

static bool refused(const char *call)
{
    if (kind != MEMORY || busy || getpid() != first)
        return false;
    long now = atomic_fetch_add(count, 1) + 1;
    if (now != nth && !(now > nth && lasting))
        return false;
    busy = true;
    if (now == nth)
        say(call, "");
    busy = false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n) { return refused("malloc") ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size)
{
    return refused("calloc") ? NULL : __libc_calloc(n, size);
}
void *realloc(void *p, size_t n)
{
    return refused("realloc") ? NULL : __libc_realloc(p, n);
}
void *aligned_alloc(size_t unit, size_t n)
{
    return refused("aligned_alloc") ? NULL : __libc_memalign(unit, n);
}

/* ---- what is asked of it */
__attribute__((constructor)) static void set_up(void)
{
    char what[16] = "", how[16] = "";
    const char *wish = getenv("INJECT");
    unsetenv("LD_PRELOAD");
    if (!wish)
        return;
    if (!strncmp(wish, "probe ", 6))
        _exit(!strcmp(wish + 6, "memory") && dlsym(RTLD_DEFAULT, "__asan_init") ? 78 : 77);
    log_path = getenv("INJECT_LOG");
    count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
    if (!log_path || count == MAP_FAILED ||
        sscanf(wish, "%15s %ld %15s", what, &nth, how) != 3)
        _exit(98);
    first = getpid();
    lasting = strcmp(how, "once") != 0;
    halved = !strcmp(how, "short");
    kind = !strcmp(what, "io") ? IO : MEMORY;
}
#endif
