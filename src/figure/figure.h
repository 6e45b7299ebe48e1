#ifndef FIGURE_H
#define FIGURE_H

#include "chart.h"
#include "compare.h"

/* Figures of a contest. */
enum figure_kind {
    FIGURE_CURVE,       /* the statistic of the runs over time, with a band */
    FIGURE_INTERVALS,   /* the statistic at the end with its interval */
    FIGURE_PROFILE,     /* fraction of runs above a score, over the score */
    FIGURE_IMPROVEMENT, /* P(agent > baseline) */
    FIGURE_SWEEP,       /* the statistic over a parameter, a line for each agent */
    FIGURE_HEATMAP      /* the statistic over a parameter and the agents */
};

enum band { BAND_CI, BAND_IQR, BAND_MINMAX, BAND_RUNS };
extern const char *const band_names[]; /* closed by NULL */

struct figure_options {
    enum figure_kind kind;
    struct contest_options contest;
    struct compare_options how;
    enum band band;
    bool log_x;
    const char *x_key; /* of sweeps and heat maps; NULL: what varies */
};

/* Fills *out, which is to be released. Results must have curves for FIGURE_CURVE. False
 * with *err. */
bool figure_chart(const struct contest *c, const struct figure_options *o,
                  struct chart *out, struct err *err);

#endif
