#include "config.h"

#include "pool.h"

#include "clock.h"
#include "match_trace.h"
#include "trace.h"
#include "xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* BEGINS: nothing follows. LOST: its record could not be written, `run` says why. */
enum what { ENDED, BEGINS, LOST };
/* A message of a worker; `run` and `curve` bytes follow, both closed by a NUL. */
struct head {
    uint32_t k;
    uint32_t what; /* enum what */
    uint32_t status;
    uint32_t run, curve; /* bytes, the NUL included */
    double wall;
};

/* ---- in the worker */

static bool write_all(int fd, const void *data, size_t n)
{
    const char *at = data;
    while (n) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

/* References of the worlds that a worker has met: of each trial on one map, since the runs
 * of a plan come in no order. */
struct met {
    struct references *at; /* [trials][n_maps]; NULL: none kept */
};
enum { MET_MAX = 1 << 20 };

static struct references *met_find(const struct met *m, const struct experiment *e,
                                   const struct planned *p)
{
    for (size_t i = 0; m && m->at && i < e->n_maps; i++)
        if (!e->trial[p->trial].maps || e->maps[i] == (long long)p->map)
            return &m->at[p->trial * e->n_maps + i];
    return NULL;
}

/* A line-up in its game; it has no curve. */
static bool live_match(const struct experiment *e, const struct planned *p,
                       const char *trace, struct result *r, struct err *err)
{
    const struct trial *t = &e->trial[p->trial];
    struct gaps gaps = { 0 };
    struct match_result all;
    struct match_job job = { .game = &t->env,
                             .agent = t->seat,
                             .n = t->n_seats,
                             .root = e->root,
                             .seed = p->seed,
                             .steps = e->steps,
                             .gaps = &gaps };
    struct match_trace *to = trace ? match_trace_new(trace) : NULL;
    bool ok = match_run(&job, NULL, to ? match_trace_sink(to) : NULL, NULL, &all, err);
    match_fold(&all, &gaps, r);
    match_trace_free(to);
    match_result_release(&all);
    gaps_release(&gaps);
    return ok;
}

static bool live(const struct experiment *e, const struct planned *p, const struct met *met,
                 const char *path, struct result *r, char **curve, struct err *err)
{
    const struct trial *t = &e->trial[p->trial];
    struct spec_of env;
    struct sink *sinks[2];
    size_t n = 0;
    *r = (struct result){ 0 };
    *curve = NULL;
    if (t->n_seats)
        return live_match(e, p, path, r, err);
    struct trace_writer *trace = path ? trace_writer_new(path) : NULL;
    bool ok = trial_env(t, p->map, &env, err);
    if (ok) {
        struct curve *c =
            e->curve_points ? curve_new(e->steps, e->curve_points, e->curve_log) : NULL;
        if (c)
            sinks[n++] = curve_sink(c);
        if (trace)
            sinks[n++] = trace_sink(trace);
        struct job job = { &env,     &t->agent,           e->root, p->seed,
                           e->steps, met_find(met, e, p), NULL };
        ok = job_run(&job, sinks, n, NULL, r, err);
        *curve = c && ok ? curve_text(c) : NULL;
        curve_free(c);
    }
    trace_writer_free(trace);
    kind_release(&env);
    return ok;
}

bool pool_live(const struct experiment *e, const struct planned *p, struct result *r,
               char **curve, struct err *err)
{
    return live(e, p, NULL, NULL, r, curve, err);
}

static char *trace_path(const struct pool *pool, const struct planned *p)
{
    const struct experiment *e = pool->experiment;
    bool wanted = pool->trace == TRACE_ALL || pool->trace == TRACE_FAILED ||
                  (pool->trace == TRACE_FIRST && e->n_seeds && p->seed == e->seeds[0]);
    if (!wanted)
        return NULL;
    mkdir(pool->trace_dir, 0777); /* another worker may have made it */
    return xasprintf("%s/%016" PRIx64 ".urt", pool->trace_dir, p->id);
}

static bool report(int to, uint32_t k, enum what what, const char *run, const char *curve,
                   enum run_status status, double wall)
{
    struct head h = { .k = k, .what = what, .status = status, .wall = wall };
    h.run = (uint32_t)strlen(run) + 1;
    h.curve = (uint32_t)strlen(curve) + 1;
    size_t n = sizeof h + h.run + h.curve;
    char *all = xcalloc(n, 1);
    memcpy(all, &h, sizeof h);
    memcpy(all + sizeof h, run, h.run);
    memcpy(all + sizeof h + h.run, curve, h.curve);
    bool ok = write_all(to, all, n);
    free(all);
    return ok;
}

static bool work_on(const struct pool *pool, const struct met *met, uint32_t k, int to)
{
    const struct planned *p = &pool->plan[k];
    struct head begun = { .k = k, .what = BEGINS };
    if (!write_all(to, &begun, sizeof begun))
        return false;
    struct err err = { 0 };
    struct result r;
    char *curve;
    char *path = trace_path(pool, p);
    bool lived = live(pool->experiment, p, met, path, &r, &curve, &err), ok;
    if (lived && pool->trace == TRACE_FAILED && path)
        unlink(path);
    if (lived) {
        struct run_key key = planned_key(pool->experiment, p);
        char *run = line_run(&key, &r);
        char *line = curve ? line_curve(p->id, curve) : xstrdup("");
        ok = report(to, k, ENDED, run, line, RUN_OK, r.wall_s);
        free(run);
        free(line);
    } else {
        ok = report(to, k, r.lost ? LOST : ENDED, err.text, "", RUN_ERROR, r.wall_s);
    }
    free(curve);
    result_release(&r);
    free(path);
    return ok;
}

/* Nothing of the parent's stays open but the two pipes: the lock on the store above all,
 * which has to go with the parent. */
static void close_others(int from, int to)
{
    unsigned a = (unsigned)(from < to ? from : to), b = (unsigned)(from < to ? to : from);
    if (a > 3)
        close_range(3, a - 1, 0);
    if (b > a + 1)
        close_range(a + 1, b - 1, 0);
    close_range(b + 1, UINT_MAX, 0);
}

_Noreturn static void worker(const struct pool *pool, pid_t parent, int from, int to)
{
    static const int ignored[] = { SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE };
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* no orphan writes behind a killed parent */
    if (getppid() != parent)
        _exit(0);
    close_others(from, to);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN); /* a keyboard's ^C goes to all of us */
    struct rlimit no_core = { 0, 0 };
    setrlimit(RLIMIT_CORE, &no_core);
    const struct experiment *e = pool->experiment;
    struct met met = { NULL };
    if (e->n_trials * e->n_maps <= MET_MAX)
        met.at = xcalloc(e->n_trials * e->n_maps, sizeof *met.at);
    if (pool->memory) { /* from here on it is a run that lacks memory, and is recorded */
        struct rlimit limit = { pool->memory, pool->memory };
        setrlimit(RLIMIT_AS, &limit);
    }
    uint32_t k;
    ssize_t got;
    while ((got = read(from, &k, sizeof k)) == (ssize_t)sizeof k ||
           (got < 0 && errno == EINTR))
        if (got > 0 && !work_on(pool, &met, k, to))
            break;
    _exit(0);
}

