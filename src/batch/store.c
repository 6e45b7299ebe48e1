#include "config.h"

#include "store.h"

#include "clock.h"
#include "mask.h"
#include "xalloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what is there already */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void push(uint64_t **at, size_t *n, uint64_t id)
{
    if ((*n & (*n - 1)) == 0) /* grow at powers of two */
        *at = xrealloc(*at, *n ? 2 * *n : 1, sizeof **at);
    (*at)[(*n)++] = id;
}

static void scan_line(struct done *d, const char *line, size_t len)
{
    uint64_t id;
    bool ok;
    if (!line_scan(line, len, &id, &ok))
        return;
    if (ok)
        push(&d->ok, &d->n_ok, id);
    else
        push(&d->failed, &d->n_failed, id);
}

static bool scan_file(struct done *d, const char *path, struct err *err)
{
    FILE *from = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    if (!from)
        return err_system(err, "cannot read '%s'", path);
    while ((len = xgetline(&line, &cap, from)) > 0)
        scan_line(d, line, (size_t)len);
    bool ok = !ferror(from) || err_system(err, "cannot read '%s'", path);
    free(line);
    fclose(from);
    return ok;
}

static bool is_runs_file(const char *name)
{
    size_t len = strlen(name);
    return !strncmp(name, "runs-", 5) && len > 6 && !strcmp(name + len - 6, ".jsonl");
}

bool done_has(const uint64_t *sorted, size_t n, uint64_t id)
{
    return n && bsearch(&id, sorted, n, sizeof id, by_value);
}

static size_t unique(uint64_t *at, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(at, n, sizeof *at, by_value);
    for (size_t i = 0; i < n; i++)
        if (!kept || at[kept - 1] != at[i])
            at[kept++] = at[i];
    return kept;
}

bool done_scan(struct done *d, const char *dir, struct err *err)
{
    *d = (struct done){ 0 };
    DIR *list = opendir(dir);
    if (!list)
        return errno == ENOENT || err_system(err, "cannot read the directory '%s'", dir);
    bool ok = true;
    for (struct dirent *f; ok && (f = readdir(list));) {
        if (!is_runs_file(f->d_name))
            continue;
        char *path = xasprintf("%s/%s", dir, f->d_name);
        ok = scan_file(d, path, err);
        free(path);
    }
    closedir(list);
    d->n_ok = unique(d->ok, d->n_ok);
    d->n_failed = unique(d->failed, d->n_failed);
    size_t kept = 0;
    for (size_t i = 0; i < d->n_failed; i++)
        if (!done_has(d->ok, d->n_ok, d->failed[i]))
            d->failed[kept++] = d->failed[i];
    d->n_failed = kept;
    return ok;
}

void done_release(struct done *d)
{
    free(d->ok);
    free(d->failed);
    *d = (struct done){ 0 };
}

/* ---- a shard's files */

struct file {
    char *path;
    int fd;
    off_t end; /* of the last whole line */
};

struct store {
    struct file runs, curves;
    char *log;
    size_t appended, kept; /* lines: written, on the disk */
    double flushed;        /* when */
};

static bool disk_error(const struct file *f, struct err *err)
{
    if (err)
        err->machine = true;
    return err_set(err,
                   "cannot write '%s': %s; the runs finished so far are kept, the same "
                   "command continues",
                   f->path, strerror(errno));
}

/* Opens for appending. What a link points to is somebody else's. */
static bool open_file(struct file *f, struct err *err)
{
    f->fd = open(f->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (f->fd < 0 && errno == ELOOP)
        return err_set(err,
                       "cannot write '%s': it is a symbolic link, and results stay where "
                       "they are",
                       f->path);
    if (f->fd < 0)
        return err_system(err, "cannot write '%s'", f->path);
    return true;
}

/* The same of a file that is written to now and then; NULL: it cannot be. */
static FILE *open_beside(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "a");
    if (fd >= 0 && !to)
        close(fd);
    return to;
}

/* Drops what follows the last newline. */
static bool drop_tail(struct file *f, struct err *err)
{
    char buf[4096];
    off_t end = lseek(f->fd, 0, SEEK_END), at = end;
    while (at > 0) {
        size_t want = at > (off_t)sizeof buf ? sizeof buf : (size_t)at;
        ssize_t got = pread(f->fd, buf, want, at - (off_t)want);
        if (got != (ssize_t)want)
            return err_system(err, "cannot read '%s'", f->path);
        while (want && buf[want - 1] != '\n') {
            want--;
            at--;
        }
        if (want)
            break;
    }
    f->end = at;
    if (at != end && ftruncate(f->fd, at))
        return disk_error(f, err);
    return true;
}

