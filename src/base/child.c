#include "config.h"

#include "child.h"

#include "clock.h"
#include "inbox.h"
#include "xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
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
static const double LOOK = 0.1;   /* how often it is seen whether it is still there */
static const double QUICK = 50e-6; /* for so long it is looked for without sleeping */

struct child {
    char *program; /* as it was asked for */
    pid_t pid;     /* and process group; 0: it has ended and is told so */
    int status;    /* of waitpid(), then */
    int in, out, words;
    struct inbox inbox;
    char *said; /* [WORDS] of standard error, the last of it */
    size_t n_said;
    bool loud;   /* what it says there is passed on */
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

/* What it is started with, made before the fork. */
struct image {
    char **argv, **envp; /* closed by NULL; envp: ours and, before it, what is added */
};

static const char *const added[] = { "URSA_PROTOCOL=1", "PYTHONHASHSEED=0",
                                     "PYTHONUNBUFFERED=1", "OMP_NUM_THREADS=1" };
enum { ADDED = sizeof added / sizeof *added };

static bool is_added(const char *variable)
{
    for (size_t i = 0; i < ADDED; i++)
        if (!strncmp(variable, added[i], strcspn(added[i], "=") + 1))
            return true;
    return false;
}

static char **environment(void)
{
    size_t n = 0, k = 0;
    while (environ && environ[n])
        n++;
    char **envp = xcalloc(n + ADDED + 1, sizeof *envp);
    for (size_t i = 0; i < ADDED; i++)
        envp[k++] = (char *)(uintptr_t)added[i];
    for (size_t i = 0; i < n; i++)
        if (!is_added(environ[i]))
            envp[k++] = environ[i];
    return envp;
}

/* The program and the words that it is given, split in `words`. */
static char **arguments(const char *path, char *words)
{
    size_t n = 0;
    for (const char *at = words; at; at = strchr(at + 1, '+'))
        n++;
    char **argv = xcalloc(n + 2, sizeof *argv);
    argv[0] = (char *)(uintptr_t)path;
    for (size_t i = 1; words; i++)
        argv[i] = strsep(&words, "+");
    return argv;
}

/* None but 0, 1, 2; `told` closes itself at exec. */
static void close_others(int told)
{
#ifdef CLOSE_RANGE_CLOEXEC
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
#endif
    for (int i = 3; i < 1 << 16; i++) /* a kernel before 5.11 */
        if (i != told)
            close(i);
}

/* In the child, between fork and exec: nothing here may allocate. */
static _Noreturn void become(const struct image *image, const struct child_plan *plan,
                             pid_t parent, const int fd[3], int told)
{
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
    close_others(told);
    execve(image->argv[0], image->argv, image->envp);
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
    bool ok = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0 &&
              pipe2(fd + 2, O_CLOEXEC) == 0 && pipe2(fd + 4, O_CLOEXEC) == 0 &&
              pipe2(fd + 6, O_CLOEXEC) == 0;
    if (!ok)
        close_all(fd, 8);
    return ok;
}

static bool begin(struct child *c, const struct image *image, const struct child_plan *plan,
                  struct err *err)
{
    int fd[8], why = 0;
    pid_t self = getpid();
    if (!open_pipes(fd))
        return err_system(err, "exec:%s: no pipe", c->program);
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0)
        become(image, plan, self, (int[]){ fd[0], fd[3], fd[5] }, fd[7]);
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
    fcntl(c->out, F_SETFL, O_NONBLOCK); /* take() */
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
    c->loud = getenv("URSA_STDERR");
    char *words = plan->words ? xstrdup(plan->words) : NULL;
    struct image image = { arguments(path, words), environment() };
    bool ok = begin(c, &image, plan, err);
    free(image.argv);
    free(image.envp);
    free(words);
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
        if (c->loud && write(STDERR_FILENO, part, len) < 0)
            c->loud = false; /* nobody listens */
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
    size_t n = strlen(line), len;
    const char *rest = inbox_rest(&c->inbox, &len);
    if (rest)
        return child_fault(c, err, "spoke without being asked: '%.*s'",
                           (int)(len < 80 ? len : 80), rest);
    while (n) {
        struct pollfd p[2] = { { c->in, POLLOUT, 0 }, { c->words, POLLIN, 0 } };
        ssize_t sent = send(c->in, line, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return gone(c, err);
        if (sent < 0 && poll(p, 2, 10000) == 0)
            return child_fault(c, err, "does not read what it is told");
        if (sent < 0)
            keep_words(c);
        line += sent > 0 ? sent : 0;
        n -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

/* What is there to be read; -1 with EAGAIN: nothing is yet. A quick program answers before
 * it would pay to sleep, which on an idle machine takes longer to wake from than all the
 * rest of a cycle. Yielding lets it run where it shares the processor with us. */
static ssize_t take(struct child *c, double until)
{
    size_t room;
    char *to = inbox_room(&c->inbox, &room);
    ssize_t n;
    while ((n = read(c->out, to, room)) < 0 && errno == EAGAIN && clock_now() < until)
        sched_yield();
    inbox_add(&c->inbox, n > 0 ? (size_t)n : 0);
    return n;
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
    ssize_t n = take(c, 0);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)) || gone(c, err);
}

const char *child_hear(struct child *c, double seconds, struct err *err)
{
    double now = clock_now(), until = now + seconds;
    size_t len;
    const char *line;
    take(c, now + (seconds < QUICK ? seconds : QUICK));
    while (!(line = inbox_line(&c->inbox, &len)) && len <= CHILD_LINE)
        if (!more(c, until, seconds, err))
            return NULL;
    if (!line)
        child_fault(c, err, "wrote %zu bytes without an end of line", len);
    else if (len > CHILD_LINE)
        child_fault(c, err, "wrote a line of %zu bytes", len);
    else if (strlen(line) < len)
        child_fault(c, err, "wrote a NUL byte: '%.60s'", line);
    else
        return line;
    return NULL;
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
    inbox_release(&c->inbox);
    free(c->said);
    free(c);
}