/* ---- in the parent */

enum { QUEUE_LOW = 1024, QUEUE_HIGH = 4096 };
static const uint32_t NOTHING = UINT32_MAX;

struct hand { /* one worker */
    pid_t pid;
    int from;
    uint32_t k;   /* what it lives, or NOTHING */
    double since; /* when it began */
    bool late;    /* killed for its time-out */
    char *buf;    /* of an unfinished message */
    size_t used, cap;
};

struct crew {
    const struct pool *pool;
    struct hand *hand;
    unsigned n;           /* hands alive */
    int queue[2];         /* run numbers */
    size_t sent;          /* of the plan */
    size_t queued;        /* in the pipe or in work */
    size_t finished;      /* came to an outcome */
    uint8_t *tries;       /* [n] of each run */
    bool closed;          /* no further run is begun; workers leave when they have none */
    unsigned idle_deaths; /* of workers without a run, since the last outcome */
    bool lost;            /* there was one */
    bool few;             /* fewer workers than asked for, which was said */
    double stranded;      /* since when nothing moves; 0: it does */
    struct err *err;      /* why runs are left though nobody asked for it */
    double asked;         /* when the first stop came; 0: not yet */
};

/* Few files may be open at once: a batch reads nothing, so the place of standard input is
 * one more for the only worker. */
static bool open_pipe(const struct crew *c, int fd[2])
{
    if (!pipe(fd))
        return true;
    int why = errno;
    bool again = why == EMFILE && !c->n && !close(STDIN_FILENO) && !pipe(fd);
    errno = why;
    return again;
}

