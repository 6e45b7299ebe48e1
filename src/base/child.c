#include "config.h"

#include "child.h"

#include "clock.h"
#include "xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#    include <sys/prctl.h>
#endif

enum { WORDS = 1 << 16, TOLD = 5, PATIENCE = 2 /* seconds */ };
static const double LOOK = 0.1; /* how often it is seen whether it is still there */

struct child {
    char *program; /* as it was asked for */
    pid_t pid;     /* and process group; 0: it has ended and is told so */
    int status;    /* of waitpid(), then */
    int in, out, words;
    char *line; /* [cap] what came and was not taken; `taken` of it is the last line's */
    size_t used, taken, cap;
    char *said; /* [WORDS] of standard error, the last of it */
    size_t n_said;
    bool faulty; /* it gets no time to say goodbye */
};

/* ---- to be found and begun */

static bool is_program(const char *path) { return access(path, X_OK) == 0; }

/* Along PATH, as execvp() looks. */
static char *on_path(const char *program)
{
    const char *at = getenv("PATH");
    for (at = at ? at : ""; *at;) {
        size_t n = strcspn(at, ":");
        char *path = xasprintf("%.*s%s%s", (int)n, at, n ? "/" : "", program);
        if (is_program(path))
            return path;
        free(path);
        at += n + (at[n] == ':');
    }
    return NULL;
}

char *child_find(const char *program, struct err *err)
{
    char *path = strchr(program, '/') ? xstrdup(program) : on_path(program);
    if (path && is_program(path))
        return path;
    bool there = path && access(path, F_OK) == 0;
    free(path);
    return err_null(err, "exec:%s: %s", program,
                    there ? "it may not be executed (chmod +x)"
                    : strchr(program, '/')
                        ? "there is no such file"
                        : "there is no such program on PATH; a path has a '/'");
}

/* In the child, between fork and exec: nothing here may allocate. */
static _Noreturn void become(const char *path, const struct child_plan *plan, pid_t parent,
                             const int fd[3], int told)
{
    char *const argv[] = { (char *)(size_t)path, NULL };
    setpgid(0, 0);
#ifdef HAVE_SYS_PRCTL_H
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(127);
    for (int i = 0; i < 3; i++)
        dup2(fd[i], i);
    if (plan->memory)
        setrlimit(RLIMIT_AS, &(struct rlimit){ plan->memory, plan->memory });
    for (int sig = 1; sig < 32; sig++)
        signal(sig, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 3; i < 1024; i++)
        if (i != told)
            close(i);
    setenv("URSA_PROTOCOL", "1", 1);
    setenv("PYTHONHASHSEED", "0", 1);
    setenv("PYTHONUNBUFFERED", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    execv(path, argv);
    int why = errno;
    ssize_t n = write(told, &why, sizeof why);
    _exit(n < 0 ? 126 : 127);
}

static void close_all(int *fd, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fd[i] >= 0)
            close(fd[i]);
}

/* Standard input is a socket, so that writing to who is gone is no signal. fd: theirs and
 * ours of each of the three, then the pair by which a failed exec is told. */
static bool open_pipes(int fd[8])
{
    memset(fd, -1, 8 * sizeof *fd);
    bool ok = socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0 && pipe(fd + 2) == 0 &&
              pipe(fd + 4) == 0 && pipe(fd + 6) == 0;
    for (int i = 0; ok && i < 8; i++)
        ok = fcntl(fd[i], F_SETFD, FD_CLOEXEC) == 0;
    if (!ok)
        close_all(fd, 8);
    return ok;
}

static bool begin(struct child *c, const char *path, const struct child_plan *plan,
                  struct err *err)
{
    int fd[8], why = 0;
    pid_t self = getpid();
    if (!open_pipes(fd))
        return err_system(err, "exec:%s: no pipe", c->program);
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0)
        become(path, plan, self, (int[]){ fd[0], fd[3], fd[5] }, fd[7]);
    if (c->pid < 0) {
        close_all(fd, 8);
        c->pid = 0;
        return err_system(err, "exec:%s: no process", c->program);
    }
    setpgid(c->pid, c->pid);
    close_all((int[]){ fd[0], fd[3], fd[5], fd[7] }, 4);
    c->in = fd[1];
    c->out = fd[2];
    c->words = fd[4];
    fcntl(c->words, F_SETFL, O_NONBLOCK);
    bool failed = read(fd[6], &why, sizeof why) == sizeof why;
    close(fd[6]);
    errno = why;
    return !failed || err_system(err, "exec:%s: it cannot be executed", c->program);
}

struct child *child_open(const struct child_plan *plan, struct err *err)
{
    char *path = child_find(plan->program, err);
    if (!path)
        return NULL;
    struct child *c = xcalloc(1, sizeof *c);
    c->in = c->out = c->words = -1;
    c->program = xstrdup(plan->program);
    c->said = xcalloc(WORDS, 1);
    bool ok = begin(c, path, plan, err);
    free(path);
    if (ok)
        return c;
    child_close(c, NULL);
    return NULL;
}

/* ---- what it says on standard error */

static void keep_words(struct child *c)
{
    char part[4096];
    ssize_t n;
    while ((n = read(c->words, part, sizeof part)) > 0) {
        size_t len = (size_t)n;
        if (c->n_said + len > WORDS) {
            size_t drop = c->n_said + len - WORDS;
            memmove(c->said, c->said + drop, c->n_said - drop);
            c->n_said -= drop;
        }
        memcpy(c->said + c->n_said, part, len);
        c->n_said += len;
    }
}

