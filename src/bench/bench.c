#include "config.h"

#include "bench.h"

#include "clock.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#define BENCH(x) extern const struct bench_row bench_##x[];
#include "bench.def"
#undef BENCH
#define BENCH(x) bench_##x,
const struct bench_row *const bench_table[] = {
#include "bench.def"
    NULL
};
#undef BENCH

static double value_of(const struct bench_row *row, double units, double seconds,
                       uint64_t rounds)
{
    switch (row->kind) {
    case BENCH_RATE: return units / seconds;
    case BENCH_TIME: return seconds / units;
    case BENCH_AMOUNT: return units / (double)rounds;
    }
    bug("row %s is of no kind", row->name);
}

bool bench_measure(const struct bench_row *row, double seconds, double *value,
                   struct err *err)
{
    double sample[BENCH_REPETITIONS];
    uint64_t rounds = 1;
    unsigned n = BENCH_REPETITIONS;
    void *context = row->open(err);
    if (!context)
        return false;
    for (unsigned k = 0; k < n;) {
        double start = clock_thread(), units = row->work(context, rounds);
        double took = clock_thread() - start;
        if (took < seconds && row->kind != BENCH_AMOUNT) {
            /* aim a tenth above; at most tenfold, for the first rounds are the slowest */
            double more = took > 0.11 * seconds ? 1.1 * seconds / took : 10;
            rounds = (uint64_t)((double)rounds * more) + 1;
            continue;
        }
        sample[k++] = value_of(row, units, took, rounds);
        if (row->kind == BENCH_AMOUNT && k == 2 && sample[0] == sample[1])
            n = k; /* a count: it stays the same */
    }
    row->close(context);
    gsl_sort(sample, 1, n);
    *value = gsl_stats_median_from_sorted_data(sample, 1, n);
    return true;
}