static bool hire(struct crew *c)
{
    int result[2];
    if (!open_pipe(c, result))
        return false;
    fflush(NULL); /* or the child has a copy of what is buffered */
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        worker(c->pool, parent, c->queue[0], result[1]);
    close(result[1]);
    if (pid < 0) {
        close(result[0]);
        return false;
    }
    c->hand[c->n++] = (struct hand){ .pid = pid, .from = result[0], .k = NOTHING };
    return true;
}

static void enqueue(struct crew *c, uint32_t k)
{
    write_all(c->queue[1], &k, sizeof k); /* 4 bytes: atomic; there is room */
    c->queued++;
}

static void fill_queue(struct crew *c)
{
    if (c->closed || c->queued > QUEUE_LOW)
        return;
    while (c->sent < c->pool->n && c->queued < QUEUE_HIGH)
        enqueue(c, (uint32_t)c->sent++);
}

/* Takes back what nobody has begun. */
static void close_queue(struct crew *c)
{
    uint32_t k;
    if (c->closed)
        return;
    c->closed = true;
    fcntl(c->queue[0], F_SETFL, O_NONBLOCK);
    while (read(c->queue[0], &k, sizeof k) == (ssize_t)sizeof k)
        c->queued--;
    fcntl(c->queue[0], F_SETFL, 0);
    close(c->queue[1]);
}

static void settle(struct crew *c, const struct ending *o)
{
    const struct pool *p = c->pool;
    c->queued--;
    c->idle_deaths = 0;
    if (o->status != RUN_OK && !c->closed && c->tries[o->k] < p->retries) {
        c->tries[o->k]++;
        enqueue(c, (uint32_t)o->k);
        return;
    }
    c->finished++;
    if (!p->done(p->context, o))
        close_queue(c);
    fill_queue(c);
}

/* A full disk is no property of a run: it leaves no line, and no further one is begun. */
static void lose(struct crew *c, const char *why)
{
    c->queued--;
    if (!c->closed)
        err_set(c->err, "%s; the runs finished so far are kept, the same command continues",
                why);
    close_queue(c);
}

/* The messages in the hand's buffer that are whole. */
static void read_messages(struct crew *c, struct hand *h)
{
    size_t at = 0;
    struct head m;
    while (h->used - at >= sizeof m) {
        memcpy(&m, h->buf + at, sizeof m);
        if (h->used - at < sizeof m + m.run + m.curve)
            break;
        const char *run = h->buf + at + sizeof m, *curve = run + m.run;
        at += sizeof m + m.run + m.curve;
        h->k = m.what == BEGINS ? m.k : NOTHING;
        if (m.what == BEGINS) {
            h->since = clock_now();
            continue;
        }
        if (m.what == LOST) {
            lose(c, run);
            continue;
        }
        bool ok = m.status == RUN_OK;
        struct ending o = { m.k,
                            (enum run_status)m.status,
                            m.wall,
                            ok ? run : NULL,
                            ok ? curve : "",
                            ok ? "" : run };
        settle(c, &o);
    }
    memmove(h->buf, h->buf + at, h->used - at);
    h->used -= at;
}

/* Reads what is there; false at the end of the pipe. */
static bool hear(struct crew *c, struct hand *h)
{
    if (h->cap - h->used < 1 << 16) {
        h->cap = 2 * h->cap + (1 << 16);
        h->buf = xrealloc(h->buf, h->cap, 1);
    }
    ssize_t got = read(h->from, h->buf + h->used, h->cap - h->used);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (!got)
        return false;
    h->used += (size_t)got;
    read_messages(c, h);
    return true;
}

/* Why a worker ended in the middle of a run. */
static enum run_status cause(const struct crew *c, const struct hand *h, int status,
                             char *why, size_t n)
{
    double took = clock_now() - h->since;
    if (h->late) {
        snprintf(why, n, "not done after %g s (--timeout)", c->pool->timeout);
        return RUN_TIMEOUT;
    }
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        snprintf(why, n, "killed by SIG%s after %.2f s", name ? name : "?", took);
        return RUN_SIGNAL;
    }
    if (c->pool->memory && WEXITSTATUS(status) == EXIT_FAILURE) {
        snprintf(why, n, "out of memory after %.2f s (--memory)", took);
        return RUN_MEMORY;
    }
    snprintf(why, n, "exited with status %d after %.2f s", WEXITSTATUS(status), took);
    return RUN_ERROR;
}

static size_t running(const struct crew *c)
{
    size_t n = 0;
    for (unsigned i = 0; i < c->n; i++)
        n += c->hand[i].k != NOTHING;
    return n;
}

