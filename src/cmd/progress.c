#include "config.h"

#include "progress.h"

#include "clock.h"
#include "escape.h"
#include "mask.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { STATE = 160, NARROWEST = 8, WIDEST = 40 }; /* bytes of text; columns of the bar */

struct cost { /* of one trial's runs */
    size_t left, done, failed;
    double spent;
};

struct progress {
    const struct experiment *e;
    struct cost *trial;
    size_t planned, done, failed, before; /* before: finished when we began */
    unsigned jobs, tenths;                /* last 10 percent that was told */
    double begun, told;                   /* told: when the last line was printed */
    bool quiet, bar, shown;
};

void format_duration(double seconds, char *buf, size_t n)
{
    unsigned long s = seconds > 0 ? (unsigned long)ceil(seconds) : 0;
    if (s >= 3600)
        snprintf(buf, n, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(buf, n, "%lu:%02lu", s / 60, s % 60);
}

struct progress *progress_new(const struct args *a, const struct experiment *e,
                              const struct planned *todo, size_t n, size_t finished,
                              unsigned jobs)
{
    struct progress *p = xcalloc(1, sizeof *p);
    const char *term = getenv("TERM");
    p->e = e;
    p->trial = xcalloc(e->n_trials, sizeof *p->trial);
    for (size_t i = 0; i < n; i++)
        p->trial[todo[i].trial].left++;
    p->planned = n;
    p->before = finished;
    p->jobs = jobs;
    p->begun = p->told = clock_now();
    p->quiet = a->verbosity < 0;
    p->bar = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    return p;
}

static double seconds_left(const struct progress *p)
{
    double spent = 0, done = 0, left = 0;
    for (size_t i = 0; i < p->e->n_trials; i++) {
        spent += p->trial[i].spent;
        done += (double)p->trial[i].done;
    }
    for (size_t i = 0; i < p->e->n_trials; i++) {
        const struct cost *c = &p->trial[i];
        double each = c->done ? c->spent / (double)c->done : done > 0 ? spent / done : 0;
        left += each * (double)c->left;
    }
    return left / p->jobs;
}

static void format_state(const struct progress *p, char *buf, size_t n)
{
    char eta[32];
    double took = clock_now() - p->begun;
    size_t all = p->before + p->planned, done = p->before + p->done;
    format_duration(seconds_left(p), eta, sizeof eta);
    snprintf(buf, n, "%3.0f%%  %zu/%zu  %zu failed  %.1f/s  eta %s",
             all ? 100 * (double)done / (double)all : 100, done, all, p->failed,
             took > 0 ? (double)p->done / took : 0, eta);
}

static void print_time(void)
{
    char when[32];
    time_t t = time(NULL);
    struct tm tm;
    strftime(when, sizeof when, "%H:%M:%S", localtime_r(&t, &tm));
    fprintf(stderr, "%s ", when);
}

void progress_clear(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}

void progress_say(struct progress *p)
{
    progress_clear(p);
    if (!p->bar)
        print_time();
    char state[STATE];
    format_state(p, state, sizeof state);
    fprintf(stderr, "%s\n", state);
}

static int columns(void)
{
    struct winsize w;
    return !ioctl(STDERR_FILENO, TIOCGWINSZ, &w) && w.ws_col ? w.ws_col : 80;
}

/* On one line of the terminal: one that wraps could not be drawn over. */
void progress_tick(struct progress *p)
{
    if (!p->bar || p->quiet)
        return;
    char state[STATE];
    format_state(p, state, sizeof state);
    int room = columns() - 1, width = room - 3 - (int)strlen(state); /* "[...] state" */
    width = width < WIDEST ? width : WIDEST;
    size_t all = p->before + p->planned, done = p->before + p->done;
    fputc('\r', stderr);
    if (width >= NARROWEST) {
        size_t full = all ? done * (size_t)width / all : (size_t)width;
        fputc('[', stderr);
        for (size_t i = 0; i < (size_t)width; i++)
            fputc(i < full ? '#' : '-', stderr);
        fputs("] ", stderr);
        room = (int)strlen(state);
    }
    fprintf(stderr, "%.*s\033[K", room > 0 ? room : 0, state);
    p->shown = true;
}

enum { FAILURES_SHOWN = 3 }; /* of each trial: the next hundred are likely to be alike */

/* How the shell lives this run alone. */
static void put_command(const struct experiment *e, const struct planned *run, FILE *to)
{
    const struct trial *t = &e->trial[run->trial];
    fputs("ursa run ", to);
    for (uint32_t i = 0; i < t->n_seats; i++) {
        escape_put(MARKUP_SHELL, t->seat[i].canonical, to);
        fputc(' ', to);
    }
    if (!t->n_seats) {
        escape_put(MARKUP_SHELL, t->agent.canonical, to);
        fputc(' ', to);
    }
    escape_put(MARKUP_SHELL, t->env.canonical, to);
    fprintf(to, " -s %u -t %llu", (unsigned)run->seed, (unsigned long long)e->steps);
    if (t->maps)
        fprintf(to, " -L env.map_index=%u", (unsigned)run->map);
    if (e->root)
        fprintf(to, " --root-seed=%llu", (unsigned long long)e->root);
}

static void say_failure(struct progress *p, const struct planned *run,
                        const struct ending *o)
{
    const struct trial *t = &p->e->trial[run->trial];
    size_t failed = ++p->trial[run->trial].failed;
    if (failed > FAILURES_SHOWN + 1)
        return;
    progress_clear(p);
    if (failed > FAILURES_SHOWN) {
        mask_print(stderr, "further failures of %s x %s are in the log alone\n",
                   t->agent.canonical, t->env.canonical);
        return;
    }
    if (!p->bar)
        print_time();
    mask_print(stderr, "run failed: %s x %s", t->agent.canonical, t->env.canonical);
    if (t->maps)
        fprintf(stderr, " m=%u", (unsigned)run->map);
    mask_print(stderr, " s=%u: %s\n            (rerun alone: ", (unsigned)run->seed,
               o->message);
    put_command(p->e, run, stderr);
    fputs(")\n", stderr);
}

void progress_done(struct progress *p, const struct planned *run, const struct ending *o)
{
    struct cost *c = &p->trial[run->trial];
    c->left--;
    c->done++;
    c->spent += o->wall;
    p->done++;
    if (o->status != RUN_OK) {
        p->failed++;
        say_failure(p, run, o);
    }
    unsigned tenths = (unsigned)(10 * p->done / p->planned);
    if (p->bar || p->quiet || tenths <= p->tenths || clock_now() - p->told < 1)
        return;
    p->tenths = tenths;
    p->told = clock_now();
    progress_say(p);
}

size_t progress_failed(const struct progress *p) { return p->failed; }

void progress_free(struct progress *p)
{
    progress_clear(p);
    free(p->trial);
    free(p);
}
