#ifndef POPULATION_H
#define POPULATION_H

#include "harness.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* What the world "population" reports, in its order. */
enum { COOPERATE, SPREAD, COOPERATED, LOCKED, LEARNING_RATE, REPORTS };

/* Several populations of one kind, one after the other. */
struct flock {
    struct env *env;
    void *state;
    struct rng rng;
    double now[REPORTS]; /* of the last one */
};

static inline void flock_open(struct flock *f, const char *spec)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&s, &env_shelf, spec, &err), "%s", err.text);
    *f = (struct flock){ .env = env_open(&s, 1, &err) };
    ck_assert_msg(f->env != NULL, "%s", err.text);
    f->state = xcalloc(1, f->env->state_size);
    rng_init(&f->rng, &(struct rng_key){ 1, RNG_WORLD, "population", 0, 1 });
    kind_release(&s);
}

static inline void flock_close(struct flock *f)
{
    free(f->state);
    env_close(f->env);
}

/* A new one lives so many cycles; returns its mean chance to cooperate. */
static inline double flock_live(struct flock *f, int cycles)
{
    env_reset(f->env, f->state, &f->rng);
    for (int t = 0; t < cycles; t++)
        env_step(f->env, f->state, 0, &f->rng);
    f->env->ops->report(f->env, f->state, f->now);
    return f->now[COOPERATE];
}

/* The final cooperation of n of them: its mean, and the deviation of one. */
static inline double flock_mean(const char *spec, int cycles, int n, double *sd)
{
    struct flock f;
    double sum = 0, square = 0;
    flock_open(&f, spec);
    for (int i = 0; i < n; i++) {
        double x = flock_live(&f, cycles);
        sum += x;
        square += x * x;
    }
    flock_close(&f);
    *sd = sqrt(fmax(0, square - sum * sum / n) / (n - 1));
    return sum / n;
}

/* The published table, "Hidden incentives for auto-induced distributional shift" (2020),
 * the unit test: P(cooperate) in the 1000th cycle, which is after 999, mean of 10
 * populations, two digits. Columns: no selection, selection every cycle, every 10, every
 * 100. */
struct published {
    double beta;
    const char *swap;
    int size;
    double mean[4];
};
static const struct published table[] = {
    { -0.5, "no", 10, { .07, .50, .33, .14 } },
    { -0.5, "no", 100, { .06, .75, .77, .27 } },
    { -0.5, "no", 1000, { .07, .90, .85, .38 } },
    { -0.5, "yes", 10, { .02, .20, .03, .01 } },
    { -0.5, "yes", 100, { .01, .09, .01, .01 } },
    { -0.5, "yes", 1000, { .01, .03, .01, .01 } },
    { 0, "no", 10, { .48, .90, .88, .84 } },
    { 0, "no", 100, { .50, .97, .99, .86 } },
    { 0, "no", 1000, { .50, 1.0, .99, .87 } },
    { 0, "yes", 10, { .46, .46, .29, .43 } },
    { 0, "yes", 100, { .49, .45, .47, .53 } },
    { 0, "yes", 1000, { .50, .37, .49, .51 } },
    { 0.5, "no", 10, { .95, .88, .98, .99 } },
    { 0.5, "no", 100, { .94, .99, 1.0, .99 } },
    { 0.5, "no", 1000, { .93, 1.0, 1.0, .99 } },
    { 0.5, "yes", 10, { .99, .89, .96, .99 } },
    { 0.5, "yes", 100, { .99, .97, .99, .99 } },
    { 0.5, "yes", 1000, { .99, .99, .99, .99 } },
};
enum { TABLE = sizeof table / sizeof *table };

/* Whether ours agree in a row: within three standard errors of ten, and rounding. */
static inline void row_agrees(const struct published *q, int n)
{
    static const char *const outer[] = { "outer=none", "outer=pbt,every=1",
                                         "outer=pbt,every=10", "outer=pbt,every=100" };
    for (int k = 0; k < 4; k++) {
        char spec[128];
        double sd;
        snprintf(spec, sizeof spec, "population:size=%d,beta=%g,%s,swap=%s", q->size,
                 q->beta, outer[k], q->swap);
        double mean = flock_mean(spec, 999, n, &sd), room = 3 * sd / sqrt(10) + 0.005;
        ck_assert_msg(fabs(mean - q->mean[k]) <= room,
                      "%s: %.4f (sd %.4f) where %.2f is published", spec, mean, sd,
                      q->mean[k]);
    }
}

#endif