/* A worker ended between two runs: it may have taken a number and not begun. */
static void died_idle(struct crew *c)
{
    enum { IN_A_ROW = 100 }; /* before we believe that none will live */
    c->lost = true;
    if (++c->idle_deaths < IN_A_ROW || c->closed)
        return;
    err_set(c->err, "the workers end before they have begun a run");
    close_queue(c);
}

/* Whether all that is queued has been lost: nobody works and nothing waits, for seconds. */
static bool stranded(struct crew *c)
{
    int waiting = 0;
    ioctl(c->queue[0], FIONREAD, &waiting);
    if (!c->lost || c->closed || waiting > 0 || running(c) > 0) {
        c->stranded = 0;
        return false;
    }
    if (!(c->stranded > 0))
        c->stranded = clock_now();
    return clock_now() - c->stranded > 2;
}

/* The worker's pipe has ended. */
static void bury(struct crew *c, unsigned i)
{
    struct hand h = c->hand[i];
    int status = 0;
    char why[200];
    while (waitpid(h.pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(h.from);
    free(h.buf);
    c->hand[i] = c->hand[--c->n];
    if (h.k == NOTHING) {
        if (status)
            died_idle(c);
        return;
    }
    struct ending o = {
        .k = h.k, .wall = clock_now() - h.since, .curve = "", .message = why
    };
    if (c->asked > 0 && !h.late && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        c->queued--; /* we killed it: the run leaves no line */
        return;
    }
    o.status = cause(c, &h, status, why, sizeof why);
    settle(c, &o);
}

static void kill_late(struct crew *c)
{
    double t = clock_now();
    bool give_up =
        c->asked > 0 && (t - c->asked > c->pool->grace || atomic_load(c->pool->stop) > 1);
    for (unsigned i = 0; i < c->n; i++) {
        struct hand *h = &c->hand[i];
        bool late =
            c->pool->timeout > 0 && h->k != NOTHING && t - h->since > c->pool->timeout;
        if (late && !h->late) {
            h->late = true;
            kill(h->pid, SIGKILL);
        } else if (give_up) {
            kill(h->pid, SIGKILL);
        }
    }
}

/* Workers are hired anew while there is work that none of the living will take. */
static void hire_missing(struct crew *c)
{
    size_t want = c->queued < c->pool->jobs ? c->queued : c->pool->jobs;
    while (!c->closed && c->n < want) {
        if (hire(c))
            continue;
        if (!c->n) {
            err_system(c->err, "cannot start a worker");
            close_queue(c);
        } else if (!c->few) {
            err_warn(c->err, "warning: %u of %u workers: %s", c->n, c->pool->jobs,
                     strerror(errno));
            c->few = true;
        }
        break;
    }
}

static void listen_once(struct crew *c)
{
    struct pollfd *fds = xcalloc(c->n ? c->n : 1, sizeof *fds);
    for (unsigned i = 0; i < c->n; i++)
        fds[i] = (struct pollfd){ .fd = c->hand[i].from, .events = POLLIN };
    int ready = poll(fds, c->n, 100);
    for (unsigned i = c->n; ready > 0 && i--;) /* backwards: bury() moves the last here */
        if (fds[i].revents && !hear(c, &c->hand[i]))
            bury(c, i);
    free(fds);
}

static void dismiss(struct crew *c)
{
    close_queue(c);
    while (c->n)
        if (!hear(c, &c->hand[c->n - 1]))
            bury(c, c->n - 1);
    close(c->queue[0]);
}

size_t pool_run(const struct pool *p, struct err *err)
{
    struct crew c = { .pool = p, .err = err };
    if (!p->n)
        return 0;
    if (pipe(c.queue)) {
        err_system(err, "cannot start workers");
        return 0;
    }
    fcntl(c.queue[1], F_SETFD, FD_CLOEXEC);
    c.hand = xcalloc(p->jobs, sizeof *c.hand);
    c.tries = xcalloc(p->n, sizeof *c.tries);
    fill_queue(&c);
    double last = clock_now();
    while (c.queued) {
        hire_missing(&c);
        if (!c.n)
            break;
        listen_once(&c);
        if (p->stop && atomic_load(p->stop) && !(c.asked > 0)) {
            c.asked = clock_now();
            close_queue(&c);
        }
        kill_late(&c);
        if (stranded(&c)) {
            err_set(err, "a worker was killed between two runs");
            close_queue(&c);
        }
        if (p->tick && clock_now() - last > 0.1) {
            last = clock_now();
            p->tick(p->context, running(&c));
        }
    }
    dismiss(&c);
    free(c.hand);
    free(c.tries);
    return c.finished;
}
