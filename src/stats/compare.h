#ifndef COMPARE_H
#define COMPARE_H

#include "boot.h"
#include "contest.h"
#include "list.h"

/* Agents against a baseline, with intervals, and a verdict only where they allow one. */

struct compare_options {
    enum statistic statistic;
    struct boot boot;
    bool paired;          /* runs of the same map and seed, which met the same luck */
    bool holm;            /* correct for the number of agents */
    const char *baseline; /* NULL: none */
};

enum judgement { NO_VERDICT, BASELINE, BETTER, WORSE, UNCLEAR }; /* by greater scores */

struct comparison {
    const struct entrant *of, *base; /* borrowed; base: whom it is compared with, or NULL */
    struct interval statistic;
    double median, mean, sd;
    struct interval p;          /* P(agent > baseline), of a pair when paired */
    struct interval difference; /* paired: the statistic of agent - baseline by pairs */
    size_t pairs;
    double p_value; /* of P = 1/2, corrected when asked */
    enum judgement verdict;
};

/* out[0 .. c->n - 1], the best first (for gaps: the smallest first). In a sweep a baseline
 * is the one of the same swept values (baseline.h). False with *err when the baseline is
 * not there, or some agent shares no map (or, paired, no seed) with it. */
bool compare_contest(const struct contest *c, const struct compare_options *o,
                     struct comparison *out, struct err *err);
/* "better", or "more" where the metric is no reward; "" without a verdict. */
const char *compare_verdict(const struct contest *c, enum judgement verdict);
/* What the rows' baseline is called: its label, or o->baseline where there are several. */
const char *compare_baseline(const struct comparison *row, size_t n,
                             const struct compare_options *o);
/* What a reader should know about the data before trusting a table of these rows;
 * list_release() it. */
struct list compare_warnings(const struct contest *c, const struct comparison *row);

/* "iqm(aixi) > iqm(thompson)": comparisons of sums of statistics, joined by "and". *met is
 * true when for each of them the interval of left minus right is on the right side of 0;
 * `text` (size n) says what the intervals are. False with *err at a mistake.
 *     expr := side ("<" | ">") side [("and" | ",") expr]
 *     side := ["-"] term {("+" | "-") term}
 *     term := number | [number "*"] ("iqm"|"mean"|"median"|"gap") "(" agent ")" */
bool compare_assert(const struct contest *c, const char *expr,
                    const struct compare_options *o, bool *met, char *text, size_t n,
                    struct err *err);

#endif
