#ifndef ARMS_H
#define ARMS_H

#include "bayes.h"

/* What players of bandits have in common that give each action an index and take the
 * greatest, of equal ones the first. They see what an action paid and nothing else: rewards
 * are scaled to [0, 1] by the range of the world. */
struct arms {
    struct agent base;
    uint32_t n;       /* actions */
    double lo, range; /* of a reward, points */
    uint64_t pulls;   /* in all */
    uint64_t pulled[ACTIONS_MAX];
    double paid[ACTIONS_MAX];    /* sum of scaled rewards */
    double index[ACTIONS_MAX];   /* at the last choice; NAN: before its first pull */
    struct potential *potential; /* owned; NULL: it tells none */
};

/* Rows of a parameter table: hypotheses, over which ep=yes tells exploration potential. */
#define ARMS_PARAMS(m) MODEL_PARAMS(m)

/* Fills what xcalloc() has left 0. False with *err; there is then nothing to release. */
bool arms_init(struct arms *s, const struct agent_ops *ops, struct bayes_conf *conf,
               const struct env *truth, struct err *err);
static inline double arms_mean(const struct arms *s, unsigned a)
{
    return s->paid[a] / (double)s->pulled[a];
}
/* The first of the greatest indices. */
unsigned arms_best(const struct arms *s);

/* The shared ops: usable as they are where the agent starts with struct arms. */
void arms_close(struct agent *ag);
bool arms_update(struct agent *ag, const struct cycle *c, struct err *err);
void arms_ice(struct agent *ag, struct ice *ice);
extern const struct mind_ops arms_mind;

#endif
