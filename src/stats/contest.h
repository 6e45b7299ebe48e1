#ifndef CONTEST_H
#define CONTEST_H

#include "results.h"
#include "stats.h"

/* Results as what is compared: agents in the same world(s), their scores by map. */

enum normalise {
    NORMALISE_NONE,
    NORMALISE_REFERENCES, /* 0: random actions, 1: the informed optimum, in that map */
    NORMALISE_MINMAX      /* 0 and 1: the least and the greatest score in that world */
};
extern const char *const normalise_names[]; /* closed by NULL */

enum moment { AT_END, AT_STEP, AT_AUC };

struct contest_options {
    const char *metric;
    enum moment moment;
    uint64_t step; /* AT_STEP: the last point of the curve that is not after it */
    enum normalise normalise;
    const char *by; /* NULL: each world apart, all together when normalised; "env", "map",
                       "agent" (its worlds are then the entrants),
                       or a parameter of agents or worlds */
};

struct entrant {
    char *label;
    const char *spec;           /* borrowed; of a world where worlds meet */
    const struct run_row **row; /* [scores.n] in the order of scores.x: map, then seed */
    struct scores scores;
};

struct contest {
    char *title; /* the world, the map, the value */
    struct entrant *at;
    size_t n;
    size_t n_maps;                   /* strata: worlds x maps */
    uint64_t steps;                  /* 0: not all alike */
    bool prized;                     /* the more of the metric the better */
    double optimal, random;          /* mean references of the world; NAN when unknown */
    double bayes_lower, bayes_upper; /* the same of the Bayes-optimal policy, its bounds */
};

struct contests {
    struct contest *at;
    size_t n;
};

/* False with *err: nobody has the metric, no curves, no references. */
bool contests_init(struct contests *c, const struct results *r,
                   const struct contest_options *o, struct err *err);
void contests_release(struct contests *c);

/* Whether its name, its parameters aside, is this one. */
bool contest_named(const struct entrant *e, const char *name);
/* The entrant a user means by "aixi" or a spec: by label, spec or a name that is alone; n
 * when there is none or several. */
size_t contest_find(const struct contest *c, const char *name);
/* The value of an agent's or a world's parameter, its default included; NULL: it has none.
 * The caller frees. */
char *agent_param(const char *spec, const char *key);
/* Score of one run by the options, before normalising. */
double contest_score(const struct run_row *row, const struct contest_options *o);

#endif
