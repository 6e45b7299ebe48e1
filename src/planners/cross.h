#ifndef CROSS_H
#define CROSS_H

#include "automata.h"
#include "plan.h"
#include "vi.h"

/* What the optimal policy of each hypothesis of a class is worth in each other one:
 * V^{pi*_i}_j, of automata. A policy walks the automaton of its own hypothesis; where that
 * does not expect what it sees, it stays. A pair is evaluated when it is first asked for,
 * in all states of both, and kept: beliefs move, the table does not.
 * Values are means of the rewards looked at, weighted by the discount, from 0, the least
 * reward of the class's space, to 1, its greatest. */
enum { CROSS_STATES = 4096 };
struct cross {
    const struct automata *worlds; /* of the last cross_look() */
    const struct automata *truth;  /* the same; NULL: there is none beside the class */
    size_t n;                      /* hypotheses; the truth is world n */
    size_t size;                   /* states of the largest world */
    struct discount discount;
    uint32_t horizon;
    double lo, range, weight; /* of a reward, points; of all rewards looked at */
    uint8_t *action;   /* [n][size] of the optimal policy of hypothesis i in state s */
    double *value;     /* [n][n + 1] tables of [n_i][n_j], see cross.c */
    size_t *offset;    /* [n + 2] of states before world i */
    bool *known;       /* [n][n + 1] */
    uint32_t *percept; /* [truth's percepts] that of the class; UINT32_MAX: none */
    double *scratch;   /* two of the largest table */
};

/* The class of p->model and, when truth is not NULL, the one world of that model. False
 * with *err, which says who `needs` it: not automata, too many states, a discount that does
 * not weigh alike at every age, a single reward. */
bool cross_init(struct cross *c, const struct plan *p, struct model *truth,
                const char *needs, struct err *err);
void cross_release(struct cross *c);
/* Where all worlds stand now; before anything below is asked, and whenever that changes. */
void cross_look(struct cross *c, struct model *worlds, struct model *truth);
/* What the optimal policy of hypothesis i does where i stands; of equal actions the
 * first. */
static inline unsigned cross_action(const struct cross *c, size_t i)
{
    return c->action[i * c->size + c->worlds->at[i]];
}
/* V^{pi*_i}_j where both stand, j <= n. */
double cross_value(struct cross *c, size_t i, size_t j);

#endif