/* Damaged lines: kept beside, blanked out in place, so that nobody reads them again. */
static bool heal(const char *dir, const struct file *f, struct err *err)
{
    char *line = NULL, *beside = xasprintf("%s/damaged", dir);
    size_t cap = 0, n = 0;
    off_t at = 0;
    ssize_t len;
    FILE *from = fopen(f->path, "r+"), *to = NULL;
    bool ok = from || err_system(err, "cannot read '%s'", f->path);
    while (ok && (len = xgetline(&line, &cap, from)) > 0) {
        uint64_t id;
        bool fine;
        bool whole = line_scan(line, (size_t)len, &id, &fine) ||
                     (strlen(line) == (size_t)len && line_blank(line));
        if (!whole) {
            n++;
            to = to ? to : open_beside(beside);
            ok = to && fwrite(line, 1, (size_t)len, to) == (size_t)len && !fflush(to);
            memset(line, ' ', (size_t)len - 1);
            ok = ok && pwrite(fileno(from), line, (size_t)len, at) == len;
            ok = ok || disk_error(f, err);
        }
        at += len;
    }
    if (to && (fclose(to) || fsync(fileno(from))) && ok)
        ok = disk_error(f, err);
    if (ok && n)
        err_warn(err,
                 "%s: %zu damaged line(s) set aside in '%s'; what they held is run again",
                 f->path, n, beside);
    if (from)
        fclose(from);
    free(line);
    free(beside);
    return ok;
}

struct store *store_open(const char *dir, unsigned shard, unsigned shards, struct err *err)
{
    struct store *s = xcalloc(1, sizeof *s);
    s->curves.fd = -1;
    s->runs.path = xasprintf("%s/runs-%05u-of-%05u.jsonl", dir, shard, shards);
    s->curves.path = xasprintf("%s/curves-%05u-of-%05u.jsonl", dir, shard, shards);
    s->log = xasprintf("%s/log", dir);
    bool ok = open_file(&s->runs, err);
    if (ok && flock(s->runs.fd, LOCK_EX | LOCK_NB))
        ok = err_set(err, "%s: another process is working on shard %u/%u", dir, shard,
                     shards);
    ok = ok && open_file(&s->curves, err) && drop_tail(&s->runs, err) &&
         drop_tail(&s->curves, err) && heal(dir, &s->runs, err);
    s->flushed = clock_now();
    if (ok)
        return s;
    store_close(s, NULL);
    return NULL;
}

/* All of it or, as far as it can be helped, nothing. */
static bool append(struct file *f, const char *text, size_t len, struct err *err)
{
    ssize_t put = len ? write(f->fd, text, len) : 0;
    while (put < 0 && errno == EINTR)
        put = write(f->fd, text, len);
    if (put == (ssize_t)len) {
        f->end += put;
        return true;
    }
    if (put >= 0)
        errno = ENOSPC; /* a short write on a file */
    disk_error(f, err);
    if (put > 0 && ftruncate(f->fd, f->end))
        err_warn(err, "'%s' ends in half a line, which will be dropped", f->path);
    return false;
}

bool store_append(struct store *s, const char *run, size_t run_len, const char *curve,
                  size_t curve_len, struct err *err)
{
    struct stat st;
    if (!append(&s->curves, curve, curve_len, err) || !append(&s->runs, run, run_len, err))
        return false;
    if (!fstat(s->runs.fd, &st) && st.st_nlink == 0)
        return err_set(err,
                       "'%s' has been deleted; what was in it is lost, the same command "
                       "starts again",
                       s->runs.path);
    s->appended++;
    return store_settle(s, err);
}

/* As far as the file can be flushed: EINVAL is a pipe's or a device's. */
static bool flush(const struct file *f, struct err *err)
{
    return f->fd < 0 || !fsync(f->fd) || errno == EINVAL || disk_error(f, err);
}

bool store_flush(struct store *s, struct err *err)
{
    if (!flush(&s->curves, err) || !flush(&s->runs, err))
        return false;
    s->kept = s->appended;
    s->flushed = clock_now();
    return true;
}

bool store_settle(struct store *s, struct err *err)
{
    return s->kept == s->appended || clock_now() - s->flushed < 1 || store_flush(s, err);
}

size_t store_kept(const struct store *s) { return s->kept; }

void store_log(struct store *s, const char *text)
{
    char when[32];
    time_t now = time(NULL);
    struct tm tm;
    FILE *to = open_beside(s->log);
    if (!to)
        return;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    mask_print(to, "%s %s\n", when, text);
    fclose(to);
}

static bool close_file(struct file *f, struct err *err)
{
    bool ok = flush(f, err);
    if (f->fd >= 0 && close(f->fd) && ok)
        ok = disk_error(f, err);
    free(f->path);
    return ok;
}

bool store_close(struct store *s, struct err *err)
{
    bool curves = close_file(&s->curves, err);
    bool runs = close_file(&s->runs, err);
    free(s->log);
    free(s);
    return curves && runs;
}
