#include "config.h"

#include "bench.h"
#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Populations of learners (envs/population.c): steps of a single one, chosen among after
 * every cycle, and not. */

enum { LEARNERS = 1000 };

struct flock {
    struct spec_of spec;
    struct env *env;
    void *state;
    struct rng rng;
};

static void close_flock(void *context)
{
    struct flock *f = context;
    free(f->state);
    env_close(f->env);
    kind_release(&f->spec);
    free(f);
}

static void *open_flock(const char *spec, struct err *err)
{
    struct flock *f = xcalloc(1, sizeof *f);
    if (kind_parse(&f->spec, &env_shelf, spec, err))
        f->env = env_open(&f->spec, 0, err);
    if (!f->env) {
        close_flock(f);
        return NULL;
    }
    f->state = xcalloc(1, f->env->state_size);
    rng_init(&f->rng, &(struct rng_key){ 0, RNG_WORLD, "bench", 0, 0 });
    env_reset(f->env, f->state, &f->rng);
    return f;
}

static void *open_reinforce(struct err *err)
{
    return open_flock("population:size=1000", err);
}

static void *open_pbt(struct err *err)
{
    return open_flock("population:size=1000,outer=pbt,swap=yes", err);
}

static void *open_q(struct err *err)
{
    return open_flock("population:size=1000,learner=q-learning", err);
}

static double live(void *context, uint64_t n)
{
    struct flock *f = context;
    for (uint64_t i = 0; i < n; i++)
        env_step(f->env, f->state, 0, &f->rng);
    return (double)n * LEARNERS;
}

const struct bench_row bench_population[] = {
    { "population.reinforce", "steps/s", "1000 learners, each for itself", BENCH_RATE,
      open_reinforce, live, close_flock },
    { "population.pbt", "steps/s", "1000 learners, chosen among and swapped every cycle",
      BENCH_RATE, open_pbt, live, close_flock },
    { "population.q", "steps/s", "1000 Q-learners, each for itself", BENCH_RATE, open_q,
      live, close_flock },
    { 0 },
};
