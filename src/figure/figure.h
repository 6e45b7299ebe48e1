#ifndef FIGURE_H
#define FIGURE_H

#include "chart.h"
#include "compare.h"
#include "metagame.h"

/* Figures of a contest. */
enum figure_kind {
    FIGURE_CURVE,       /* the statistic of the runs over time, with a band */
    FIGURE_INTERVALS,   /* the statistic at the end with its interval */
    FIGURE_PROFILE,     /* fraction of runs above a score, over the score */
    FIGURE_IMPROVEMENT, /* P(agent > baseline) */
    FIGURE_SWEEP,       /* the statistic over a parameter, a line for each agent */
    FIGURE_HEATMAP,     /* the statistic over a parameter and the agents */
    FIGURE_PAYOFFS,     /* of matches, not of contests: figure_payoffs() */
    FIGURE_REPLICATOR   /* figure_replicator() */
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

/* Of matches: who earns what with whom, a heat map (of more than two seats intervals); and
 * replicator dynamics of that table from all agents alike, lines over time; of two seats
 * alone, false with *err where some never met. */
void figure_payoffs(const struct metagame *g, struct chart *out);
bool figure_replicator(const struct metagame *g, double time, struct chart *out,
                       struct err *err);

/* Fills *out, which is to be released. Results must have curves for FIGURE_CURVE. False
 * with *err. */
bool figure_chart(const struct contest *c, const struct figure_options *o,
                  struct chart *out, struct err *err);

#endif
