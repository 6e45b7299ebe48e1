#include "config.h"

#include "bench.h"
#include "boot.h"
#include "rng.h"
#include "xalloc.h"

#include <stdlib.h>

/* What compare does most: resample the runs of a paper's table, 50 runs on 10 maps. */

enum { MAPS = 10, RUNS = 50 };

struct table {
    struct scores scores;
    struct resample resample;
    double sum; /* so that the draws are made */
};

static void *open_table(struct err *err)
{
    struct table *t = xcalloc(1, sizeof *t);
    double x[MAPS * RUNS];
    size_t size[MAPS];
    struct rng rng;
    (void)err;
    rng_init(&rng, &(struct rng_key){ .purpose = RNG_WORLD, .id = "bench" });
    for (int i = 0; i < MAPS * RUNS; i++)
        x[i] = rng_unit(&rng);
    for (int i = 0; i < MAPS; i++)
        size[i] = RUNS;
    t->scores = scores_init(x, size, MAPS);
    t->resample =
        resample_init(&t->scores, "bench", &(struct boot){ .reps = 1, .level = 0.95 });
    return t;
}

static double draw(void *context, uint64_t n)
{
    struct table *t = context;
    for (uint64_t i = 0; i < n; i++) {
        resample_draw(&t->resample);
        t->sum += resample_stat(&t->resample, STAT_IQM);
    }
    return (double)n;
}

static void close_table(void *context)
{
    struct table *t = context;
    resample_release(&t->resample);
    scores_release(&t->scores);
    free(t);
}

const struct bench_row bench_stats[] = {
    { "stats.bootstrap", "resamples/s", "IQM of 50 runs on 10 maps, drawn anew", BENCH_RATE,
      open_table, draw, close_table },
    { 0 },
};