/* Its last lines, joined by " | ". */
static void last_words(const struct child *c, char *buf, size_t n)
{
    size_t end = c->n_said, from;
    int lines = 0;
    while (end && c->said[end - 1] == '\n')
        end--;
    for (from = end; from && lines < TOLD; from--)
        if (c->said[from - 1] == '\n' && ++lines == TOLD)
            break;
    if (end - from > 400)
        from = end - 400;
    snprintf(buf, n, "%s%.*s", end > from ? ": " : "", (int)(end - from), c->said + from);
    for (char *at = buf; *at; at++)
        if (*at == '\n')
            *at = '|';
}

bool child_fault(struct child *c, struct err *err, const char *fmt, ...)
{
    char words[512];
    va_list ap;
    va_start(ap, fmt);
    char *what = xvasprintf(fmt, ap);
    va_end(ap);
    last_words(c, words, sizeof words);
    c->faulty = true;
    err_set(err, "%s %s%s", c->program, what, words);
    free(what);
    return false;
}

/* ---- lines */

/* Whether it has ended by itself, or does so within so many seconds. */
static bool has_ended(struct child *c, double seconds)
{
    double until = clock_now() + seconds;
    while (c->pid) {
        pid_t got = waitpid(c->pid, &c->status, WNOHANG);
        if (got == c->pid) {
            kill(-c->pid, SIGKILL); /* whom it left behind */
            c->pid = 0;
        } else if (clock_now() > until)
            return false;
        else
            poll(NULL, 0, 5);
    }
    return true;
}

/* Why there is no more of it. */
static bool gone(struct child *c, struct err *err)
{
    bool ended = has_ended(c, PATIENCE);
    keep_words(c);
    if (!ended)
        return child_fault(c, err, "closed its standard output");
    if (WIFSIGNALED(c->status))
        return child_fault(c, err, "was killed by SIG%s",
                           sigabbrev_np(WTERMSIG(c->status)));
    return child_fault(c, err, "exited with status %d", WEXITSTATUS(c->status));
}

bool child_tell(struct child *c, const char *line, struct err *err)
{
    size_t n = strlen(line);
    if (c->used > c->taken)
        return child_fault(c, err, "spoke without being asked: '%.*s'",
                           (int)strcspn(c->line + c->taken, "\n") % 80, c->line + c->taken);
    while (n) {
        struct pollfd p[2] = { { c->in, POLLOUT, 0 }, { c->words, POLLIN, 0 } };
        ssize_t sent = send(c->in, line, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return gone(c, err);
        if (sent < 0 && poll(p, 2, 10000) == 0)
            return child_fault(c, err, "does not read what it is told");
        keep_words(c);
        line += sent > 0 ? sent : 0;
        n -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

/* Waits for more until a point of time; false with *err. */
static bool more(struct child *c, double until, double seconds, struct err *err)
{
    struct pollfd p[2] = { { c->out, POLLIN, 0 }, { c->words, POLLIN, 0 } };
    double left = until - clock_now();
    if (left <= 0)
        return child_fault(c, err, "did not answer within %g s", seconds);
    int ready = poll(p, 2, left > LOOK ? (int)(LOOK * 1000) : (int)(left * 1000) + 1);
    if (p[1].revents & POLLIN)
        keep_words(c);
    if (!(p[0].revents & (POLLIN | POLLHUP))) /* who it left behind may hold its output */
        return (ready && !(p[1].revents & POLLHUP)) || !has_ended(c, 0) || gone(c, err);
    if (c->cap - c->used < 4096) {
        c->cap = 2 * c->cap + 8192;
        c->line = xrealloc(c->line, c->cap, 1);
    }
    ssize_t n = read(c->out, c->line + c->used, c->cap - c->used - 1);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        return gone(c, err);
    c->used += n > 0 ? (size_t)n : 0;
    return true;
}

const char *child_hear(struct child *c, double seconds, struct err *err)
{
    double until = clock_now() + seconds;
    size_t seen = 0;
    if (c->taken)
        memmove(c->line, c->line + c->taken, c->used - c->taken);
    c->used -= c->taken;
    c->taken = 0;
    for (;;) {
        char *end = c->used > seen ? memchr(c->line + seen, '\n', c->used - seen) : NULL;
        if (end) {
            *end = '\0';
            c->taken = (size_t)(end - c->line) + 1;
            return c->line;
        }
        seen = c->used;
        if (c->used > CHILD_LINE) {
            child_fault(c, err, "wrote %zu bytes without an end of line", c->used);
            return NULL;
        }
        if (!more(c, until, seconds, err))
            return NULL;
    }
}

/* ---- its end */

void child_close(struct child *c, const char *goodbye)
{
    if (!c)
        return;
    if (c->pid && goodbye)
        send(c->in, goodbye, strlen(goodbye), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (c->in >= 0)
        shutdown(c->in, SHUT_WR);
    pid_t group = c->pid;
    if (c->pid && !has_ended(c, goodbye && !c->faulty ? PATIENCE : 0)) {
        kill(-group, SIGTERM);
        if (!has_ended(c, PATIENCE)) {
            kill(-group, SIGKILL);
            has_ended(c, PATIENCE);
        }
    }
    keep_words(c);
    close_all((int[]){ c->in, c->out, c->words }, 3);
    free(c->program);
    free(c->line);
    free(c->said);
    free(c);
}
